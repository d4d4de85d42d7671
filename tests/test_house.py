"""The house rules that a machine can keep."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

import ftc
import ftc.wording
import walker
from ftc.expressions import nodes
from ftc.expressions.builtins import FUNCTIONS, METHODS
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
    tree = nodes_of(path)[0]
    assert isinstance(tree, ast.Module)
    assert not tree.body or ast.get_docstring(tree)


FLOORS = sorted({path.relative_to(CODE).parts[0] for path in MODULES if path.parent != CODE})


@pytest.mark.parametrize("floor", FLOORS)
def test_no_class_name_means_two_things_on_one_floor(floor: str) -> None:
    places: dict[str, list[str]] = {}
    for path in sorted((CODE / floor).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(f"{path.relative_to(CODE).as_posix()}:{node.lineno}")
    assert not {name: several for name, several in places.items() if len(several) > 1}


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


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    return [*ast.walk(ast.parse(path.read_text()))]


@cache
def calls(path: Path) -> "list[ast.Call]":
    return [node for node in nodes_of(path) if isinstance(node, ast.Call)]


@cache
def name_of(call: ast.Call) -> str:
    """`sys.stdout.write` of such a call."""
    return ast.unparse(call.func)


def test_everything_shown_goes_through_one_module() -> None:
    """What a command shows is made visible in `screen`; findings are drawn in `report`, to a stream that is given."""
    streams = ("sys.stdout.write", "sys.stderr.write", "sys.stdout.buffer.write", "print", "typer.echo", "click.echo")
    found = {
        f"{path.relative_to(CODE)}: {name_of(call)}"
        for path in MODULES
        for call in calls(path)
        if name_of(call) in streams
    }
    assert {each.partition(":")[0] for each in found} == {"cli/screen.py"}, found


def test_every_load_says_no_to_code() -> None:
    """Every call that has a library load anything of a model forbids the model's own program."""
    loads = [
        (path, call)
        for path in MODULES
        for call in calls(path)
        if name_of(call).rpartition(".")[2] in ("from_pretrained", "from_config", "pipeline")
    ]
    assert len(loads) >= 6
    for path, call in loads:
        # Of an adapter the settings are given, and its weights are the one file in sight.
        if name_of(call).startswith("PeftModel."):
            assert any(each.arg == "config" for each in call.keywords), path
            continue
        said = {each.arg: ast.unparse(each.value) for each in call.keywords}
        spread = [ast.unparse(each.value) for each in call.keywords if each.arg is None]
        assert said.get("trust_remote_code") == "False" or (
            spread and '"trust_remote_code": False' in path.read_text()
        ), f"{path.name}:{call.lineno}"


def test_files_of_others_are_read_through_one_door() -> None:
    """A file that anyone may have put there is opened in `disk`: plain, bounded, and never waited for. Elsewhere only
    what ftc itself has just written, or came with, is opened."""
    ours = {
        "cli/explain.py",  # a page of ours
        "loop/known_models.py",  # a list of ours
        "syntax/parse_table.py",  # the grammar
        "emit/parts/parallel.py",  # a part that a process of ours has just written
        "providers/openai/jobs.py",  # the lines that are handed over
    }
    reads = ("read_bytes", "read_text")
    found = set()
    for path in MODULES:
        for call in calls(path):
            name = name_of(call).rpartition(".")[2]
            how = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            opens = name == "open" and ("rb" in how or "r" in how or (not call.args and not how))
            if name in reads or (opens and path.name != "disk.py"):
                found.add(path.relative_to(CODE).as_posix())
    assert found - {"disk.py"} == ours


# Beside expressions, code is made twice, of words that are ours alone: the `__init__` of a class from the names of its
# fields, and an action of the parser from the shape of a rule of the grammar.
MAKES_CODE = {"expressions/python.py": {"compile", "eval"}, "slotted.py": {"exec"}, "syntax/machine.py": {"eval"}}


def test_code_is_made_in_one_place() -> None:
    """What runs an expression is written from its tree, once, and nothing reads it again."""
    made: dict[str, set[str]] = {}
    for path in MODULES:
        nodes, where = nodes_of(path), path.relative_to(CODE).as_posix()
        imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
        own = {alias.asname or alias.name for node in imports for alias in node.names}
        own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
        for node in nodes:
            match node:
                case ast.Call(func=ast.Name(id="compile" | "eval" | "exec" as name)) if name not in own:
                    made.setdefault(where, set()).add(name)
                case ast.Import():
                    readers = {"ast", "dis", "inspect"} if where != "expressions/python.py" else {"dis", "inspect"}
                    assert not readers & {alias.name for alias in node.names}, where
                case ast.ImportFrom():
                    assert node.module not in ("ast", "builtins", "dis", "inspect"), where
                case ast.Attribute(value=ast.Name(id="ast"), attr="parse" | "unparse"):
                    pytest.fail(f"{where}:{node.lineno}")
                case ast.Attribute(attr="__code__" | "co_code" | "co_consts" | "co_names" | "co_varnames"):
                    pytest.fail(f"{where}:{node.lineno}")
    assert made == MAKES_CODE


def cases(path: Path, function: str) -> set[str]:
    """The classes that some `match` of a function tells apart."""
    (found,) = [n for n in nodes_of(path) if isinstance(n, ast.FunctionDef) and n.name == function]
    patterns = [node for node in ast.walk(found) if isinstance(node, ast.MatchClass)]
    return {ast.unparse(pattern.cls).removeprefix("nodes.") for pattern in patterns}


def test_every_kind_of_node_is_known_where_all_have_to_be() -> None:
    kinds = {each.__name__ for each in get_args(nodes.Node)}
    assert kinds == {name for name, each in vars(nodes).items() if "span" in getattr(each, "__match_args__", ())}
    assert cases(CODE / "expressions" / "nodes.py", "parts") == kinds
    assert cases(CODE / "expressions" / "python.py", "write") == kinds
    assert cases(ROOT / "tests" / "walker.py", "_value") == kinds


def test_every_function_and_method_is_known_to_the_walker() -> None:
    assert set(walker.CALLS) == {*FUNCTIONS.values(), *METHODS.values()}


def test_what_builds_text_is_taken_apart() -> None:
    text = (CODE / "lower" / "concatenation.py").read_text()
    for table, several in (("FUNCTIONS", FUNCTIONS), ("METHODS", METHODS)):
        for name, builtin in several.items():
            assert (f'is {table}["{name}"]' in text) == builtin.builds_text, name


def test_every_promise_of_security_has_its_tests() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    promises = re.findall(
        r"^- (.*?)(?=^- |^#|\Z)", text.partition("## What ftc promises")[2].partition("\n## ")[0], re.M | re.S
    )
    assert len(promises) >= 15
    for promise in promises:
        named = re.findall(r"\[`(test_\w+)`\]\((tests/\w+\.py)\)", promise)
        assert named, promise
        for test, file in named:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), (test, file)


def test_every_code_has_one_wording() -> None:
    seen: dict[str, str] = {}
    for module in pkgutil.iter_modules(ftc.wording.__path__):
        wordings: dict[str, Wording] = getattr(importlib.import_module(f"ftc.wording.{module.name}"), "WORDING", {})
        for code, wording in wordings.items():
            assert code not in seen, f"{code} is worded in {seen[code]} and {module.name}"
            seen[code] = module.name
            assert code[0] in "EWA", code
            assert code[1:].isdigit(), code
            assert wording.title, code
            assert wording.message, code
    assert seen
