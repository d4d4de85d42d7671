"""The keys of services: from the environment, or from a `.env` beside the project.

A key is never printed or written. It is kept as a `SecretStr`, and removed from everything that a service sends.
"""

import os
import re
from io import StringIO
from pathlib import Path

from pydantic import SecretStr

from ftc.disk import read_plain
from ftc.loader import MARKERS
from ftc.providers.provider import ProviderError

NO_KEY = SecretStr("none")
"""Sent to services without a key: the library requires one."""

HIDDEN = "[key]"
MOST = 2**20
"""The most bytes of a `.env`."""

_START, _LONG = 8, 16
"""A key of at least `_LONG` characters is recognised by its first `_START`: some services show that much of it."""


def key(name: str, variable: str | None) -> SecretStr:
    """The key of a service; ProviderError where there is none."""
    if variable is None:
        return NO_KEY
    value = (os.environ.get(variable) or _from_dotenv(variable) or "").strip()
    if not value:
        raise ProviderError("E805", name=name, variable=variable)
    if not value.isascii() or not value.isprintable() or " " in value:
        # It could not be sent, and the error of the library would show it.
        raise ProviderError("E817", what=variable, reason="it has characters that no key has")
    return SecretStr(value)


def redact(text: str, key: SecretStr) -> str:
    """A text of a service without the key, and without the part of it that some services show."""
    if key is NO_KEY:
        return text
    value = key.get_secret_value()
    text = text.replace(value, HIDDEN)
    if len(value) >= _LONG:
        text = re.sub(re.escape(value[:_START]) + r"[\w*.…-]*", HIDDEN, text)
    return re.sub(r"[\w-]*\*{3,}[\w*-]*", HIDDEN, text)


def _from_dotenv(variable: str) -> str | None:
    """The value in the nearest `.env`, from the working directory up to the root of the project. It stays out of the
    environment, where other programs would see it."""
    here = Path.cwd()
    above = [here, *here.parents]
    root = next((at for at, folder in enumerate(above) if any((folder / each).exists() for each in MARKERS)), 0)
    path = next(filter(Path.is_file, (folder / ".env" for folder in above[: root + 1])), None)
    if path is None:
        return None
    from dotenv import dotenv_values

    try:
        text = read_plain(path, MOST).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ProviderError("E817", what=str(path), reason=(reason or "no reason told").lower()) from None
    # Anyone may have written the file, so it is not interpolated: it must not turn another secret of the environment
    # into the key, nor fill the memory with names that expand to others.
    value = dotenv_values(stream=StringIO(text), interpolate=False).get(variable)
    if value is not None and "${" in value:
        raise ProviderError("E817", what=str(path), reason=f"{variable} names another variable: write the key itself")
    return value
