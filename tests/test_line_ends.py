"""A line of output is one line for every reader: some, as Python's `splitlines`, end one at U+2028, U+2029 or U+0085
too, so these are escaped in it, by the blocks of bytes and by each target alone."""

import json
from pathlib import Path

import pytest

import ftc
from ftc.targets import TARGETS

ENDS = "\u2028\u2029\x85"

# The characters stand in a text, a list, a cell of a table, an argument of a call, JSON in an answer, a tool and a
# rejected answer; `many` is written in blocks and computed texts.
CALLS = """\
tool look(what: text, more: list of text): Sees{E} all.

let way:
  | a{E}b
  | c

table t from "t.jsonl"

dialog d
  user: {E} {way} {t.x} {way + t.x:>9}
  assistant calls look(what=way + "{E}", more=[t.x, "{E}"])
  tool = json({"{E}": [way]})
  assistant = json({"{E}": way, "x": t.x}) + way
"""
TEXTS = """\
let way:
  | a{E}b
  | c{E}
let n in 1..300

dialog many
  system: S{E}
  user: {E} {way} {n}
  assistant = json({"{E}": way, "n": n}) + way.upper()
  rejected: no{E} {way}
"""

NO_CALLS = ("alpaca", "bedrock")


def texts(value: object) -> str:
    """All texts in a JSON value, with those of JSON within them."""
    if isinstance(value, dict):
        return "".join(texts(each) for pair in value.items() for each in pair)
    return "".join(map(texts, value)) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("source", [CALLS, TEXTS], ids=["calls", "texts"])
@pytest.mark.parametrize("target", TARGETS)
def test_no_reader_sees_more_lines_than_there_are(
    target: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.ft").write_text(source.replace("{E}", ENDS), encoding="utf-8")
    Path("t.jsonl").write_text(f'{{"x": "q{ENDS}"}}\n{{"x": "{ENDS}r"}}\n', encoding="utf-8")
    if (source is CALLS and target in NO_CALLS) or (source is not TEXTS and target == "openai-dpo"):
        pytest.skip("the target has no place for it")
    ds = ftc.load("a.ft", target=target)
    lines = list(ds.lines())
    assert len(lines) == len(ds) == len("\n".join(lines).splitlines())
    assert lines == [TARGETS[target].line(each).decode() for each in ds]
    for line, conversation in zip(lines, ds, strict=True):
        meant = "".join(message.content or "" for message in conversation.messages)
        assert texts(json.loads(line)).count("\u2028") >= meant.count("\u2028") > 0


def test_an_escape_stands_for_the_character_itself(tmp_path: Path) -> None:
    """Nothing else is escaped, and a typed escape stays what it is: a backslash, u and four digits."""
    path = tmp_path / "a.ft"
    path.write_text(f"dialog d\n  user: é\xa0🔥{ENDS}\n  assistant: raw \\u2028\n", encoding="utf-8")
    (line,) = ftc.load(path, target="openai").lines()
    assert line == (
        '{"messages":[{"role":"user","content":"é\xa0🔥\\u2028\\u2029\\u0085"},'
        '{"role":"assistant","content":"raw \\\\u2028"}]}'
    )
    user, answer = json.loads(line)["messages"]
    assert (user["content"], answer["content"]) == (f"é\xa0🔥{ENDS}", "raw \\u2028")
