# SPDX-License-Identifier: GPL-2.0
"""What the netlink tests share: the family by way of YNL, and TAP.

LINUX is the kernel's source tree, where YNL is.
"""

import os
import pathlib
import subprocess
import sys

LINUX = pathlib.Path(os.environ["LINUX"])
sys.path.append(str(LINUX / "tools/net/ynl/pyynl"))
# pylint: disable=wrong-import-position
from lib import NlError, YnlFamily  # noqa: E402

SPEC = pathlib.Path(__file__).parents[2] / \
    "Documentation/netlink/specs/vmbond.yaml"

# What changes by itself.
VOLATILE = {"stats", "age", "pin-age", "tx-rate", "rx-rate", "tx-bytes",
            "rx-bytes", "stations"}


def family():
    """The family, on a socket of its own. That the description fits its schema
    is for others to check: it takes long."""
    return YnlFamily(str(SPEC), schema="")


def state(ynl):
    """All that was configured."""
    return {what: [{k: v for k, v in one.items() if k not in VOLATILE}
                   for one in ynl.dump(what + "-get", {})]
            for what in ("bond", "member", "port", "fdb")}


def ip(*words):
    """ip(8)"""
    subprocess.run(["ip", *words], check=True)


def dummies(*names):
    """Make devices."""
    lines = "".join(f"link add {name} type dummy\n" for name in names)
    subprocess.run(["ip", "-batch", "-"], input=lines.encode(), check=True)


def ifindex(name):
    """A device's number."""
    with open(f"/sys/class/net/{name}/ifindex", encoding="ascii") as file:
        return int(file.read())


class Tap:
    """Results, one line each."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def result(self, name, *problems):
        """A case; each problem that is not empty makes it fail."""
        problems = [p for p in problems if p]
        self.count += 1
        for problem in problems:
            print(f"# FAIL: {problem}")
        print(f"{'not ' if problems else ''}ok {self.count} {name}",
              flush=True)
        self.failed += bool(problems)

    def equal(self, name, got, wanted):
        """A case that compares."""
        self.result(name, got != wanted and f"got {got}, wanted {wanted}")

    def skip(self, name, why):
        """A case that cannot be tried here."""
        self.count += 1
        print(f"ok {self.count} {name} # SKIP {why}", flush=True)

    def end(self):
        """The plan, and the exit status."""
        print(f"1..{self.count}")
        sys.exit(self.failed > 0)


def refusal(call, *args):
    """What the kernel said: errno, message, attribute; None if it took it."""
    try:
        call(*args)
    except NlError as err:
        extack = err.nl_msg.extack or {}
        return (err.error, extack.get("msg", ""),
                extack.get("bad-attr") or extack.get("miss-type") or "")
    return None
