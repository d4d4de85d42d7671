"""What the figures were taken on: processor, memory, disk, and the versions of all that ran."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("ftc", "orjson", "jinja2", "pyyaml")


def machine(folder: Path) -> dict[str, str]:
    found = {
        "processor": f"{_line('/proc/cpuinfo', 'model name') or platform.processor()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "disk": _filesystem(folder),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "a checkout" if package == "ftc" else "absent"
    if node := shutil.which("node"):
        found["node"] = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return found


def _line(path: str, key: str) -> str:
    if not Path(path).exists():
        return ""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def _filesystem(folder: Path) -> str:
    """The file system that the outputs are written to, by its longest mount point; nothing where nobody tells."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    known = [line.split()[1:3] for line in mounts.read_text(encoding="utf-8").splitlines()]
    return max((point, kind) for point, kind in known if folder.resolve().is_relative_to(point))[1]
