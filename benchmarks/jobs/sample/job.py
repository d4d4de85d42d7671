"""10,000 drawn from about 3 × 10^15 conversations under three conditions, each on up to 10^5 combinations."""

from pathlib import Path

SIZES = {"tiny": (100,), "normal": (10_000,), "large": (10_000,)}


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    (folder / "job.ft").write_text(BLOCK.format(sizes[0]), encoding="utf-8")


BLOCK = """\
let low in 1..316
let high in 1..316 where low < high
let left in 1..316
let right in 1..316 where (left * right) % 7 != 1
let a in 1..46
let b in 1..46
let c in 1..46 where a + b > c
let kind in 1..10

dialog sampled
  user: {{low}} {{high}} {{left}} {{right}} {{a}} {{b}} {{c}} {{kind}}?
  assistant: {{low + high}} {{left * right}} {{a + b - c}} {{kind}}
  sample {} seed 7
"""
