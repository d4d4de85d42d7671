"""The text of an answers file: what is written is read again, and nothing else changes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from effort import examples
from ftc.check.answers import literal_text
from ftc.diagnostics import has_errors
from ftc.loop.answers_text import AnswersText, NotAnAnswersFile
from ftc.source import SourceFile
from ftc.syntax import ast, parse
from ftc.syntax.printer import format
from ftc.syntax.raw import storable

HOW = "gpt-4.1-mini (openai), 2026-11-23, temperature 0, at most 512 tokens"

# What lines are made of, and what they are parted by: everything that means something somewhere.
PIECES = [
    *"|~#{}\\:=aé🔥\"'", " ", "  ", "\t", "\r", "\n", "\n\n", "\r\n", "\0", "\v", "\f", "\x1b", "\x85", "\xa0",
    "\u2028", "\ufeff", "\ud800", "\udc00", "user: x", "base:", "assistant:", "recorded: y", "answers p", "# c", "{x}",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
ANSWERS = TEXTS.map(storable).filter(bool)


def entries(text: str) -> dict[tuple[str, str], dict[str, str]]:
    """What a file says, read by the parser alone."""
    file, found = parse(SourceFile("a.answers.ft", text))
    assert not has_errors(found), (text, found)
    read: dict[tuple[str, str], dict[str, str]] = {}
    for block in file.statements:
        assert isinstance(block, ast.Block) and block.name is not None
        for statement in block.body:
            content = statement.text if isinstance(statement, ast.Recorded) else getattr(statement, "content", None)
            assert isinstance(content, ast.Text)
            role = "recorded" if isinstance(statement, ast.Recorded) else getattr(statement, "role", "")
            if role == "user":
                entry = read.setdefault((block.name.text, literal_text(content)), {})
            else:
                entry[role if role not in entry else f"{role} 2"] = literal_text(content)
    return read


def formatted(text: str) -> str:
    return format(parse(SourceFile("a.answers.ft", text))[0])


@given(TEXTS)
@example(" x\n    y")
@example("  x\n    y\n\n  z ")
@example("\t\n \r\n x\r\n")
def test_what_is_held_stays_and_is_little_less(text: str) -> None:
    once = storable(text)
    assert storable(once) == once
    lost = set(text) - set(once)
    assert lost <= set(" \t\r\n") | {chr(code) for code in range(0xD800, 0xE000)}
    assert "".join(once.split()) == "".join(
        "".join("\ufffd" if 0xD800 <= ord(each) < 0xE000 else each for each in text).split()
    )
    once.encode()


def test_a_text_that_is_whole_is_held_as_it_is() -> None:
    for text in ("a", "1. a\n\n   b\n\tc", "| a |\n|---|", "# a", "~", "a\u2028b", "\ta", "\xa0a\xa0"):
        assert storable(text) == text
    assert storable("  a\n    b\n  c") == "a\n  b\nc"
    assert storable(" a\n    b") == "a\n    b"


@examples(100, full=4000)
@given(
    st.lists(st.tuples(TEXTS.map(storable), ANSWERS, st.none() | ANSWERS), max_size=6, unique_by=lambda each: each[0])
)
def test_what_is_written_is_read_again_in_the_order_of_the_prompts(said: list[tuple[str, str, str | None]]) -> None:
    order = [prompt for prompt, _, _ in said]
    text = AnswersText("a", "")
    # In any order: here the odd ones first, and each change from what is on the disk by then.
    for prompt, base, final in said[1::2] + said[0::2]:
        assert text.record("p", prompt, base, HOW, reversed(order[: order.index(prompt)]))
        if final is not None:
            text = AnswersText("a", text.text)
            assert text.rewrite("p", prompt, final, f"{HOW}, seed 1")
    expected = {
        ("p", prompt): {"recorded": HOW, "base": base}
        | ({} if final is None else {"recorded 2": f"{HOW}, seed 1", "assistant": final})
        for prompt, base, final in said
    }
    written = text.text
    assert list(entries(written).items()) == list(expected.items())
    assert AnswersText("a", written).text == written
    if said:
        assert formatted(written) == written


@st.composite
def files(draw: st.DrawFn) -> str:
    """Files as people leave them: with comments, blank lines and line ends of their own."""
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    lines: list[str] = []
    gap = st.sampled_from([[], [], [""], ["# note"], ["  # note"], ["", "  # note"], ["  # note", ""], ["", ""]])
    for style in draw(st.lists(st.sampled_from("pqr"), unique=True, max_size=3)):
        lines += [*draw(gap), f"answers {style}"]
        for prompt in draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=4)):
            lines += [*draw(gap), f"  user: {prompt}"]
            kinds = draw(st.sampled_from(["", "r", "b", "rb", "rba", "ba", "a", "rbra"]))
            for kind in kinds:
                lines += draw(gap) if draw(st.booleans()) else []
                if kind == "r":
                    lines.append(f"  recorded:   by hand, {style} {prompt}  ")
                elif draw(st.booleans()):
                    lines.append(f"  {'base' if kind == 'b' else 'assistant'}:  said {prompt}  ")
                else:
                    role = "base" if kind == "b" else "assistant"
                    lines += [f"  {role}:", "      # said", "", f"        {prompt}"]
    lines += draw(gap)
    return end.join(lines) + draw(st.sampled_from(["", end]))


@examples(100, full=4000)
@given(files(), st.data())
@example("answers p\n  user: a\n  # x\n  recorded:   by hand, p a  \n# note\n", None)
def test_all_that_stands_there_stays_to_the_letter(written: str, data: st.DataObject | None) -> None:
    before = entries(written)
    text = AnswersText("a", written)
    assert text.text == written
    order = "abcdef"
    for style in "pq":
        for prompt in data.draw(st.permutations(order)) if data else order:
            had = before.get((style, prompt), {})
            earlier = reversed(order[: order.index(prompt)])
            # Nothing is overwritten.
            assert text.record(style, prompt, f"new {prompt}\n\nmore", HOW, earlier) is not (
                {"base", "assistant"} & {*had} != set()
            )
            assert text.rewrite(style, prompt, "final", HOW) is ("assistant" not in had)
    after = entries(text.text)
    for key, had in before.items():
        now = after[key]
        if "base" in had or "assistant" in had:
            assert had.items() <= now.items()
    for style in "pq":
        assert {prompt for each, prompt in after if each == style} == set(order)
    # Every line that was there is there, in its order; of an answer that is gone, how it was had goes too.
    now, at, lost = text.text.replace("\r\n", "\n").split("\n"), 0, []
    for line in filter(str.strip, written.replace("\r\n", "\n").split("\n")):
        if line in now[at:]:
            at = now.index(line, at) + 1
        else:
            lost.append(line.strip())
    gone = [key for key, had in before.items() if list(had) == ["recorded"] and key[0] != "r"]
    assert lost == [f"recorded:   by hand, {style} {prompt}" for style, prompt in gone]


@pytest.mark.parametrize(
    "written",
    [
        "fact a\n", "let x: a\n", "user: a\n", "answers p\n  base: x\n", "answers p\n  user: a\n  user: a\n",
        "answers p\n  say: a\n", "answers p\n  tool: b\n", "answers p\n  recorded: x\n", "answers p\n  user = 5\n",
        "answers p\n  user: a\n  recorded: x\n  recorded: y\n",
    ],
)  # fmt: skip
def test_what_is_no_answers_file_is_refused(written: str) -> None:
    with pytest.raises(NotAnAnswersFile):
        AnswersText("a", written)


WRITTEN = """\
# Edited by hand.
answers p
  # The first.
  user: b
  base: B
  # about b

  # about d
  user: d
  recorded: gone
  # why

answers q
  user: b
  base: other
"""


def test_where_new_entries_go() -> None:
    text = AnswersText("a", WRITTEN)
    for prompt in "aced":
        assert text.record("p", prompt, prompt.upper(), HOW, reversed("abcde"[: "abcde".index(prompt)]))
    assert text.record("r", "x", "X", HOW, ())
    assert text.rewrite("p", "b", "B!", HOW)
    said = f"\n  recorded: {HOW}\n  base:\n    "
    assert text.text == (
        f"# Edited by hand.\nanswers p\n  user: a{said}A\n\n  # The first.\n  user: b\n  base: B\n  # about b\n"
        f"  recorded: {HOW}\n  assistant:\n    B!\n\n  user: c{said}C\n\n"
        f"  # about d\n  user: d{said}D\n  # why\n\n  user: e{said}E\n\n"
        f"answers q\n  user: b\n  base: other\n\nanswers r\n  user: x{said}X\n"
    )
