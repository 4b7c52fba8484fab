#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Batch files: line numbers, -force, and the worst status."""
import os
import tempfile

from fake_kernel import Refuse
from toolcase import BOND, VM1, VM2, Tap, node, run

GOOD = '''\
# a node's bond

bond set br-phy max-moves 3   # and a comment behind
\tport set vm1 access 5
'''
SENT = [('bond-set', {'ifindex': BOND, 'max-moves': 3}),
        ('port-set', {'ifindex': VM1, 'vlan-mode': 'access', 'vid': 5})]
LAST = ('port-set', {'ifindex': VM2, 'flood': 1})


def batch(text, options='', refusals=None):
    """Runs it from a file; the name of the file is left out of errors."""
    kernel = node()
    kernel.refusals = refusals or {}
    with tempfile.NamedTemporaryFile('w', suffix='.batch') as file:
        file.write(text)
        file.flush()
        status, out, errors = run(kernel, f'{options} -b {file.name}')
        errors = errors.replace(file.name, 'FILE')
    kernel.close()
    return status, kernel.requests, errors, out


def check_files(tap):
    tap.equal(batch(GOOD), (0, SENT, '', ''), 'each line is a request')
    tap.equal(batch(''), (0, [], '', ''), 'an empty file')
    tap.equal(batch('bond set br-phy max-moves 3'), (0, SENT[:1], '', ''),
              'no newline at the end')
    tap.equal(batch('port set vm1#x access 5\n'),
              (2, [], 'vmbondctl: FILE:1: port set vm1#x: there is no device '
               '"vm1#x"\n', ''), 'within a word, # is part of a name')
    tap.equal(batch(GOOD + 'port set vm1 acess 5\nport set vm2 flood on\n'),
              (1, SENT, 'vmbondctl: FILE:5: port set: "acess" is not known '
               'here; did you mean "access"?\n', ''),
              'ends at a wrong line, without the usage')
    tap.equal(batch(GOOD + 'port set vm9 access 5\nport set vm2 flood on\n'),
              (2, SENT, 'vmbondctl: FILE:5: port set vm9: there is no '
               'device "vm9"\n', ''), 'ends at a refused line')


def check_force(tap):
    text = 'bond set br-phy max-moves 3\nport set vm9 access 5\n' \
           'port set vm1 acess 5\nport set vm1 access 5\n'
    status, sent, errors, _ = batch(text, '-force')
    tap.equal((status, sent), (2, SENT), '-force: goes on, worst status')
    tap.equal([line.split(': ')[1] for line in errors.splitlines()],
              ['FILE:2', 'FILE:3'], '-force: each error with its line')
    status, sent, errors, _ = batch('bond\nfoo\n', '-force')
    tap.equal(status, 1, '-force: status 1 if that is the worst')
    refused = {'bond-set': Refuse(34, 'out of range')}
    tap.equal(batch(GOOD, '-force', refused)[0::2],
              (2, 'vmbondctl: FILE:3: bond set br-phy: out of range\n'),
              "-force: the kernel's refusal with its line")


def check_input(tap):
    kernel = node()
    tap.equal(run(kernel, '-b -', given=GOOD), (0, '', ''),
              'from the input')
    tap.equal(kernel.requests, SENT, 'from the input: sent')
    tap.equal(run(kernel, '-b -', given='xyzzy\n')[2],
              'vmbondctl: -:1: there is no object "xyzzy", see '
              '"vmbondctl help"\n', 'from the input: line number')
    tap.equal(run(kernel, '-j -b -', given='bond show\nport show\n')[1],
              '[]\n[]\n', 'shows are allowed')
    for word in ('monitor', 'top'):
        tap.equal(run(kernel, '-b -', given=word + '\n'),
                  (1, '', f'vmbondctl: -:1: "{word}" cannot be part of a '
                   'batch\n'), f'{word} is not')
    tap.equal(run(kernel, '-b -', given='x ' * 100)[2],
              'vmbondctl: -:1: more than 64 words\n', 'too many words')
    kernel.close()


def check_errors(tap):
    kernel = node()
    tap.equal(run(kernel, '-b /no/such/file'),
              (1, '', 'vmbondctl: cannot open "/no/such/file": No such file '
               'or directory\n'), 'no such file')
    tap.equal(run(kernel, '-b /dev/null bond show')[0::2],
              (1, 'vmbondctl: "bond": with -b the requests are in the '
               'file\n'), 'a request beside the file')
    tap.equal(run(kernel, f'-b {os.path.dirname(__file__) or "."}')[0], 2,
              'a directory')
    with tempfile.TemporaryDirectory() as top:
        deep = os.path.join(top, 'd' * 200)
        os.mkdir(deep)
        name = os.path.join(deep, 'batch')
        with open(name, 'w', encoding='utf-8') as file:
            file.write('\nxyzzy\n')
        tap.equal(run(kernel, f'-b {name}')[2],
                  f'vmbondctl: {name}:2: there is no object "xyzzy", see '
                  '"vmbondctl help"\n', 'a long name: line number')
    kernel.close()


def main():
    tap = Tap()
    check_files(tap)
    check_force(tap)
    check_input(tap)
    check_errors(tap)
    tap.done()


if __name__ == '__main__':
    main()
