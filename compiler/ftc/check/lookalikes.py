"""Braces in a text that are right, and look as if something else was meant: W105, W107 and W114."""

import re
from collections.abc import Sequence

from ftc.check.scope import Findings, Scope
from ftc.edits import instead
from ftc.expressions.builtins import METHODS
from ftc.syntax import ast
from ftc.syntax.braces import MAX_SHOWN, escaped

# `city`, `city.name`, `city.name.upper()`.
_NAME = re.compile(r"([^\W\d]\w*)(?:\.[^\W\d]\w*(?:\(\))?)*")
_SPEC = re.compile(r"(?=.)[<>^=]?[-+ ]?0?[0-9]*,?(?:\.[0-9]+)?[a-z%]?")
# `hi:3`, but neither `10:30` nor `Total: 3`; `3::hi`.
_WEIGHT_BEHIND = re.compile(r"(.*[^\W\d_][!?.]?):[0-9]+(?:\.[0-9]+)?%?", re.DOTALL)
_WEIGHT_BEFORE = re.compile(r"[0-9]+(?:\.[0-9]+)?%?::(.+)", re.DOTALL)


def behind_command(parts: Sequence[ast.Part], command: str, findings: Findings) -> None:
    """Warn of the braces that `parts` begin with, and of those directly behind them."""
    group = [parts[0].span]
    for part in parts[1:]:
        if isinstance(part, ast.Literal) or part.span.start != group[-1].end:
            break
        group.append(part.span)
    kept = "".join(f"\\{{{span.text}\\}}" for span in group)
    fixed = escaped("".join(span.text for span in group))
    span = group[0].to(group[-1])
    edits = instead(span, kept if len(kept) <= MAX_SHOWN else "")
    findings.add("W105", span, edits=edits, command=command, fixed=fixed)


def names_in_alternatives(choice: ast.Choice, scope: Scope, findings: Findings) -> None:
    """Warn of an alternative that is exactly a name: it is written as a word, and its value is not shown."""
    written = [_constant(each) for each in choice.alternatives]
    found = [text for text in written if text and _is_name(text, scope)]
    if not found:
        return
    # What is meant to be shown is not unused on top of that.
    scope.used.update(name for text in found if (name := scope.checked(text.partition(".")[0])) is not None)
    first = found[0]
    fixed = "|".join(f"{{{text}}}" if text in found else each.span.text for text, each in _pairs(written, choice))
    words = "|".join(f'{{"{text}"}}' if text in found else each.span.text for text, each in _pairs(written, choice))
    meant = f"{{{fixed}}}"
    if len(written) == 2 and written[0] == first and (other := written[1]) and other not in found:
        if other in METHODS:
            meant = f"{{{first}.{other}()}}"
        elif _SPEC.fullmatch(other) and not other.isalpha():
            meant = f"{{{first}:{other}}}"
    findings.add(
        "W107",
        choice.span,
        edits=instead(choice.span, meant if len(meant) <= MAX_SHOWN else ""),
        name=first,
        words=f"{{{words}}}" if len(words) <= MAX_SHOWN else "",
    )


def weights_in_alternatives(choice: ast.Choice, findings: Findings) -> None:
    """Warn of alternatives that each have a number as if it said how often they come."""
    written = [_constant(each) for each in choice.alternatives]
    for form in (_WEIGHT_BEHIND, _WEIGHT_BEFORE):
        found = [form.fullmatch(text) for text in written if text is not None]
        words = [match[1] for match in found if match]
        if len(words) == len(written) and len(set(words)) == len(words):
            fixed = "{" + "|".join(words) + "}"
            edits = instead(choice.span, fixed if len(fixed) <= MAX_SHOWN else "")
            findings.add("W114", choice.span, edits=edits, found=written[0])
            return


def _pairs(written: list[str | None], choice: ast.Choice) -> list[tuple[str | None, ast.Text]]:
    return list(zip(written, choice.alternatives, strict=True))


def _constant(text: ast.Text) -> str | None:
    """The characters of an alternative without blanks around them; None where something in it varies."""
    if all(isinstance(part, ast.Literal) for part in text.parts):
        return "".join(part.text for part in text.parts if isinstance(part, ast.Literal)).strip()
    return None


def _is_name(text: str, scope: Scope) -> bool:
    found = _NAME.fullmatch(text)
    return found is not None and scope.declares(found[1])
