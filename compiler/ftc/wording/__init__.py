"""The words of every diagnostic, by code: one plain sentence for the cause, then ways out that can be typed.

A message and its help lines are `str.format` templates over the data of the diagnostic. A help line whose data are
absent or empty is left out; at most two are shown. `ftc explain CODE` shows the longer page in `ftc/explain/`.
"""

from typing import NamedTuple


class Wording(NamedTuple):
    """`title` names the mistake in two to five words (`unknown name`)."""

    title: str
    message: str
    help: tuple[str, ...] = ()
