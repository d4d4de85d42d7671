"""Arithmetic under a condition of divisibility: what is divided, by what, and what is added then; two wordings."""

import json
from pathlib import Path

# The largest number, the largest divisor, and how many numbers are added.
SIZES = {"tiny": (30, 5, 2), "normal": (60_000, 60, 4), "large": (240_000, 60, 4)}

ASK = ["What is {y} divided by {d}, plus {x}?", "Compute {y} / {d} + {x}."]


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    largest, divisor, added = sizes
    (folder / "data.json").write_text(json.dumps({"largest": largest, "divisor": divisor, "added": added, "ask": ASK}))
    (folder / "job.ft").write_text(BLOCK.format(largest=largest, divisor=divisor, added=added, ask=_listed(ASK)))


def _listed(items: list[str]) -> str:
    return "\n".join(f"    | {item}" for item in items)


BLOCK = """\
let d in 2..{divisor}
let y in 1..{largest} where y % d == 0
let x in 1..{added}

dialog division
  system: You are a calculator.
  user:
{ask}
  assistant: {{y}} / {{d}} = {{y // d}}, and {{y // d}} + {{x}} = {{y // d + x}}. The answer is {{y // d + x}}.
"""
