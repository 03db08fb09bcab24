"""Clauses of spelling questions, and how and, or, not, either and neither join them."""

from __future__ import annotations

from .contents import BE
from .cursor import EXAMPLES, GiveUp
from .predicates import And, Count, Not, Or, Order, Predicate
from .quantified import Quantified
from .subjects import Subject
from .vocabulary import AUXILIARIES, FALSE, TRUE, words

_NOTS = ("does not", "do not", "is not", "are not", "did not", "not", "never")
_SHORT_NOTS = ("doesn't", "don't", "isn't", "aren't", "didn't", "hasn't", "doesnt", "isnt")
_CONTINUING = words("or and but if when unless in then while because than as of")
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


class Grammar(Quantified):
    """Rules for whole questions."""

    loose_not = False
    """Whether the last clause is a bare "not ...", whose reach an "or" leaves open."""
    elided = False
    """Whether the last clause had neither an auxiliary nor a subject."""

    def question(self, start: int) -> tuple[Predicate, int] | None:
        """The predicate asked from token ``start`` on, and where the sentence ends."""
        self.at, self.current, self.again, self.level = start, None, None, 0
        self.loose_not = False
        end = start
        while end < len(self.tokens) and self.tokens[end].kind != "stop":
            end += 1
        while start > 0 and self.tokens[start - 1].kind != "stop":
            start -= 1
        orders = [token for token in self.tokens[start:end] if token.kind == "order"]
        self.ordered = bool(orders)
        self.backwards = any(token.low == "reverse" for token in orders)
        self.change = ""
        self.changing()
        found = self.attempt(self._told) or self.attempt(self.disjunction)
        found = self.changed(found) if found and self._finished() else None
        return None if found is None else (found, self.at)

    def _told(self) -> Predicate | None:
        """ "If ... answer no, otherwise answer yes"."""
        if not self.take("if"):
            return None
        found = self.attempt(self.disjunction)
        self.skip(",", "then")
        if found is None or not self.take("answer", "say", "reply", "respond"):
            return None
        negated = self.take("no")
        if not negated and not self.take("yes"):
            return None
        self.skip(",", ";", "and")
        self.take("otherwise", "else")
        self.take("answer", "say", "reply", "respond")
        if not self.take("yes" if negated else "no"):
            return None
        self.take("otherwise")
        return Not(found) if negated else found

    def names_keyword(self) -> bool:
        """Whether the clause just read names the keyword, or a letter, rather than "it"."""
        return self.current is None or self.current.strong

    def _finished(self) -> bool:
        """Whether nothing that bears on the question is left in the sentence."""
        self.order()
        self.skip(",", ";", "-", "–", "—", "'s")
        self.order()
        like = self.low() == "like" and self.current and self.current.strong
        example = self.phrase("for example", "for instance", "such as")
        example = (self.low(-1) == "," and self.phrase("that is")) or example
        example = self.phrase("as in") or example
        if example or like or self.low() in EXAMPLES[:3]:
            while self.kind() not in ("", "stop"):
                self.at += 1
        self.attempt(self._contrast)
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
        if self.low() == "," and self.low(1) in ("otherwise", "else"):
            self.at += 1
        self.phrase("otherwise answer no", "otherwise say no", "otherwise no", "else no",
                    "else answer no", "and no otherwise")  # fmt: skip
        self.order()
        self.take("true")
        self.skip(",", ")", "]", "}", ":")
        token = self.token()
        if token is None or token.kind == "stop":
            return True
        return token.fresh and token.low not in _CONTINUING

    def _contrast(self) -> bool | None:
        """Step over what the predicate only excludes: "rather than a consonant"."""
        bracket = self.take("(")
        self.take(",")
        if not self.phrase("rather than", "instead of", "as opposed to", "and not", "not"):
            return None
        self.take("a", "an")
        self.take("multi-word", "multiword", "two-word")
        found = self.take("vowel", "consonant", "phrase", "compound", "hyphen", "space")
        return True if found and (not bracket or self.take(")")) else None

    def disjunction(self) -> Predicate | None:
        left = self.attempt(self._conjunction, False)
        terms = [] if left is None else [left]
        while terms:
            mark, loose = self.at, self.loose_not
            self.skip(",")
            self.order()
            if not (self.take("or", "||", "|") or self.phrase("and / or")):
                self.at = mark
                break
            term = self.attempt(self._conjunction, True)
            if term is None:
                self.at = mark
                break
            if loose and self.elided:
                raise GiveUp("the reach of a not")
            if _is_choice(terms[-1], term):
                raise GiveUp("a choice, not a yes or no")
            terms.append(term)
        return None if not terms else terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _conjunction(self, after_or: bool, to_comma: bool = False) -> Predicate | None:
        left = self.attempt(self._term)
        terms = [] if left is None else [left]
        while terms:
            mark, loose = self.at, self.loose_not
            comma = self.take(",")
            self.order()
            further = self.attempt(self._further) if comma and not to_comma else None
            if further:
                terms += further
                comma = False
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

    def _further(self) -> list[Predicate] | None:
        """The clauses between the first of several and the "and" before the last."""
        terms = []
        while self.low() not in ("and", "or", "but"):
            term = self.attempt(self._term)
            if term is None:
                return None
            terms.append(term)
            self.take(",")
        return terms if terms and self.low() == "and" else None

    def _term(self) -> Predicate | None:
        self.loose_not = self.elided = False
        if self.low() == "(":
            return self._group()
        if self.low() == "not" and self.low(1) == "(" and self.take("not"):
            found = self._group()
            return Not(found) if found else None
        if self.low() == "either" and self.kind(1) == "word":
            found = self.attempt(self._either)
            if found:
                return found
        return self.clause()

    def _either(self) -> Predicate | None:
        """ "either the keyword starts with A, or it ends with E"."""
        self.take("either")
        left = self.attempt(self._conjunction, True, True)
        self.take(",")
        if left is None or not self.take("or"):
            return None
        right = self.attempt(self._conjunction, True, True)
        return Or((left, right)) if right else None

    def _group(self) -> Predicate | None:
        if not self.take("("):
            return None
        found = self.attempt(self.disjunction)
        self.loose_not = self.elided = False
        return found if found and self.take(")") else None

    def clause(self) -> Predicate | None:
        self.order()
        self.skip(",")
        negative = False
        while True:
            if self.phrase(*FALSE):
                negative = not negative
            elif not self.phrase(*TRUE):
                break
            self.take(",", ":")
        found = self._bare_clause()
        return Not(found) if found and negative else found

    def _bare_clause(self) -> Predicate | None:
        if self.low() in ("is", "are", "was") and self.low(1) == "there" or self.low() == "there":
            return self._there()
        mark = self.at
        auxiliary = self.low(-1) if self.take(*AUXILIARIES) else ""
        self.skip(*_ADVERBS)
        if auxiliary:
            found = self.attempt(self.quantified, auxiliary) or self.attempt(
                self._turned, auxiliary
            )
            if found:
                return found
        early_not = bool(auxiliary) and self.take("not")
        subject = self.attempt(self.subject)
        if subject is None:
            if auxiliary in ("has", "have"):
                self.at, auxiliary = mark, ""
            if self.current is None:
                return None if auxiliary else self.attempt(self._bare_predicate)
            subject = self.current
            if not auxiliary:
                return self.attempt(self._elided, subject)
        else:
            if subject == Subject() and self.current and self.current.strong:
                subject = Subject(strong=True)
            self.current = subject
            self.changing()
            self.skip(",")
        found = self.attempt(self.said, subject, auxiliary)
        if found is None and auxiliary in ("has", "have"):
            found = self.attempt(self.content, subject, "has")
        return Not(found) if found and early_not else found

    def _bare_predicate(self) -> Predicate | None:
        """A question without subject: "Starts with B?", "More than one word?"."""
        subject = self.current = Subject()
        for rule in (self.edges, self.contains):
            found = self.attempt(rule, subject)
            if found:
                return found
        return self.attempt(self.sized, subject, True)

    def _elided(self, subject: Subject) -> Predicate | None:
        """A clause that shares its subject, and perhaps its verb, with the one before."""
        again = self.again
        negated = self.low() in _NOTS or self.low() in _SHORT_NOTS
        first = 1 if self.low() == "not" else 0
        bare = self.kind(first) == "quote" or len(self.low(first)) == 1
        if self.kind() == "quote" and again is None:
            raise GiveUp("what a further text is for")
        found = None if bare and again else self.attempt(self.said, subject, "is")
        if found is None and again is not None:
            negated = self.take("not")
            found = self.attempt(again)
            found = Not(found) if found and negated else found
        self.elided, self.loose_not = True, bool(negated)
        return found

    def said(self, subject: Subject, auxiliary: str) -> Predicate | None:
        """What is said of the subject, with not, either, neither and parentheses."""
        self.order()
        self.skip(*_ADVERBS)
        if self.phrase(*_NOTS) or self.take(*_SHORT_NOTS):
            grouped = self.low() == "("
            found = self.attempt(self.said, subject, auxiliary)
            if isinstance(found, And) and found.holds() and not grouped:
                raise GiveUp("not both, or neither")
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

    def _alternatives(self, subject: Subject, auxiliary: str, joint: str) -> Predicate | None:
        word = {"either": "or", "neither": "nor", "both": "and"}[joint]
        terms = []
        while True:
            if word == "or":
                term = self.attempt(self._conjunction, True, True)
            else:
                term = self.attempt(self.said, subject, auxiliary)
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
            return (
                self.attempt(self.piece, subject)
                or self.attempt(self.edges, subject)
                or self.attempt(self.contains, subject)
            )
        return self.whole(subject, auxiliary in BE)


def _is_choice(one: Predicate, other: Predicate) -> bool:
    """Whether "one or other" always holds, as in "even or odd", "before or after"."""
    if isinstance(one, Order) and isinstance(other, Order):
        met = one.high is not None and one.high == other.low
        met |= other.high is not None and other.high == one.low
        return met and one.part == other.part
    if not (isinstance(one, Count) and isinstance(other, Count)):
        return False
    if (one.unit, one.part, one.sample) != (other.unit, other.part, other.sample):
        return False
    if one.modulus == other.modulus == 2:
        return one.remainder != other.remainder
    low, high = sorted((one, other), key=lambda count: count.low)
    return low.low <= 1 and high.high is None and (low.high is None or low.high + 1 >= high.low)
