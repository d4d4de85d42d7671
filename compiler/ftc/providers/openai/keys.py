"""Keys and other settings that are the user's and no file's: from the environment, or from a `.env` beside the work.

A key is never printed or written. It is kept as a `SecretStr`, and taken out of all that a service says.
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
"""What is sent where a service asks for no key: the library wants to send something."""

HIDDEN = "[key]"
MOST = 2**20
"""Bytes of a `.env`."""

_START, _TELLING = 8, 16
"""A key of at least `_TELLING` characters is known by its first `_START`: some services show so much of it."""


def key(name: str, variable: str | None) -> SecretStr:
    """The key that a service takes; ProviderError where there is none."""
    if variable is None:
        return NO_KEY
    value = (os.environ.get(variable) or _written(variable) or "").strip()
    if not value:
        raise ProviderError("E805", name=name, variable=variable)
    if not value.isascii() or not value.isprintable() or " " in value:
        # It could not be sent, and the library would show it in saying so.
        raise ProviderError("E817", what=variable, reason="it has characters that no key has")
    return SecretStr(value)


def without(text: str, key: SecretStr) -> str:
    """A text of a service without the key, or the part of it that some services show."""
    if key is NO_KEY:
        return text
    value = key.get_secret_value()
    text = text.replace(value, HIDDEN)
    if len(value) >= _TELLING:
        text = re.sub(re.escape(value[:_START]) + r"[\w*.…-]*", HIDDEN, text)
    return re.sub(r"[\w-]*\*{3,}[\w*-]*", HIDDEN, text)


def _written(variable: str) -> str | None:
    """What the nearest `.env` says, from the working directory up to the root of the project. It stays out of the
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
    # The file may be a stranger's: no other secret of the environment becomes the key by a word of it, and no name that
    # stands for two others, and so on, fills the memory.
    value = dotenv_values(stream=StringIO(text), interpolate=False).get(variable)
    if value is not None and "${" in value:
        raise ProviderError("E817", what=str(path), reason=f"{variable} names another variable: write the key itself")
    return value
