"""Statements as other tools write them, with what is meant by each: reported before a token that is merely missing."""

import re

from ftc.syntax.tokens import ROLES, Sink, Token

# What editors for Chinese and Japanese put in place of a colon.
_WIDE_COLONS = "：﹕∶︓"
_FROM = re.compile(r'from\s+"([^"]*)"')
_TABLE = re.compile(r"\.(?:csv|tsv|jsonl|parquet)$")
# A file behind the name of a table: `= "cities.csv"`, `cities.csv`.
_TABLE_FILE = re.compile(r"""=?\s*["']?([^"'\s=]+\.(?:csv|tsv|jsonl|parquet))["']?\s*$""")
_WIDE_TOOL = re.compile(r"\w+\s*（[^（）]*）")
_NARROW = {0xFF08: "(", 0xFF09: ")", 0xFF1A: ":", 0xFF1D: "=", 0xFF0C: ","}
_DOTTED = re.compile(r"\w+(?:[.-]\w+)+(?=\s*\()")
# `weight=0`, `(loss: false)`: how others keep an answer out of the training.
_WEIGHT = re.compile(
    r"[(\[]?\s*(?:weight|loss|train|trained|learn)\s*[=:]\s*(0(?:\.0+)?|false|no|1(?:\.0+)?|true|yes)\s*[)\]]?\s*:\s*",
    re.IGNORECASE,
)
_STEPS = re.compile(r"(-?[0-9]+)\s*\.\.\s*(-?[0-9]+)\s+(?:step|by)\s+([0-9]+)")
_TERNARY = re.compile(r"""\s*("[^"]*"|[\w.]+)\s*:\s*("[^"]*"|[\w.]+)\s*$""")


def reported(statement: list[Token], rejected: int, so_far: str, sink: Sink) -> bool:
    """Report the token `rejected` of a statement if it begins what another tool writes there; whether it does."""
    kind, _, start, _ = statement[rejected]
    text, head = sink.text, statement[0][0]
    stop = sink.line_end(start)
    rest = text[start:stop]
    if rest[:1] and rest[0] in _WIDE_COLONS:
        sink.report("E170", start, start + 1, found=rest[0], mark="colon", fix=f"{so_far}: {rest[1:].strip()}".rstrip())
    elif rest[:1] == "＝":
        fix = f"{so_far} = {rest[1:].strip()}".rstrip()
        sink.report("E170", start, start + 1, found="＝", mark="equals sign", fix=fix)
    elif head == "tool" and rejected < 3 and (wide := _WIDE_TOOL.match(text, statement[1][2], stop)):
        at = text.index("（", wide.start())
        fix = f"tool {text[wide.start() : stop].translate(_NARROW)}"
        sink.report("E170", at, at + 1, found="（", mark="parenthesis", fix=fix)
    elif (head in ROLES or head in ("let", "says")) and (found := _FROM.match(rest)):
        name = text[statement[0][3] : statement[rejected - 1][3]].strip() if head == "let" else ""
        table = f'table {name} from "{found[1]}"' if name.isidentifier() and _TABLE.search(found[1]) else ""
        sink.report("E168", start, start + found.end(), table=table, block="" if table else so_far)
    elif rejected == 1 and head in ROLES and rest.startswith("calls "):
        is_other = head not in ("rejected", "base")
        fix, spoken = (f"assistant {rest}", "") if is_other else ("", head)
        sink.report("E169", start, stop, head=head, fix=fix, text=spoken)
    elif head == "tool" and rejected < 3 and (dotted := _DOTTED.match(text, statement[1][2], stop)):
        sink.report(
            "E160", dotted.start(), dotted.end(), head="tool", name=_joined(dotted[0]) + text[dotted.end() : stop]
        )
    elif (calls := _calls(statement[:rejected])) is not None and kind in (".", "-", "{"):
        after = statement[calls + 1][2]
        if kind == "{" or (kind == "." and _is_declared(text, text[after:start])):
            sink.report("E173", after if kind == "." else start, stop)
        elif dotted := _DOTTED.match(text, after, stop):
            fixed = _joined(dotted[0]) + text[dotted.end() : stop]
            sink.report("E160", dotted.start(), dotted.end(), head=text[statement[0][2] : after].strip(), name=fixed)
        else:
            return False
    elif head == "assistant" and rejected == 1 and (weight := _WEIGHT.match(rest)):
        word = "untrained" if weight[1].lower()[0] in "0fn" else ""
        fix = f"assistant {word}".rstrip() + f": {rest[weight.end() :]}"
        sink.report("E171", start, start + len(weight[0].rstrip(": ")), fix=fix.rstrip())
    elif head == "table" and rejected == 2 and kind == "STRING":
        sink.report("E152", start, start, expected="`from`", after=so_far, fix=f"{so_far} from {rest}")
    elif head == "table" and rejected == 2 and (file := _TABLE_FILE.match(rest)):
        sink.report("E152", start, start, expected="`from`", after=so_far, fix=f'{so_far} from "{file[1]}"')
    else:
        return False
    return True


def _is_declared(text: str, name: str) -> bool:
    """Whether a file declares a name with values, so that `name.tool` behind `calls` is one of its columns."""
    return re.search(rf"^[ ]*(?:let|table)[ ]+{re.escape(name)}\b", text, re.MULTILINE) is not None


def _calls(before: list[Token]) -> int | None:
    """The number of the `calls` of a statement, where no bracket is open behind it."""
    at = next((i for i, token in enumerate(before) if token[0] == "calls"), None)
    return at if at is not None and not any(token[0] == "(" for token in before[at:]) else None


def _joined(name: str) -> str:
    return re.sub(r"[.-]", "_", name)


def stepped(text: str, start: int, end: int, word: int) -> tuple[str, str]:
    """`0..100 step 10` around the offset of its word, and the list that it means; empty where it is not that."""
    found = next((each for each in _STEPS.finditer(text, start, end) if each.start() <= word < each.end()), None)
    if found is None or found[3] == "0":
        return "", ""
    low, high, step = int(found[1]), int(found[2]), int(found[3])
    item = f"k * {step}" if not low else f"{low} + k * {step}"
    return found[0], f"[{item} for k in 0..{max(0, (high - low) // step)}]"


def conditional(text: str, start: int, question: int, end: int) -> str:
    """`n > 3 ? "a" : "b"` as it is written here; the empty text where it is too much to tell."""
    found = _TERNARY.match(text, question + 1, end)
    condition = text[start:question].strip()
    return f"{found[1]} if {condition} else {found[2]}" if found and condition else ""
