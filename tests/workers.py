"""What processes do that cannot do what they are for. It imports little: each of them is a fresh one."""

import os
import signal

from ftc.emit.parts.recipe import Recipe
from ftc.expand.plan.plan import Plan


def dies(recipe: Recipe) -> Plan:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def differs(recipe: Recipe) -> Plan:
    raise RuntimeError("no plan here")


def refuses(recipe: Recipe) -> Plan:
    raise PermissionError(13, "Permission denied", "out")
