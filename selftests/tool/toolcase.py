# SPDX-License-Identifier: GPL-2.0
"""What the tests of vmbondctl share: TAP, and the tool on a fake kernel."""
import os
import subprocess
import sys

from fake_kernel import HERE, Kernel

TOOL = os.environ.get('VMBONDCTL', os.path.join(HERE, 'build/vmbondctl'))
TIMEOUT = 30

BOND, ETH0, ETH1, VM1, VM2, OTHER = 10, 11, 12, 13, 14, 15


class Tap:
    """Counts and prints results; a test that dies has failed."""

    def __init__(self):
        self.count = self.failed = 0

    def ok(self, good, name, *hints):
        self.count += 1
        self.failed += not good
        print(f'{"ok" if good else "not ok"} {self.count} {name}')
        if not good:
            for hint in hints:
                for line in str(hint).splitlines():
                    print('# ' + line)
        sys.stdout.flush()

    def equal(self, got, wanted, name):
        self.ok(got == wanted, name, f'got    {got!r}', f'wanted {wanted!r}')

    def skip(self, name, why):
        self.count += 1
        print(f'ok {self.count} {name} # SKIP {why}')

    def done(self):
        print(f'1..{self.count}')
        sys.exit(1 if self.failed else 0)


def environment(kernel):
    return dict(os.environ, FAKE_KERNEL=kernel.path, LC_ALL='C', TZ='UTC')


def start(kernel, line, **options):
    words = line.split() if isinstance(line, str) else line
    return subprocess.Popen([TOOL] + words, env=environment(kernel),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, **options)


def run(kernel, line, given=None):
    """Exit status, output and errors of a command line."""
    words = line.split() if isinstance(line, str) else line
    done = subprocess.run([TOOL] + words, env=environment(kernel),
                          input=given, capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout, done.stderr


def node():
    """A kernel with a bond, two members, a port, and a device beside."""
    kernel = Kernel()
    kernel.link(BOND, 'br-phy', 'vmbond', ['vmnet'])
    kernel.link(ETH0, 'eth0')
    kernel.link(ETH1, 'eth1', altnames=['enp1s0f1np1-a-long-name'])
    kernel.link(VM1, 'vm1', 'veth')
    kernel.link(VM2, 'vm2', 'veth')
    kernel.link(OTHER, 'br0', 'bridge')
    return kernel
