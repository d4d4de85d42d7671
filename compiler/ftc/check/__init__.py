"""From syntax to meaning: names become objects, expressions get types, blocks get their shape.

`check` is the phase, `model` what it gives. `project` opens the files that use each other, `file` checks one of them:
`declarations` its names (with `tables`, and `references` for their order), `facts`, `formats` and `styles` its blocks
(over `blocks`, `turns` and `templates`), `settings` its `train` block, `expectations` its `expect` lines. `expressions`
gives types to expressions (over `operators` and `inference`), `scope` looks up names and collects findings. `rules` are
the checks of a whole model.
"""

from ftc.check.allowances import Allowances, Ignores
from ftc.check.check import check

__all__ = ["Allowances", "Ignores", "check"]
