"""An evaluation as a table, followed by some of the wrong answers and notes on how the figures were obtained."""

from collections.abc import Iterator
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ftc.cli.numbers import plural
from ftc.loop.evaluate.report import QuestionResult, Report, ResultRow, Score
from ftc.printable import visible

WIDTH = 120
"""The width in columns if the output is not a terminal."""
LONGEST = 600
"""The maximum number of characters shown of a text."""
MARGIN = 11


def render(report: Report, show_wrong: int, *, color: bool, wide: bool) -> str:
    """`wide` is for output that does not go to a terminal."""
    stream = StringIO()
    console = Console(
        file=stream, force_terminal=color, no_color=not color, color_system="standard" if color else None,
        width=WIDTH if wide else None, highlight=False, markup=False, emoji=False,
    )  # fmt: skip
    for split in dict.fromkeys(row.split for row in report.rows):
        console.print(_table([row for row in report.rows if row.split == split], split, report))
        console.print()
    for line in _wrong(report, show_wrong):
        console.print(line, soft_wrap=True)
    for note in _notes(report):
        console.print(Text(note, style="dim"), soft_wrap=True)
    return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))


def _table(rows: list[ResultRow], title: str, report: Report) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left", header_style="bold")
    table.add_column(Text(title, style="bold"), no_wrap=True)
    table.add_column("n", justify="right")
    if report.base is not None:
        table.add_column(Text(visible(_short(report.base.model))))
    table.add_column(Text(visible(_short(report.model.model))))
    if report.base is not None:
        table.add_column("change", justify="right")
        table.add_column("p", justify="right")
    kept = any(score.kept is not None for row in rows for score in (row.model, row.base) if score)
    judged = report.settings.judge is not None
    if kept:
        table.add_column("words kept", justify="right")
    if judged:
        table.add_column("judge", justify="right")
    for row in rows:
        name = Text(visible(row.block), style="bold") if row.whole else Text(f"  {visible(_kind(row))}")
        cells: list[str | Text] = [name, f"{row.model.n:,}"]
        if report.base is not None:
            cells.append(_share(row.base))
        cells.append(_share(row.model))
        if report.base is not None:
            cells += [_change(row), _p(row)]
        if kept:
            cells.append(_kept(row))
        if judged:
            cells.append(" → ".join(_judged(each) for each in (row.base, row.model) if each is not None))
        table.add_row(*cells)
    return table


def _kind(row: ResultRow) -> str:
    kind = [row.case or "", f"invalid {row.fault}" if row.fault else "", "calls" if row.calls else ""]
    return " ".join(filter(None, kind)) or "valid"


def _share(score: Score | None) -> str:
    """`96% (80–99)`."""
    if score is None or score.share is None:
        return "–"
    errors = f", {plural(score.errors, 'error')}" if score.errors else ""
    return f"{_percent(score.share)}% ({_percent(score.low)}–{_percent(score.high)}){errors}"


def _percent(share: float) -> str:
    """Without decimals, unless rounding would turn it into 0 or 100."""
    rounded = f"{100 * share:.0f}"
    return rounded if rounded not in ("0", "100") or share in (0, 1) else f"{100 * share:.1f}"


def _change(row: ResultRow) -> str:
    return f"{100 * row.difference.difference:+.0f}" if row.difference and row.difference.n else "–"


def _p(row: ResultRow) -> str:
    if row.difference is None or not row.difference.n:
        return "–"
    return "<0.001" if row.difference.p < 0.001 else f"{row.difference.p:.3f}"


def _kept(row: ResultRow) -> str:
    shares = [score.kept for score in (row.base, row.model) if score is not None]
    return " → ".join("–" if share is None else f"{_percent(share)}%" for share in shares)


def _judged(score: Score) -> str:
    if score.judged is None:
        return "–"
    unclear = f", {score.judged.unclear:,} unclear" if score.judged.unclear else ""
    return f"{_percent(score.judged.right / score.judged.n)}%{unclear}"


def _short(text: str, longest: int = 28) -> str:
    """The end of a model's name, which is where names differ."""
    return text if len(text) <= longest else f"…{text[1 - longest :]}"


# ── below the table ───────────────────────────────────────────────────────────────────────────────


def _wrong(report: Report, most: int) -> Iterator[Text]:
    wrong = [each for each in report.questions if any(answer.right is False for answer in each.model)]
    for each in wrong[:most]:
        kind = " · ".join(filter(None, (each.block, each.case, each.fault and f"invalid {each.fault}", each.split)))
        yield Text(f"── wrong: {visible(kind)}", style="bold")
        for role, text in _exchange(each):
            yield from _labelled(role, text)
        yield Text()
    if len(wrong) > most:
        yield Text(f"… {plural(len(wrong) - most, 'more wrong answer')}: --show-wrong {len(wrong)}\n")


def _exchange(question: QuestionResult) -> Iterator[tuple[str, str]]:
    yield "user", question.prompt
    if question.method == "says":
        yield "must say", " + ".join(" or ".join(readings) for readings in question.says)
    else:
        more = len(question.expected) - 1
        yield "expected", question.expected[0] + (f"\n(or {plural(more, 'other')})" if more else "")
    answer = next(answer for answer in question.model if answer.right is False)
    calls = [f"{call['name']}({call['arguments']})" for call in answer.calls]
    yield "got", "\n".join([*([answer.text] if answer.text or not calls else []), *calls])  # type: ignore[list-item]


def _labelled(role: str, text: str) -> Iterator[Text]:
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    first, *rest = visible(cut).split("\n")
    yield Text(f"{role:<{MARGIN}}{first}".rstrip())
    yield from (Text(f"{' ' * MARGIN}{line}".rstrip()) for line in rest)


def _notes(report: Report) -> Iterator[str]:
    for part in report.parts:
        if not part.whole:
            yield (
                f"{visible(part.block)}, {part.split}: {plural(part.questions, 'question')} drawn from"
                f" {plural(part.conversations, 'conversation')} by seed {report.settings.seed}; more: --limit N"
            )
    if report.data == "other":
        yield f"{visible(report.model.model)} was trained on other data than these files (W942)."
    if report.left_out:
        yield f"{plural(len(report.left_out), 'question')} left out, as the model was trained on them (W944)."
    settings = report.settings
    decoding = f"temperature {settings.temperature:g}, at most {settings.max_tokens} tokens"
    if settings.repeats > 1:
        decoding += f", {settings.repeats} answers to each question, seeds from {settings.seed}"
    yield f"Decoding: {decoding}. In brackets: {settings.confidence:.0%} intervals."
    cut = sum(row.model.cut + (row.base.cut if row.base else 0) for row in report.rows if row.whole)
    if cut:
        yield f"{plural(cut, 'answer')} cut at {settings.max_tokens} tokens: --max-tokens N"
