"""Builds the parse table into the wheel, so that an installed ftc never builds it again."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TableHook(BuildHookInterface[Any]):
    """Writes `ftc/syntax/ft.table` from the grammar before the files of the wheel are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        syntax = root / "compiler" / "ftc" / "syntax"
        # The file runs alone: ftc itself cannot be imported where only the requirements of the build are installed.
        table = runpy.run_path(str(syntax / "parse_table.py"))
        table["save"](syntax / "ft.table", (root / "grammar" / "ft.lark").read_text(encoding="utf-8"))
        build_data["artifacts"].append("compiler/ftc/syntax/ft.table")
