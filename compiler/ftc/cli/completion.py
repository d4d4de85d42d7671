"""What a shell offers to complete a command line with."""

import os


def complete_files(incomplete: str) -> list[str]:
    """The `.ft` files and folders that a path may go on to. A folder that is the only one is entered: a shell puts a
    blank behind the only answer."""
    folder, part = os.path.split(incomplete)
    try:
        entries = sorted(os.scandir(folder or "."), key=lambda each: each.name)
    except OSError:
        return []
    found = [
        os.path.join(folder, each.name) + ("/" if each.is_dir() else "")  # noqa: PTH118 (the path as it was typed)
        for each in entries
        if each.name.startswith(part)
        and (each.is_dir() or each.name.endswith(".ft"))
        and (part.startswith(".") or not each.name.startswith("."))
    ]
    return complete_files(found[0]) or found if len(found) == 1 and found[0].endswith("/") else found


def complete_targets(incomplete: str) -> list[str]:
    from ftc.targets import TARGETS

    return [name for name in TARGETS if name.startswith(incomplete)]


def complete_codes(incomplete: str) -> list[tuple[str, str]]:
    """The codes of findings, with their titles."""
    from ftc.wording import MODULES, module

    found = [(code, words.title) for name in MODULES for code, words in sorted(module(name).items())]
    return [(code, title) for code, title in found if code.startswith(incomplete)]


def complete_commands(incomplete: str) -> list[tuple[str, str]]:
    from ftc.cli import COMMANDS

    return [(name, says) for name, says in COMMANDS.items() if name.startswith(incomplete)]
