"""The command line behind the Makefile: ``python -m pipeline --help``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from . import environment, places
from .errors import PipelineError
from .params import VERIFY_KEYWORD

# The agent's package, as it ships, is what the workbench runs too.
sys.path.insert(0, str(places.AGENT_TEMPLATE))

PARAMS = click.argument("params", type=click.Path(path_type=Path))
SETTINGS = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="Override one parameter: a dotted key and a YAML value, e.g. eda.limit=100.",
)
MODEL = click.option(
    "--model",
    metavar="ORG/NAME",
    help="Another model: an id on the hub (or a local folder). The run gets its name too. "
    "Short for --set model.id=ORG/NAME.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.option("--verbose", is_flag=True, help="Show tracebacks.")
@click.pass_context
def cli(context: click.Context, verbose: bool) -> None:
    """From a model id to a verified submission for LLM 20 Questions.

    PARAMS is a file in params/. RUN is a run's name (default) or folder (runs/default).
    """
    context.obj = verbose


@cli.command()
@PARAMS
@SETTINGS
@MODEL
@click.option("--until", metavar="STAGE", help="Stop after this stage, e.g. 02 or prompt_eda.")
@click.option("--force", metavar="STAGE", help="Run this stage again, and all that depend on it.")
def run(
    params: Path, overrides: tuple[str, ...], model: str | None, until: str | None, force: str
) -> None:
    """Run notebooks 01 to 05, skipping those that are up to date.

    Ends with a table: what each stage did and why, the tarball with its size and sha256,
    the measured answer accuracy and the arena's results. Everything lands in
    runs/<name of the params file>/.

    \b
    Examples:
      python -m pipeline run params/default.yaml
      python -m pipeline run params/default.yaml --set package.level=2
      python -m pipeline run params/t4-llama-3-smaug-8b.yaml --until prompt_eda
      python -m pipeline run params/default.yaml --model Qwen/Qwen2.5-0.5B-Instruct
    """
    from . import chain
    from .params import load
    from .stages import find

    name, resolved = load(params, _overrides(overrides, model))
    stop, again = (find(until) if until else None), (find(force) if force else None)
    run_dir, outcomes = chain.run(name, resolved, until=stop, force=again, echo=click.echo)
    click.echo()
    click.echo(chain.summary(run_dir, outcomes))


@cli.command()
@PARAMS
@SETTINGS
@MODEL
def status(params: Path, overrides: tuple[str, ...], model: str | None) -> None:
    """Say for each stage whether it is up to date, or why it would run. Starts nothing."""
    from . import chain
    from .params import load

    name, resolved = load(params, _overrides(overrides, model))
    for stage, verdict in chain.plan(name, resolved):
        click.echo(f"{stage.name:<14} {verdict}")
    click.echo(f"run folder     {places.runs_folder() / name}")


@cli.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@SETTINGS
@click.option("--gpu", default="t4", show_default=True, help="t4, t4x2, l4, p100, h200, cpu, auto.")
@click.option("--bits", type=click.Choice(["4", "8", "16"]), help="Default: 4, or the file's.")
@click.option("--pass-tokens", type=click.IntRange(min=1), help="New ones a pass; default: 512.")
@click.option("--tokens", type=click.IntRange(min=1), help="Of the longest prompt; default: ours.")
@click.option("--revision", help="Branch, tag or commit; default: main.")
def fit(
    models: tuple[str, ...],
    overrides: tuple[str, ...],
    gpu: str,
    bits: str | None,
    pass_tokens: int | None,
    tokens: int | None,
    revision: str | None,
) -> None:
    """Will it fit? Tells what MODEL needs, from its configuration alone.

    MODEL is an id on the hub, a local folder, a Kaggle handle or a parameters file. Nothing
    large is downloaded. Several models get one line each; where one cannot be sized the line
    says why, and the exit status is 1.

    \b
    Examples:
      python -m pipeline fit Qwen/Qwen3-8B
      python -m pipeline fit google/gemma-2-9b-it --gpu t4 --bits 8
      python -m pipeline fit org/name --set model.trust_remote_code=true
      python -m pipeline fit params/t4-*.yaml
    """
    from .fit import fit_named, lines

    wanted = {
        "gpu": gpu,
        "quant_type": {"4": "nf4", "8": "int8", "16": "none"}.get(bits or ""),
        "pass_tokens": pass_tokens,
        "tokens": tokens,
        "revision": revision,
    }
    if len(models) == 1:
        click.echo(fit_named(models[0], overrides, **wanted).text())
        return
    for line in lines(models, overrides, **wanted):
        click.echo(line)


@cli.command()
@click.argument("run")
@click.argument("pairs", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="CSV to write.")
def score(run: str, pairs: Path, out: Path) -> None:
    """Answer the questions of a CSV file with RUN's packaged agent, and say how well.

    PAIRS has the columns keyword and question, and may have answer (yes or no) and kind (of
    question). OUT gets the same rows with p_yes, answer (the agent's) and source: rule, table,
    model or default; a right answer that was given is kept as label.

    Printed are how often it says yes, by source, and its speed. Where there are labels:
    accuracy, balanced accuracy, AUC, Brier score and log loss with 95% bootstrap intervals over
    questions and keywords, a table by kind of question (without such a column: by its first
    words), how many answers are wrong, and the ten surest of those in full.

    \b
    Example:
      python -m pipeline score default pairs.csv -o answers.csv
    """
    from .scored import report, score_file

    scored = score_file(places.existing_run(run), pairs, out, click.echo)
    click.echo(f"wrote {out}\n")
    click.echo(report(scored))


@cli.command()
@click.argument("tarball", type=click.Path(path_type=Path))
@click.option("--keyword", default=VERIFY_KEYWORD, show_default=True, help="The game's keyword.")
def verify(tarball: Path, keyword: str) -> None:
    """Play one game from TARBALL with the network cut.

    It is unpacked into a fresh folder and played whole, by a fresh process.

    Refuses a tarball that has no main.py at its root or a table that is not, byte for byte,
    the one that was built, raises, answers anything but yes or no, overruns its time, or
    plays without its model or table.
    """
    from .tarball import verify as verify_tarball

    found = verify_tarball(tarball, keyword=keyword, echo=click.echo)
    click.echo(
        f"verified: {found['rounds']} rounds in {found['game_seconds']:.0f} s, statuses "
        f"{', '.join(found['statuses'][:2])}, longest turn {found['longest_turn_seconds']:.1f} s, "
        f"{len(found['network_attempts'])} attempts to reach the network"
    )


@cli.command()
@click.argument("run")
@click.option(
    "--keywords",
    type=click.Path(path_type=Path),
    help="Text file, one keyword a line; "
    "variants separated by ' | '. Without it: the environment's public list.",
)
@click.option("--games", type=click.IntRange(min=1), help="Random keywords; without it: all.")
@click.option("--seed", default=0, show_default=True, help="For the choice of keywords.")
@click.option(
    "--guesser",
    default="ours",
    show_default=True,
    help="ours, random, inert, or an agent's main.py.",
)
@click.option(
    "--answerer",
    default="ours",
    show_default=True,
    help="ours, random, named (yes if the keyword is named), yes, no, inert, "
    "or an agent's main.py.",
)
@click.option(
    "--handshake",
    type=click.Choice(["always", "never", "auto"]),
    default="auto",
    show_default=True,
    help="Whether our guesser opens with it.",
)
@click.option(
    "--questions",
    type=click.Choice(["all", "semantic", "spelling"]),
    default="all",
    show_default=True,
    help="What our guesser may ask.",
)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path),
              help="JSON lines to write.")  # fmt: skip
def arena(
    run: str,
    keywords: Path | None,
    games: int | None,
    seed: int,
    guesser: str,
    answerer: str,
    handshake: str,
    questions: str,
    out: Path,
) -> None:
    """Play one pair in the real environment, against inert opponents.

    One JSON line per game: keyword, won, round, questions, answers, guesses, statuses,
    seconds per turn. "ours" is RUN's packaged agent. An interrupted series goes on where
    it stopped.

    \b
    Examples:
      python -m pipeline arena default --games 50 -o games.jsonl
      python -m pipeline arena default --answerer named --questions semantic -o games.jsonl
    """
    from .arena import run_arena
    from .arena_report import table
    from .evaluate import existing_submission

    # A pairing without our agent needs no run to have finished.
    ours = "ours" in (guesser, answerer)
    main = existing_submission(places.existing_run(run)) / "main.py" if ours else None
    summary = run_arena(
        agent_main=main,
        guesser=guesser,
        answerer=answerer,
        keywords=keywords,
        games=games,
        seed=seed,
        handshake=handshake,
        questions=questions,
        out=out,
    )
    click.echo(table({f"{guesser} + {answerer}": summary}))
    click.echo(f"wrote {out}")


@cli.command("image-manifest")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="YAML to write.")
def image_manifest(out: Path) -> None:
    """Record which packages this machine has, and which it imports before an agent.

    To be run in a notebook of the image in question: a submission is checked against the
    file if agent.server_image names it.
    """
    from . import image

    found = image.measure()
    image.write(found, out)
    click.echo(
        f"wrote {out}: Python {found.python.version}, {len(found.packages)} packages, "
        f"{len(found.preloaded)} of them imported before an agent"
    )


@cli.command()
@PARAMS
@SETTINGS
@MODEL
@click.option("--owner", envvar="KAGGLE_USERNAME", metavar="NAME", help="Your Kaggle user name.")
@click.option(
    "-o",
    "--out",
    default=Path("build/kaggle"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder to write.",
)
def kaggle(
    params: Path, overrides: tuple[str, ...], model: str | None, owner: str | None, out: Path
) -> None:
    """Build what `kaggle kernels push` needs to run PARAMS in a Kaggle notebook.

    OUT/kernel gets the notebook and its metadata (two T4s, internet on), OUT/dataset the
    project, unless kaggle.repository names a place to clone it from. Nothing is uploaded.

    \b
    Examples:
      python -m pipeline kaggle params/t4-llama-3-smaug-8b.yaml --owner me
      python -m pipeline kaggle params/default.yaml --owner me --model Qwen/Qwen2.5-7B-Instruct
    """
    from . import kaggle as to_kaggle
    from .params import load

    given = _overrides(overrides, model)
    name, resolved = load(params, given)
    built = to_kaggle.build(params, name, resolved, given, owner=owner, out=out)
    click.echo(f"built {out}; next, with Kaggle's own client:")
    for line in built.next_steps():
        click.echo(f"  {line}")


@cli.command()
@click.argument("models", nargs=-1)
@click.option(
    "--base",
    type=click.Path(path_type=Path),
    default=Path("params/default.yaml"),
    show_default=True,
    help="Parameters of models given by a hub id or folder.",
)
@SETTINGS
@click.option("--name", default="compare", show_default=True, help="Run folder of the report.")
def compare(models: tuple[str, ...], base: Path, overrides: tuple[str, ...], name: str) -> None:
    """Take several models through the chain: one table, one plot.

    MODELS are parameters files, hub ids or folders. Each has a run of its own, in which stages
    that are up to date are skipped; all get the EDA and arena parameters of the first. One that
    fails is a line in the table, and the exit status is 1.

    runs/<name>/report/ gets models.csv and models.png.

    \b
    Examples:
      python -m pipeline compare params/default.yaml Qwen/Qwen2.5-0.5B-Instruct
      python -m pipeline compare params/t4-*.yaml --set eda.limit=0 --name t4
    """
    from .compare_models import compare as compare_models
    from .comparison import raise_if_failed

    rows = compare_models(models, base, overrides, name=name, echo=click.echo)
    raise_if_failed(rows, "models")


@cli.command("compare-quantization")
@PARAMS
@SETTINGS
@MODEL
@click.option(
    "--choice",
    "choices",
    multiple=True,
    metavar="NAME",
    help="Only this one, e.g. nf4-double, and others named likewise; without it: all.",
)
def compare_quantization(
    params: Path, overrides: tuple[str, ...], model: str | None, choices: tuple[str, ...]
) -> None:
    """Store one model in each way there is, and compare size, accuracy and speed.

    The ways: NF4 and FP4 with and without double quantisation, 8 bits, and none (16 bits). Each
    is scored on the labelled pairs of eda.pairs, at most eda.limit of them (0: all), and on
    eda.cells cells of the table. What is measured is kept until something it depends on
    changes; a killed run goes on where it was.

    Ends with a table; runs/<name>/report/ gets quantization.csv and quantization.png.

    \b
    Examples:
      python -m pipeline compare-quantization params/default.yaml
      python -m pipeline compare-quantization params/default.yaml --set eda.limit=0
      python -m pipeline compare-quantization params/smoke.yaml --choice nf4 --choice none
    """
    from .compare_quantization import compare
    from .comparison import raise_if_failed
    from .params import load

    name, resolved = load(params, _overrides(overrides, model))
    rows = compare(name, resolved, choices, click.echo)
    raise_if_failed(rows, "choices")


@cli.command()
@click.option(
    "--withhold",
    type=click.Choice(["none", "public"]),
    multiple=True,
    help="Which table; both if this is not given.",
)
@click.option("--rows", type=click.IntRange(min=1), help="Candidates that get a row.")
def knowledge(withhold: tuple[str, ...], rows: int | None) -> None:  # fmt: skip
    """Learn the table in data/ again, from the labels, the lexicon and open sources.

    Fetches WordNet, GloVe and a sentence encoder (300 MB) on the first run, and keeps what
    it computes with them: a killed run goes on where it stopped. The lexicon and the rest
    of data/ are rebuilt by notebooks/00_knowledge.ipynb.
    """
    from . import learning, table_rows

    for kind in withhold or table_rows.TABLES:
        manifest = learning.learn(places.DATA, kind, rows or learning.ROWS)
        size = places.human(sum(entry["bytes"] for entry in manifest["files"].values()))
        click.echo(
            f"data/{table_rows.TABLES[kind]}: {manifest['keywords']:,} keywords x "
            f"{manifest['questions']} questions, {size}; of left-out keywords: "
            "{loss:.3f} bits an answer ({base_loss:.3f} without the model), balanced accuracy "
            "{accuracy:.3f}".format(**manifest["held_out"])
        )


@cli.command("judge-table")
@click.argument("pairs", type=click.Path(path_type=Path))
@click.option("--knowledge", "folder", type=click.Path(path_type=Path),
              help="A run's submission/knowledge; without it, built from --data.")  # fmt: skip
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=places.DATA,
    show_default="data/",
    help="Its tables; also where the rates of strangers are read.",
)
@click.option("--withhold", type=click.Choice(["none", "public"]), help="Of --data; default: none.")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="PNG to write.")
def judge_table(
    pairs: Path, folder: Path | None, data: Path, withhold: str | None, out: Path
) -> None:
    """Judge the table by itself, no model, by the labelled pairs of a CSV file.

    PAIRS has the columns keyword, question and answer (yes or no). Pairs that the table does
    not have are counted and left out. OUT gets a calibration plot, and a CSV file beside it
    a row per question: pairs, share of yes, shares of yes and of no that are told rightly.

    \b
    Examples:
      python -m pipeline judge-table pairs.csv -o judged.png
      python -m pipeline judge-table pairs.csv --withhold public -o judged.png
      python -m pipeline judge-table pairs.csv --knowledge runs/x/submission/knowledge -o x.png
    """
    from . import judging
    from .evaluate import load_pairs

    if folder and withhold:
        raise click.UsageError(
            "--withhold is for --data; a knowledge folder was built with its own."
        )
    asked = load_pairs(pairs, labelled=True)
    with judging.table_of(folder, data, withhold or "none") as (known, rates):
        judged = judging.judge(asked, known, rates)
    click.echo(judging.text(judged, judging.figures(judged)))
    click.echo(f"wrote {judging.write(judged, out)} and {out}")


@cli.command()
@click.argument("scored", type=click.Path(path_type=Path), required=False)
@click.option("--source", help="Whose answers SCORED has: model and prompt.")
def reliability(scored: Path | None, source: str | None) -> None:
    """Measure how strangers answer each question, and note it in data/questions.csv.

    SCORED has the columns keyword, question and answer, as `python -m pipeline score` writes
    it; without one, the answers in data/answers.csv count.
    """
    from . import reliability as answered

    if scored and not source:
        raise click.UsageError("--source should say whose answers these are: model and prompt.")
    found = answered.read_scored(scored, places.DATA) if scored else answered.read(places.DATA)
    known = answered.truths(places.DATA, found)
    count = answered.update(places.DATA, known, source or answered.NAME)
    low, high = answered.measure(known)[1]
    click.echo(
        f"{len(known)} answers to {count} questions: yes to {low:.1%} where the table says no, to "
        f"{high:.1%} where it says yes"
    )


def _overrides(overrides: tuple[str, ...], model: str | None) -> list[str]:
    return [*overrides, *([f"model.id={model}"] if model else [])]


def main() -> None:
    """Run a command; errors of ours are one sentence on standard error."""
    verbose = "--verbose" in sys.argv[1:]
    environment.prepare()
    try:
        cli(prog_name="python -m pipeline", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; the stages that had finished are kept.", err=True)
        sys.exit(130)
    except Exception as error:
        if verbose or not isinstance(error, (PipelineError, OSError)):
            raise
        click.echo(f"Error: {error}", err=True)
        sys.exit(getattr(error, "exit_code", 1))


if __name__ == "__main__":
    main()
