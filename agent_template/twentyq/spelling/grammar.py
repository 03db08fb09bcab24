"""Clauses of spelling questions, and how and, or, not, either and neither join them."""

from __future__ import annotations

from .counts import counted
from .cursor import EXAMPLES, GiveUp
from .predicates import WHOLE, And, Count, Membership, Not, Or, Order, Predicate
from .subjects import Subject
from .verbs import BE, Verbs
from .vocabulary import AUXILIARIES

_MAX_DEPTH = 24
_TRUE = (
    "is it true that",
    "is it the case that",
    "is it correct that",
    "is it correct to say that",
    "is it right that",
    "is it a fact that",
    "would it be correct to say that",
    "would it be true that",
    "can we say that",
    "would you say that",
    "would you say",
    "do you agree that",
    "can you tell me if",
    "can you tell me whether",
    "can you confirm that",
    "can you confirm if",
    "can you confirm whether",
    "could you tell me if",
    "could you tell me whether",
    "could you confirm that",
    "please tell me if",
    "please tell me whether",
    "tell me if",
    "tell me whether",
    "i want to know if",
    "i want to know whether",
    "i would like to know if",
    "i would like to know whether",
    "may i ask if",
    "may i know if",
    "do you think that",
    "do you think",
)
_FALSE = ("is it false that", "is it not true that", "is it not the case that", "is it untrue that")
_NOTS = ("does not", "do not", "is not", "are not", "did not", "not", "never")
_SHORT_NOTS = ("doesn't", "don't", "isn't", "aren't", "didn't", "hasn't", "doesnt", "isnt")
_ADVERBS = (
    "also",
    "actually",
    "possibly",
    "really",
    "simply",
    "itself",
    "perhaps",
    "maybe",
    "literally",
)


class Grammar(Verbs):
    """Rules for whole questions."""

    current: Subject | None = None
    """The subject of the last clause, for those that leave theirs out."""
    loose_not = False
    """Whether the last clause is a bare "not ...", whose reach an "or" leaves open."""
    elided = False
    """Whether the last clause had neither an auxiliary nor a subject."""
    depth = 0

    def question(self, start: int) -> tuple[Predicate, int] | None:
        """The predicate asked from token ``start`` on, and where the sentence ends."""
        self.at, self.current, self.again, self.depth = start, None, None, 0
        self.loose_not = False
        end = start
        while end < len(self.tokens) and self.tokens[end].kind != "stop":
            end += 1
        self.ordered = any(token.kind == "order" for token in self.tokens[start:end])
        found = self.attempt(self.disjunction)
        if found is None or not self._finished():
            return None
        return found, self.at

    def current_is_named(self, start: int, end: int) -> bool:
        """Whether the clause just read names the keyword, or a letter, rather than "it"."""
        return self.current is None or self.current.strong

    def _finished(self) -> bool:
        """Whether nothing that bears on the question is left in the sentence."""
        self.order()
        self.skip(",", ";", "-", "–", "—", "'s")
        self.order()
        if (
            self.phrase("for example", "for instance", "such as", "that is")
            or self.low() in EXAMPLES[:3]
        ):
            while self.kind() not in ("", "stop"):
                self.at += 1
        elif self.low() == "like" and self.current and self.current.strong:
            while self.kind() not in ("", "stop"):
                self.at += 1
        self.phrase(
            "yes or no",
            "yes/no",
            "or not",
            "right",
            "correct",
            "please",
            "at all",
            "is that correct",
        )
        self.order()
        self.skip(",", ")", "]", "}", ":")
        token = self.token()
        return token is None or token.kind == "stop" or token.fresh

    # joins

    def disjunction(self) -> Predicate | None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise GiveUp("too deep")
        left = self.attempt(self._conjunction, False)
        terms = [] if left is None else [left]
        while terms:
            mark, loose = self.at, self.loose_not
            self.skip(",")
            self.order()
            if not self.take("or", "||", "|"):
                self.at = mark
                break
            term = self.attempt(self._conjunction, True)
            if term is None:
                self.at = mark
                break
            if loose and self.elided:
                raise GiveUp("the reach of a not")
            if isinstance(term, Count) and term.modulus == 2 and terms[-1] != term:
                raise GiveUp("a choice, not a yes or no")
            terms.append(term)
        self.depth -= 1
        return None if not terms else terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _conjunction(self, after_or: bool, to_comma: bool = False) -> Predicate | None:
        left = self.attempt(self._term)
        terms = [] if left is None else [left]
        while terms:
            mark, loose = self.at, self.loose_not
            comma = self.take(",")
            self.order()
            if to_comma and comma:
                self.at = mark
                break
            but = self.low() == "but"
            if not self.take("and", "but", "&&", "&", "while", "yet") and not self.phrase(
                "as well as"
            ):
                self.at = mark
                break
            self.take("also", "that")
            term = self.attempt(self._term)
            if term is None:
                self.at = mark
                break
            if comma and after_or:
                raise GiveUp("and after or")
            if loose and self.elided and not but and not self.loose_not:
                raise GiveUp("the reach of a not")
            terms.append(term)
        return None if not terms else terms[0] if len(terms) == 1 else And(tuple(terms))

    def _term(self) -> Predicate | None:
        self.loose_not = self.elided = False
        if self.low() == "(":
            return self._group()
        if self.low() == "not" and self.low(1) == "(" and self.take("not"):
            found = self._group()
            return Not(found) if found else None
        return self.clause()

    def _group(self) -> Predicate | None:
        if not self.take("("):
            return None
        found = self.attempt(self.disjunction)
        self.loose_not = self.elided = False
        return found if found and self.take(")") else None

    # clauses

    def clause(self) -> Predicate | None:
        self.order()
        self.skip(",")
        negative = False
        while True:
            if self.phrase(*_FALSE):
                negative = not negative
            elif not self.phrase(*_TRUE):
                break
            self.take(",")
        found = self._bare_clause()
        return Not(found) if found and negative else found

    def _bare_clause(self) -> Predicate | None:
        if self.low() in ("is", "are", "was") and self.low(1) == "there" or self.low() == "there":
            return self._there()
        mark = self.at
        auxiliary = self.low(-1) if self.take(*AUXILIARIES) else ""
        self.skip(*_ADVERBS)
        if auxiliary:
            found = self.attempt(self._turned, auxiliary)
            if found:
                return found
        early_not = bool(auxiliary) and self.take("not")
        subject = self.attempt(self.subject)
        if subject is None:
            if auxiliary in ("has", "have"):
                self.at, auxiliary = mark, ""
            if self.current is None:
                return None
            subject = self.current
            if not auxiliary:
                found = self.attempt(self._elided, subject)
                return found
        else:
            self.current = subject
            self.skip(",")
        found = self.attempt(self._said, subject, auxiliary)
        if found is None and auxiliary in ("has", "have"):
            found = self.attempt(self.content, subject, "has")
        return Not(found) if found and early_not else found

    def _elided(self, subject: Subject) -> Predicate | None:
        """A clause that shares its subject, and perhaps its verb, with the one before."""
        again = self.again
        negated = self.low() in _NOTS or self.low() in _SHORT_NOTS
        first = 1 if self.low() == "not" else 0
        bare = self.kind(first) == "quote" or len(self.low(first)) == 1
        found = None if bare and again else self.attempt(self._said, subject, "is")
        if found is None and again is not None:
            negated = self.take("not")
            found = self.attempt(again)
            found = Not(found) if found and negated else found
        self.elided, self.loose_not = True, bool(negated)
        return found

    def _said(self, subject: Subject, auxiliary: str) -> Predicate | None:
        """What is said of the subject, with not, either, neither and parentheses."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise GiveUp("too deep")
        try:
            self.order()
            self.skip(*_ADVERBS)
            if self.phrase(*_NOTS) or self.take(*_SHORT_NOTS):
                grouped = self.low() == "("
                found = self._said(subject, auxiliary)
                self.loose_not = not grouped
                return Not(found) if found else None
            found = self.attempt(self._simple, subject, auxiliary)
            if found is not None:
                return found
            self.current = subject
            if self.low() == "(":
                return self._group()
            if self.take("either", "both"):
                return self._alternatives(subject, auxiliary, self.low(-1))
            if self.take("neither"):
                found = self._alternatives(subject, auxiliary, "neither")
                return Not(found) if found else None
            return None
        finally:
            self.depth -= 1

    def _alternatives(self, subject: Subject, auxiliary: str, joint: str) -> Predicate | None:
        word = {"either": "or", "neither": "nor", "both": "and"}[joint]
        terms = []
        while True:
            if word == "or":
                term = self.attempt(self._conjunction, True, True)
            else:
                term = self.attempt(self._said, subject, auxiliary)
            if term is None and terms and self.again is not None:
                term = self.attempt(self.again)
            if term is None:
                return None
            terms.append(term)
            mark = self.at
            self.take(",")
            if not (self.take(word) or (word == "nor" and self.take("or"))):
                self.at = mark
                break
        self.loose_not = self.elided = False
        if len(terms) == 1:
            return None
        return And(tuple(terms)) if word == "and" else Or(tuple(terms))

    def _simple(self, subject: Subject, auxiliary: str) -> Predicate | None:
        if subject.unit:
            return self.counted_vp(subject)
        if subject.part.span is not None:
            return self.attempt(self.piece, subject) or self.attempt(self.edges, subject)
        return self.whole(subject, auxiliary in BE)

    def _there(self) -> Predicate | None:
        """ "Are there more than five letters in the keyword?"."""
        self.take("is", "are", "was")
        if not self.take("there"):
            return None
        self.take("is", "are")
        mark = self.at
        for subject in (Subject(WHOLE, True), Subject()):
            self.at = mark
            found = self.attempt(self._held, subject)
            if found:
                return found
        return None

    def _held(self, subject: Subject) -> Predicate | None:
        found = (
            self.attempt(self._repeats)
            or self.attempt(self.count_phrase, WHOLE, subject.strong)
            or self.attempt(self._holds, subject, True)
            or self.attempt(self._mark, subject, True)
        )
        if found is None or not self.take("in", "within", "inside"):
            return None
        where = self.attempt(self.subject)
        if where is None or where.unit or where.part != WHOLE or where.strong != subject.strong:
            return None
        self.current = where
        return found

    # the argument before the subject

    def _turned(self, auxiliary: str) -> Predicate | None:
        """ "Does the letter e appear in the keyword?", "Does "W" come after the keyword ...?"."""
        return (
            self.attempt(self._bound_first)
            or self.attempt(self._text_first)
            or self.attempt(self._list_first)
        )

    def _bound_first(self) -> Predicate | None:
        bound = self.bound(("come", "comes", "precede", "precedes", "follow", "alphabetically"))
        if bound is None or bound[1] == "free":
            return None
        self.order()
        self.skip("come", "comes", "appear", "fall", "sort", "be", "is", "listed")
        compared = self.attempt(self.comparator)
        if compared is None:
            return None
        sign, equal, _ = compared
        symbol = self.low(-1) in ("<", ">", "<=", ">=")
        subject = self.attempt(self.subject)
        if subject is None or subject.unit or not (self.ordered or self.lowered or symbol):
            return None
        equal = self.or_equal() or equal
        if sign > 0:
            return Order(None, bound[0], False, equal, subject.part)
        return Order(bound[0], None, equal, False, subject.part)

    def _text_first(self) -> Predicate | None:
        self.phrase("you find", "you see", "we find")
        found = self.argument("contains", False)
        if found is None or found.mode == "list":
            return None
        negated = self.take("not")
        how = "contains"
        self.skip("is", "are", "be")
        mark = self.at
        if self.take("the"):
            self.at = mark
            subject = self.attempt(self._part, None)
            if subject is None or subject.unit:
                return None
            return found.build("is", subject.part)
        if not self.phrase(
            "a part of", "part of", "a substring of", "a letter of", "a letter in", "one of"
        ):
            self.skip(
                "appear", "appears", "appearing", "occur", "occurs", "exist", "exists", "present"
            )
            self.skip(
                "included", "contained", "found", "used", "show", "shows", "up", "come", "somewhere"
            )
            self.skip("anywhere")
            times = self.attempt(self.times)
            self.phrase("as part of", "as a part of")
            if self.take("as"):
                subject = self.attempt(self.subject)
                if subject is None or subject.part.span is None or subject.unit:
                    return None
                return found.build("is", subject.part)
            if self.phrase("at the beginning of", "at the start of"):
                how = "starts"
            elif self.phrase("at the end of"):
                how = "ends"
            elif not self.take("in", "within", "inside"):
                return None
        else:
            times = None
            if self.low(-1) == "of" and self.low(-2) == "one":
                self.phrase("the letters in", "the letters of", "the characters in")
        subject = self.attempt(self.subject)
        if subject is None or subject.unit or not (subject.strong or found.named or found.quoted):
            return None
        if subject.part.span is not None:
            return None
        if not subject.strong and any(len(option) > 1 for option in found.options):
            return None
        times = times or (self.attempt(self.times) if len(found.options) == 1 else None)
        if times:
            result: Predicate | None = counted(times, "times", subject.part, found.options[0])
        else:
            result = found.build(how, subject.part)
        self.current = subject
        return Not(result) if result and negated else result

    def _list_first(self) -> Predicate | None:
        """ "Does the following list contain the keyword: apple, plum?"."""
        self.take("the", "this", "my")
        self.take("following")
        if not self.take("list", "set", "group"):
            return None
        self.phrase("of words", "of keywords")
        words = None
        if self.low() in (":", "[", "(", "{"):
            self.take(":")
            opened = self.take("[", "(", "{")
            if not opened:
                return None
            words = self._words(True, True)[0]
        if not self.take("contain", "contains", "include", "includes", "have"):
            return None
        subject = self.attempt(self.subject)
        if subject is None or subject.part != WHOLE or subject.unit:
            return None
        if words is None:
            if not (self.take(":", "?", "-") or self.low() in ("[", "(")):
                return None
            words = self._words(self.take("[", "(", "{"), True)[0]
        return Membership(frozenset(words)) if words else None
