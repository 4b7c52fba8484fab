# SPDX-License-Identifier: GPL-2.0
"""Network namespaces, and what is run and read in them."""

import contextlib
import ctypes
import os
import subprocess
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)


def say(words):
    """Tell how far things are."""
    print(words, file=sys.stderr, flush=True)


def run(*command, text=None):
    """Run a command in the current namespace; return what it prints."""
    done = subprocess.run(command, input=text, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)[:200]}: {done.stderr}")
    return done.stdout


def batch(*command, lines):
    """Give a command its work, a line each."""
    run(*command, text="".join(f"{line}\n" for line in lines))


def ip(*lines):
    """Run ip commands, a line each."""
    batch("ip", "-batch", "-", lines=lines)


def wait_for(what, condition, seconds=30):
    """Poll until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.01)


def write(path, words):
    """Write to a file of the kernel's."""
    with open(path, "w", encoding="ascii") as file:
        file.write(words)


def read(path):
    """Read a file of the kernel's."""
    with open(path, encoding="ascii") as file:
        return file.read()


class Netns:
    """A namespace in which IPv6 does not talk of its own accord."""

    def __init__(self, name):
        run("ip", "netns", "add", name)
        self.name = name
        self._file = open(f"/run/netns/{name}", encoding="ascii")
        with self.entered():
            for conf in "all", "default":
                write(f"/proc/sys/net/ipv6/conf/{conf}/disable_ipv6", "1")
            ip("link set lo up")

    @contextlib.contextmanager
    def entered(self):
        """This thread, and what it starts, is in the namespace."""
        with open("/proc/thread-self/ns/net", encoding="ascii") as home:
            self._enter(self._file)
            try:
                yield self
            finally:
                self._enter(home)

    @staticmethod
    def _enter(file):
        if libc.setns(file.fileno(), 0):
            raise OSError(ctypes.get_errno(), "setns")


COLUMNS = {"rx_bytes": 0, "rx_packets": 1, "tx_bytes": 8, "tx_packets": 9}


def counter(devices, name):
    """The sum of one of the COLUMNS over some devices."""
    total = 0
    for line in read("/proc/thread-self/net/dev").splitlines():
        dev, _, values = line.partition(":")
        if dev.strip() in devices:
            total += int(values.split()[COLUMNS[name]])
    return total
