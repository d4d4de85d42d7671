"""The answers file of a style: what the model said, and what a person made of it."""

from ftc.check.model import Answered
from ftc.check.scope import Findings
from ftc.diagnostics import Diagnostic, Label
from ftc.loader import Loader
from ftc.source import Span
from ftc.syntax import ast, parse


def read_answers(path: ast.String, style: str, loader: Loader, findings: Findings) -> dict[str, Answered]:
    """The recorded answers for one style, by prompt. A file that does not exist yet holds none."""
    source = loader.source(path.value, at=path.span)
    if isinstance(source, Diagnostic):
        if source.code != "E001":
            findings.take(source, path.span)
        return {}
    file, diagnostics = parse(source)
    for diagnostic in diagnostics:
        findings.take(diagnostic, path.span)
    answers: dict[str, Answered] = {}
    seen: dict[str, Span] = {}
    for block in file.statements:
        if isinstance(block, ast.Bad):
            continue
        if not isinstance(block, ast.Block) or block.kind != "answers":
            findings.add("E326", block.span)
        elif block.name is not None and block.name.text == style:
            _block(block, answers, seen, findings)
    return answers


def _block(block: ast.Block, answers: dict[str, Answered], seen: dict[str, Span], findings: Findings) -> None:
    prompt: str | None = None
    for statement in block.body:
        if not isinstance(statement, ast.Message) or statement.role not in ("user", "base", "assistant"):
            if not isinstance(statement, ast.Bad):
                word = statement.span.text.split(maxsplit=1)[0]
                findings.add("E301", statement.span, word=word, block="`answers`", where="", top="")
            continue
        if not isinstance(statement.content, ast.Text):
            findings.add("E332", statement.span)
            continue
        text = "".join(p.text for p in statement.content.parts if isinstance(p, ast.Literal))
        if statement.role == "user":
            if text in seen:
                findings.add("E303", statement.span, (Label(seen[text], "the first one"),), what="This prompt")
            prompt = text
            seen.setdefault(text, statement.span)
            answers.setdefault(text, Answered(None, None, statement.span))
        elif prompt is None:
            findings.add("E302", statement.span, why="An answer stands here before any `user:` line.", way="user: …")
        else:
            old = answers[prompt]
            base, final = (text, old.final) if statement.role == "base" else (old.base, text)
            # A final answer is the one that is written: it is the place to point at.
            span = old.span if old.final is not None and statement.role == "base" else statement.span
            answers[prompt] = Answered(base, final, span)
