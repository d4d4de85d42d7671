"""A space of 10^15 conversations, for one of them at a time; no rival counts it."""

from pathlib import Path

SIZES = dict.fromkeys(("tiny", "normal", "large"), (1000,))
NAMES = ("who", "what", "place", "how", "when")


def make(folder: Path, sizes: tuple[int, ...]) -> None:
    lists = (f"let {name}:\n" + "".join(f"  | {name} {at}\n" for at in range(sizes[0])) for name in NAMES)
    (folder / "job.ft").write_text("\n".join([*lists, BLOCK]), encoding="utf-8")


BLOCK = """\
dialog space
  system: You know {who}.
  user: {what}, {place}, {how}?
  assistant: {who}: {what}, {when}.
"""
