#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The pages say all there is, and mandoc has nothing to say about them."""
import glob
import os
import re
import shutil
import subprocess

from fake_kernel import HERE
from toolcase import TIMEOUT, Tap

PAGES = os.path.join(HERE, '../../tools/vmbondctl/man')
UAPI = os.path.join(HERE, '../../kmod/include/uapi/linux/vmbond.h')
OBJECTS = ('bond', 'member', 'port', 'fdb', 'monitor', 'top', 'save')


def page(name):
    with open(os.path.join(PAGES, name), encoding='utf-8') as file:
        return file.read()


def usage(name):
    with open(os.path.join(HERE, 'usage', name + '.txt'),
              encoding='utf-8') as file:
        return file.read()


def keywords(name):
    """The words of an object's usage that have to be typed as they are."""
    words = re.findall(r'(?<![\w.-])-?[a-z][a-z0-9-]*', usage(name))
    return set(words) - {'vmbondctl'}


def check_words(tap):
    for name in OBJECTS:
        text = page(f'vmbondctl-{name}.8')
        missing = [word for word in sorted(keywords(name))
                   if not re.search(rf'(^|[\s"|]){re.escape(word)}\b', text,
                                    re.M)]
        tap.equal(missing, [], f'vmbondctl-{name}.8 has each word')
        synopsis = text.split('.Sh SYNOPSIS')[1].split('.Sh')[0]
        commands = re.findall(rf'vmbondctl {name} (add|set|del|show|flush|'
                              r'pin|rebalance)', usage(name))
        tap.equal([c for c in commands if f' {name} {c}' not in synopsis], [],
                  f'vmbondctl-{name}.8 has each command')


def check_device(tap):
    """What the header has that programs are compiled with."""
    with open(UAPI, encoding='utf-8') as file:
        header = file.read()
    text = page('vmbond.4')
    for what, prefix, wanted in (
            ('reason to drop a frame', 'VMBOND_A_DROPS_(?!MAX)', '.It Va {}\n'),
            ('cause of an event', 'VMBOND_CAUSE_', '.It {}\n'),
            ('event', 'VMBOND_CMD_(?=[A-Z]+_NTF)', '.It {} , ')):
        names = re.findall(rf'^\t{prefix}([A-Z_]+?)(?:_NTF)?\b', header,
                           re.M)
        glue = '-' if what == 'cause of an event' else '_'
        names = [name.lower().replace('_', glue) for name in names]
        missing = [n for n in names if wanted.format(n) not in text]
        tap.ok(len(names) > 3 and not missing,
               f'vmbond.4 has each {what} of the header', missing)


def check_lint(tap):
    pages = sorted(glob.glob(os.path.join(PAGES, '*.[48]')))
    tap.equal(len(pages), len(OBJECTS) + 2, 'a page for each object')
    if not shutil.which('mandoc'):
        tap.skip('mandoc -T lint', 'mandoc is not there')
        return
    done = subprocess.run(['mandoc', '-T', 'lint', '-W', 'style'] +
                          [os.path.basename(path) for path in pages],
                          cwd=PAGES, capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    tap.ok(done.returncode == 0, 'mandoc -T lint', done.stdout)


def main():
    tap = Tap()
    check_words(tap)
    check_device(tap)
    check_lint(tap)
    tap.done()


if __name__ == '__main__':
    main()
