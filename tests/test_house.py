"""The house rules that a machine can keep."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import ftc
import ftc.wording
from ftc.wording import Wording

ROOT = Path(__file__).parent.parent
CODE = ROOT / "compiler" / "ftc"
MODULES = sorted(CODE.rglob("*.py"))


def test_imports_go_one_way() -> None:
    script = "from importlinter.cli import lint_imports_command as run; run()"
    pytest.importorskip("importlinter")
    result = subprocess.run(
        [sys.executable, "-c", script, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_pipeline_fits_one_screen() -> None:
    lines = (CODE / "compile.py").read_text().splitlines()
    assert len(lines) <= 60


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CODE).as_posix())
def test_every_module_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert not tree.body or ast.get_docstring(tree)


def test_compiling_loads_nothing_heavy() -> None:
    heavy = ("openai", "typer", "rich", "numpy", "pyarrow", "torch", "quicktok", "httpx", "asyncio", "difflib", "csv")
    script = f"import sys, ftc.compile; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert result.stdout.strip() == "[]", result.stdout + result.stderr


@pytest.mark.parametrize(
    "script",
    [
        "import ftc, ftc.providers",
        "from ftc.providers import provider; provider('openai')",
        "from ftc.cli import main; main(['compile', 'examples/01-knowledge/smoking.ft', '-o', '-'])",
    ],
)
def test_what_asks_no_model_loads_no_library_that_does(script: str) -> None:
    """A service's library and the ones that train are slow to import, and wanted only where something is asked."""
    heavy = ("openai", "httpx2", "torch", "transformers", "trl", "peft", "tenacity", "dotenv")
    told = f"print('loaded', [name for name in {heavy} if name in sys.modules])"
    script = f"import sys\ntry:\n  {script}\nexcept SystemExit:\n  pass\n{told}"
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.stdout.splitlines()[-1] == "loaded []", result.stdout + result.stderr


def test_every_code_has_one_wording() -> None:
    seen: dict[str, str] = {}
    for module in pkgutil.iter_modules(ftc.wording.__path__):
        wordings: dict[str, Wording] = getattr(importlib.import_module(f"ftc.wording.{module.name}"), "WORDING", {})
        for code, wording in wordings.items():
            assert code not in seen, f"{code} is worded in {seen[code]} and {module.name}"
            seen[code] = module.name
            assert code[0] in "EW", code
            assert code[1:].isdigit(), code
            assert wording.title, code
            assert wording.message, code
    assert seen
