"""ftc: a compiler for `.ft`, fine-tuning data as a small language. This is what a notebook or a script imports:

import ftc
ds = ftc.load("knowledge.ft")
len(ds), ds[7], ds.to_hf()

`ftc.compile` shows the phases of the compiler on one screen.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftc.dataset import Dataset, load, loads
    from ftc.diagnostics import FtcError, FtcWarning

    __version__: str

__all__ = ["Dataset", "FtcError", "FtcWarning", "load", "loads"]


def __getattr__(name: str) -> Any:
    # The command line imports this package too, and pays only for what the command needs.
    if name in __all__:
        from ftc import dataset, diagnostics

        return getattr(diagnostics if name in ("FtcError", "FtcWarning") else dataset, name)
    if name == "__version__":
        from ftc.emit import version

        return version.running()
    raise AttributeError(f"module 'ftc' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
