"""Whatever the text, the compiler answers with diagnostics: no traceback, every span inside its file, memory bounded.

Inputs are random texts, and mixtures of the lines of the examples with characters changed. 1,000 in a plain run;
FTC_FULL=1 tries 100,000.
"""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effort import FULL, examples
from fork_server import ForkServer
from ftc.compile import compile
from ftc.diagnostics import FtcError
from ftc.loader import Loader
from ftc.report.text import render
from ftc.targets import TARGETS

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").rglob("*.ft"))
TRIES = 100_000 if FULL else 1_000
PARTS = 20  # the tries are spread over so many tests, so that a failure names its part

# Characters that mean something somewhere, and some that are known to upset tools.
SPICE = "{}|~#:=\"'\\%.,()[]<>+-*/ \t\n0129abé🐷\u2028\u202e\x00\x0b\ufeff\r"

OTHER_FILES = {
    path.name: path.read_bytes() for path in EXAMPLES[0].parent.parent.rglob("*") if path.suffix in (".ft", ".csv")
}


def survive(text: str) -> None:
    """Compile a text as a user's file, and write what it makes."""
    files = OTHER_FILES | {"input.ft": text.encode("utf-8", "surrogatepass")}
    result = compile(["input.ft"], Loader(files=files))
    for diagnostic in result.diagnostics:
        spans = [diagnostic.span, *(label.span for label in diagnostic.labels)]
        for span in filter(None, spans):
            assert 0 <= span.start <= span.end <= len(span.source.text), diagnostic
    render(result.diagnostics, color=False)
    if result.plan is not None:
        try:
            for number, conversation in enumerate(result.plan.training):
                TARGETS["openai"].line(conversation)
                if number == 50:
                    break
        except FtcError:
            pass


def mixture(rng: random.Random, lines: list[str]) -> str:
    """Some lines of the examples, in part in their order, a few characters changed."""
    start = rng.randrange(len(lines))
    picked = lines[start : start + rng.randrange(1, 40)]
    for _ in range(rng.randrange(6)):
        picked.insert(rng.randrange(len(picked) + 1), rng.choice(lines))
    text = list("\n".join(picked))
    for _ in range(rng.randrange(8)):
        at = rng.randrange(len(text) + 1)
        match rng.randrange(4):
            case 0:
                text.insert(at, rng.choice(SPICE))
            case 1 if text:
                del text[min(at, len(text) - 1)]
            case 2 if text:
                text[min(at, len(text) - 1)] = rng.choice(SPICE)
            case 3:
                text[at:at] = text[at : at + rng.randrange(30)]
    return "".join(text)


@pytest.fixture(scope="module")
def lines() -> list[str]:
    return [line for path in EXAMPLES for line in path.read_text(encoding="utf-8").split("\n")]


@pytest.mark.parametrize("part", range(PARTS))
def test_mixtures_of_lines(part: int, lines: list[str]) -> None:
    rng = random.Random(part)
    for number in range(TRIES // PARTS):
        text = mixture(rng, lines)
        try:
            survive(text)
        except Exception:
            Path(f"survive-{part}-{number}.ft").write_text(text, encoding="utf-8", errors="surrogatepass")
            raise


@examples(500, full=25_000)
@given(st.text(alphabet=st.one_of(st.sampled_from(SPICE), st.characters()), max_size=200))
def test_random_text(text: str) -> None:
    survive(text)


GIGABYTE = 2**30

HOSTILE = {
    "one brace": "{",
    "nothing": "",
    "a deep nest of braces": "fact f\n  user: " + "{a|" * 3000 + "}" * 3000 + "\n  assistant: x\n",
    "a deep nest of brackets": "let a = " + "(" * 5000 + "1" + ")" * 5000 + "\n",
    "a long sum": "let a = " + " + ".join(["1"] * 5000) + "\nfact f\n  user: {a}\n  assistant: x\n",
    "deep blocks": "".join("  " * i + "fact f\n" for i in range(500)),
    "a cycle": "let a: {b}\nlet b: {c}\nlet c: {a}\nfact f\n  user: {a}\n  assistant: x\n",
    "a long chain": "".join(f"let a{i}: {{a{i + 1}}}\n" for i in range(3000)) + "let a3000: x\n",
    "a million-way product": "".join(f"let a{i} in 1..10\n" for i in range(300))
    + "fact f\n  user: "
    + "".join(f"{{a{i}}}" for i in range(300))
    + "\n  assistant: x\n",
    "a large power": "let a = 9 ** 9 ** 9\nfact f\n  user: {a}\n  assistant: x\n",
    "a long text by multiplication": 'let a = "x" * 1000000000\nfact f\n  user: {a}\n  assistant: x\n',
    "a wide format": "fact f\n  user: {1 + 1:9999999999}\n  assistant: x\n",
    "a huge range": "let a in 1..10 ** 18\nfact f\n  user: {a}\n  assistant: x\n  sample 3 seed 1\n",
    "a huge comprehension": "let a = sum([x for x in 1..10 ** 12])\nfact f\n  user: {a}\n  assistant: x\n",
    "a lone surrogate": "fact f\n  user: \ud800\n  assistant: x\n",
    "a name made of a ragged table": "table t\n  | a | b |\n  | x |\nlet u in t\n"
    "fact f\n  user: {u.a}\n  assistant: {u.b}\n",
    "many turns": "format f\n  user: {a|b}\n  assistant: x\n  turns 1..100\n  sample 3 seed 1\n",
}


LIMITED = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({GIGABYTE}, {GIGABYTE}))"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(name: str, forks: ForkServer) -> None:
    """Through the command line, in a process that may use a gigabyte."""
    checked = forks.run("check", "-", stdin=HOSTILE[name].encode("utf-8", "surrogatepass"), before=LIMITED)
    assert checked.returncode in (0, 1, 3), checked.stderr.decode()
    assert b"a mistake in ftc" not in checked.stderr
    assert b"Traceback" not in checked.stderr
