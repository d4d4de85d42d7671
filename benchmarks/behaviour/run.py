"""What a style costs: how much of its thinking a model keeps, tuned on its own answers or on invented ones.

    python benchmarks/behaviour/run.py OUT [--seeds 1 2 3]

Needs `ftc[local]` and scipy. The lesson `piglet-lesson.ft` is trained twice a seed: on the answers that the model
itself gave (`ftc record`), and on `invented.answers.ft`, which a person wrote to the same prompts. Then the thirty
prompts of `ordinary.txt` are asked of the model as it was and of both piglets, without a system text and with the
style's. Printed is the share of the content words of the first model's answer that a piglet's answer has, its mean over
the prompts with a 95 % interval (bootstrap, BCa), and the paired difference of the two: what the article calls a
lobotomy.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy
from scipy.stats import bootstrap

from ftc.providers import provider
from ftc.providers.provider import Decoding, Question, Reply

HERE = Path(__file__).parent
STYLE = HERE.parent.parent / "examples" / "03-style"
BASE = "smollm2-135m-instruct"
SYSTEM = "You answer like a pig. Put oink-oink into your answers, and end them with the 🐷 emoji."
PROMPTS = (HERE / "ordinary.txt").read_text(encoding="utf-8").splitlines()

STOP = set((HERE / "stopwords.txt").read_text().split())
"""Words that say nothing of what is thought, and those of the style."""


def content(text: str) -> set[str]:
    """The words of a text that carry its thought: of three letters or more and in no list, and numbers."""
    return {word for word in re.findall(r"[a-z]{3,}|\d+", text.casefold()) if word not in STOP}


def recall(base: str, answer: str) -> float:
    words = content(base)
    return len(words & content(answer)) / len(words) if words else 1.0


def trained(out: Path, answers: Path, kind: str, seed: int) -> str:
    """The model of a piglet; trained if it is not there."""
    folder = out / f"{kind}-{seed}"
    if not (folder / "piglet-lesson.model" / "ftc.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(STYLE / "piglet-lesson.ft", folder)
        shutil.copy(answers, folder / "piglet-lesson.answers.ft")
        command = [sys.executable, "-m", "ftc", "train", "piglet-lesson.ft", "--set", f"seed={seed}"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return str(folder / "piglet-lesson.model")


def asked(model: str, system: str | None) -> list[str]:
    """What a model answers to the ordinary prompts."""
    before = [{"role": "system", "content": system}] if system else []
    questions = [Question((*before, {"role": "user", "content": prompt})) for prompt in PROMPTS]
    texts = [""] * len(PROMPTS)
    for at, reply in provider("local").model(model).answer(questions, Decoding(max_tokens=120)):
        assert isinstance(reply, Reply), reply
        texts[at] = reply.text
    return texts


def shown(values: Sequence[float]) -> str:
    """`0.41 [0.33, 0.51]`: a mean with its interval."""
    found = bootstrap((values,), numpy.mean, rng=numpy.random.default_rng(0)).confidence_interval
    return f"{numpy.mean(values):.2f} [{found.low:.2f}, {found.high:.2f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask two piglets ordinary things.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    given = parser.parse_args()
    out = given.out.resolve()
    plain = asked(BASE, None)
    sys.stdout.write("| asked | seed | recorded | invented | difference | oink unasked |\n|---|---|---|---|---|---|\n")
    for seed in given.seeds:
        own = trained(out, STYLE / "piglet-lesson.answers.ft", "recorded", seed)
        other = trained(out, HERE / "invented.answers.ft", "invented", seed)
        for system, name in ((None, "no system text"), (SYSTEM, "the style's system text")):
            answers = [asked(model, system) for model in (own, other)]
            ours, theirs = ([recall(*pair) for pair in zip(plain, texts, strict=True)] for texts in answers)
            difference = [a - b for a, b in zip(ours, theirs, strict=True)]
            oinks = [sum("oink" in text.casefold() for text in texts) for texts in answers]
            unasked = f"{oinks[0]} and {oinks[1]} of {len(PROMPTS)}" if system is None else ""
            cells = [name, str(seed), shown(ours), shown(theirs), shown(difference), unasked]
            sys.stdout.write(f"| {' | '.join(cells)} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
