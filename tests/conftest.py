"""In every test: each diagnostic that the compiler makes has the data that its wording uses, and no others."""

import sys
from collections.abc import Iterator

import pytest

from ftc.diagnostics import Diagnostic
from wording_fields import WORDINGS, mismatch

_init = Diagnostic.__init__
_mismatches: list[str] = []


def _checked_init(self: Diagnostic, *args: object, **named: object) -> None:
    _init(self, *args, **named)  # type: ignore[arg-type]
    # Those that a test makes by hand may be as they like.
    if sys._getframe(1).f_globals.get("__name__", "").startswith("ftc.") and self.code in WORDINGS:
        found = mismatch(self.code, self.data)
        if found:
            _mismatches.append(found)


Diagnostic.__init__ = _checked_init  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _diagnostics_fill_their_wordings() -> Iterator[None]:
    yield
    found, _mismatches[:] = sorted(set(_mismatches)), []
    assert not found, "\n".join(found)
