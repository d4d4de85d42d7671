"""The report of a token that is rejected: what was expected in its place, in plain words.

Mistakes with a name have their own code; `E154` is for the rest.
"""

import re

from ftc.edits import Edits, instead
from ftc.source import Span
from ftc.syntax.foreign import in_other_words, reported
from ftc.syntax.keywords import KEYWORDS
from ftc.syntax.lines import strip
from ftc.syntax.parse_table import ParseTable
from ftc.syntax.simulate import advance
from ftc.syntax.tokens import RESERVED, Sink, Token

# How a statement is written, for those that have a form of their own.
_EXAMPLES = {
    "let": "let city: Paris",
    "table": 'table place from "cities.csv"',
    "def": "def double(n) = n * 2",
    "assistant": "assistant calls get_weather(city=city)",
    "tool": "tool get_weather(city: text): Current weather.",
    "no": "no system",
    "turns": "turns 1..3",
    "cover": "cover pairs",
    "sample": "sample 500 seed 7",
    "validation": "validation 10% by city",
    "repeat": "repeat 3",
    "keep": "keep 60%",
    "use": 'use "lexicon.ft"',
    "answers": 'answers from "piglet.answers.ft"',
}
# The words before the mark of a `let`.
_SEVERAL_WORDS = re.compile(r"""[^:={}|"()\[\]]+?(?=\s*:|\s*=(?!=)|\s+in\s)""")
_CLOSERS = (")", "]", "}")
_FOUND = {"NL": "end of the line", "HOLE_END": "closing `}`", "SPEC": "`:`"}
_TERMS = {
    "NL": "the end of the line",
    "HOLE_END": "the closing `}`",
    "STRING": "a path in double quotes",
    "ROW": "rows below",
    "NAME": "a name",
}


def report_rejected(table: ParseTable, states: list[int], statement: list[Token], rejected: int, sink: Sink) -> None:
    """Report the token `rejected` of a statement; `states` are those before it."""
    kind, value, start, end = statement[rejected]
    if kind == "_INDENT":
        sink.report("E103", start, sink.line_end(start))
        return
    expected = _accepted(table, states)
    is_operand = "STRING" in expected and "[" in expected
    is_name = "NAME" in expected and not is_operand
    head = statement[0][0]
    text = sink.text
    found = text[start:end]
    before = statement[rejected - 1] if rejected else statement[0]
    so_far = text[statement[0][2] : before[3]]
    rest = text[start : sink.line_end(start)]
    edits: Edits
    if reported(statement, rejected, so_far, sink):
        return
    if is_name and (kind in ("NL", "=", ":", "(") or before[0] == "for"):
        example = _EXAMPLES.get(head, "") if before is statement[0] else ""
        sink.report("E150", before[3], before[3], head=text[before[2] : before[3]], example=example)
    elif is_name and kind in RESERVED:
        sink.report("E151", start, end, found=found)
    elif head == "tool" and rejected < 3 and kind not in ("NL", ":", "=") and ("(" in expected or is_name):
        # `tool Sunny and warm`: it was taken for the name of a tool.
        first = statement[1]
        edits = (sink.edit(statement[0][3], first[2], ": "),)
        sink.report("E152", first[2], first[3], edits=edits, after="tool", expected="`:` or `=`",
                    example=_EXAMPLES["tool"])  # fmt: skip
    elif is_name and kind in ("INT", "FLOAT") and before is statement[0]:
        sink.report_digit(start, end)
    elif is_name and kind == "STRING" and before is statement[0]:
        edits = instead(Span(sink.source, start, end), _one_word(value))
        sink.report("E159", start, end, edits=edits, safe=value.isidentifier(), head=head)
    elif kind in ("NAME", "TEXT") and found == "raw" and ":" in expected:
        content, stop = strip(text, end, sink.line_end(end))
        marked = sink.edit(end, content, ": ") if content < stop else sink.edit(end, end, ":")
        sink.report("E114", start, end, edits=() if text[content] == "=" else (marked,))
    elif before[0] == "," and kind in _CLOSERS:
        sink.report("E162", before[2], before[3], edits=(sink.edit(before[2], before[3], ""),), safe=True, closer=found)
    elif "STRING" in expected and not is_operand and kind != "NL":
        path = rest.strip("'\"")
        edits = (sink.edit(start, sink.line_end(start), f'"{path}"'),) if path and '"' not in path else ()
        sink.report("E163", start, sink.line_end(start), edits=edits, safe=not re.search(r"\s", path))
    elif any(token[0] == "calls" for token in statement[:rejected]) and ("=" in expected or is_name):
        sink.report("E164", start, end)
    elif head == "tool" and ":" in expected and kind in (",", ")", "="):
        sink.report("E165", before[2], before[3], name=text[before[2] : before[3]])
    elif kind == "=" and "==" in expected:
        brackets = {token[0] for token in statement[:rejected]} & {"(", "[", "{"}
        turned = text[end : end + 1] in ("<", ">", "!")
        is_safe = head in ("where", "expect") and not brackets and not turned
        meant = f"{text[end]}=" if turned else "=="
        edits = (sink.edit(start, end + turned, meant),)
        sink.report("E158", start, end + turned, edits=edits, safe=is_safe, found=text[start : end + turned])
    elif ((head in KEYWORDS and KEYWORDS[head].block) or head == "table") and (before[0] == "NAME" or rejected == 1):
        _block_header(sink, statement, rejected)
    elif head == "let" and rejected == 2 and kind not in RESERVED and (whole := _whole_name(sink, statement[1])):
        name, stop = whole
        sink.report("E160", statement[1][2], stop, edits=(sink.edit(statement[1][2], stop, name),))
    elif _lacks_mark(statement[:rejected], expected):
        options: list[str] = [mark for mark in (":", "=", "in", "calls") if mark in expected]
        at = (start, end) if kind != "NL" else (before[3], before[3])
        edits = _with_mark(sink, statement, rejected, expected)
        is_plain = ":" not in rest[1:] and "=" not in rest
        is_safe = is_plain and head not in ("let", "tool") and not _is_nearly_a_word_of(head, found)
        example = "" if edits else _EXAMPLES.get(head, "")
        sink.report("E152", *at, edits=edits, safe=is_safe, after=so_far, expected=_mark_list(options), example=example)
    elif is_operand and kind in ("NL", "HOLE_END", "SPEC", *_CLOSERS, ","):
        sink.report("E153", before[3], before[3], after=text[before[2] : before[3]])
    elif kind == "NL" and "or" not in expected:
        example = _EXAMPLES.get(head, "")
        sink.report("E166", before[3], before[3], after=so_far, expected=_expected_words(expected), example=example)
    else:
        edits = in_other_words(sink, statement[0][2], start, end)
        sink.report(
            "E154", start, end, edits=edits, safe=bool(edits) and edits[0].text.startswith("["),
            found=_FOUND.get(kind, f"`{found}`"), expected=_expected_words(expected),
            example="" if edits else _example(head, states, expected),
            found_text=edits[0].span.text if edits else "",
        )  # fmt: skip


def _lacks_mark(before: list[Token], expected: set[str]) -> bool:
    """Whether what is expected is the mark between the two halves of a statement."""
    head = before[0][0]
    if any(token[0] in ("=", "in") for token in before):
        return False  # A colon is expected in an expression.
    return (":" in expected and head in KEYWORDS and KEYWORDS[head].colon) or (
        "=" in expected and head in ("def", "NAME")
    )


def _with_mark(sink: Sink, statement: list[Token], rejected: int, expected: set[str]) -> Edits:
    """The edit that writes the mark that a line lacks, where it is clear which."""
    head, after = statement[0][0], statement[rejected - 1][3]
    kind, _, start, _ = statement[rejected]
    rest = sink.text[start : sink.line_end(start)]
    if ":" in expected and (kind in ("NAME", "TEXT") or (head != "let" and kind != "STRING")):
        return (sink.edit(after, start, ": ") if rest else sink.edit(after, after, ":"),)
    if "=" in expected and (kind in ("INT", "FLOAT", "STRING", ":") or ":" not in expected) and rest:
        return (sink.edit(after, start + len(rest) - len(rest.lstrip(": ")), " = "),)
    return ()


def _is_nearly_a_word_of(head: str, found: str) -> bool:
    """Whether what stands behind a keyword may be a word that belongs there: `call` for `calls`."""
    import difflib  # Only paid for where a mark is missing.

    words = KEYWORDS[head].words if head in KEYWORDS else ()
    return bool(difflib.get_close_matches(found.lower(), words, 1, 0.7))


def _block_header(sink: Sink, statement: list[Token], rejected: int) -> None:
    """A header of a block, or of a table, with more behind its name than the name."""
    head, (kind, _, start, end) = statement[0], statement[rejected]
    stop = sink.line_end(start)
    name = sink.text[head[3] : stop].strip()
    if kind == ":":
        # What stands behind it is lost with it.
        alone = (sink.edit(start, end, ""),) if end == stop else ()
        sink.report("E161", start, end, edits=alone, safe=True, head=head[1])
    elif rejected == 1 or head[0] in ("invalid", "train"):
        sink.report("E154", start, end, found=f"`{sink.text[start:end]}`", expected="the end of the line")
    else:
        edits = instead(Span(sink.source, statement[1][2], stop), _one_word(name))
        # Nothing shows the name of such a block.
        is_safe = head[0] in ("fact", "dialog", "format", "case")
        sink.report("E160", statement[1][2], stop, edits=edits, safe=is_safe)


def _whole_name(sink: Sink, first: Token) -> tuple[str, int] | None:
    """The name in `x y: a` as one word, and the offset of its mark; None where the rest may be all text."""
    found = _SEVERAL_WORDS.match(sink.text, first[2], sink.line_end(first[2]))
    name = _one_word(found[0]) if found and len(found[0].split()) <= 3 else ""
    return (name, found.end()) if found and name and name != first[1] else None


def _one_word(written: str) -> str:
    word = "".join(c if c.isalnum() else " " for c in written)
    joined = "_".join(word.split())
    return joined if joined.isidentifier() else ""


def _accepted(table: ParseTable, states: list[int]) -> set[str]:
    """The types of the tokens that may come next."""
    candidates = (kind for kind in table.actions[states[-1]] if len(kind) < 3 or kind[0] != "<")
    return {kind for kind in candidates if advance(table, states.copy(), [(kind, None, 0, 0)]) is None}


def _example(head: str, states: list[int], expected: set[str]) -> str:
    # Deep in an expression the form of the statement is no help.
    return _EXAMPLES.get(head, "") if "+" not in expected and len(states) < 8 else ""


def _expected_words(expected: set[str]) -> str:
    """At most four of the tokens, the most telling first."""
    words: list[str] = []
    rest = expected - {"BAD", "BAD_EXPR", "BAD_HOLE", "SPEC", "INVALID_ITEM"}
    if "STRING" in rest and "[" in rest:
        return "an expression"
    if "+" in rest and "or" in rest:
        closing = [f"`{mark}`" for mark in (",", ")", "]", "}", ":", "else") if mark in rest]
        closing += [_TERMS[mark] for mark in ("HOLE_END", "NL") if mark in rest]
        return " or ".join(filter(None, (", ".join(["an operator", *closing[:-1]]), *closing[-1:])))
    if "NAME" in rest:
        words.append("a name")
        rest = {kind for kind in rest if not kind.isidentifier() or kind in RESERVED or kind.isupper()} - {"NAME"}
    if "INT" in rest:
        words.append("a number" if "FLOAT" in rest else "a whole number")
        rest -= {"INT", "FLOAT"}
    words += sorted(f"`{kind}`" for kind in rest if kind not in _TERMS)
    words += [_TERMS[kind] for kind in _TERMS if kind in rest]
    return _joined(words[:4])


def _mark_list(marks: list[str]) -> str:
    return _joined([f"`{mark}`" for mark in marks])


def _joined(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
