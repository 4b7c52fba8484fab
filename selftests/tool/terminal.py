#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""top and colours: on a terminal, which tmux stands in for, and without."""
import errno
import os
import shutil
import signal
import subprocess
import time

from fake_kernel import Refuse
from show import filled
from toolcase import ETH0, ETH1, TIMEOUT, TOOL, Tap, environment, run

SHELL = "PS1='$ ' exec sh"


class Terminal:
    """A shell in a terminal on a tmux of its own."""

    def __init__(self, kernel, columns=100, shell=SHELL):
        self.commands = 0
        self.socket = os.path.join(kernel.dir.name, f'tmux-{columns}')
        env = environment(kernel)
        env.pop('TMUX', None)
        subprocess.run(['tmux', '-S', self.socket, '-f', '/dev/null',
                        'new-session', '-d', '-x', str(columns), '-y', '24',
                        shell], env=env, check=True, timeout=TIMEOUT)

    def tmux(self, *words):
        done = subprocess.run(['tmux', '-S', self.socket] + list(words),
                              capture_output=True, text=True, check=True,
                              timeout=TIMEOUT)
        return done.stdout

    def keys(self, *keys):
        self.tmux('send-keys', *keys)

    def screen(self):
        return self.tmux('capture-pane', '-p')

    def wait(self, condition):
        """The screen, once the condition holds for it, or the last one."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            screen = self.screen()
            if condition(screen) or time.monotonic() > deadline:
                return screen
            time.sleep(0.02)

    def state(self):
        """Alternate screen, cursor shown."""
        return self.tmux('display-message', '-p',
                         '#{alternate_on} #{cursor_flag}').strip()

    def type(self, line):
        """Has the shell run a command and print a mark with its status."""
        self.commands += 1
        self.keys(f'clear; {line}; echo "<$?>{self.commands}"', 'Enter')

    def ended(self):
        """The screen, once the last command has ended."""
        return self.wait(lambda s: f'>{self.commands}\n' in s)

    def stty(self):
        self.type('stty -g')
        return self.ended().splitlines()[0]

    def top(self, line='top'):
        self.type(f'{TOOL} {line}')
        return self.wait(lambda s: '(q)uit' in s)

    def tool(self):
        """The process of the tool, a child of the shell."""
        shell = self.tmux('display-message', '-p', '#{pane_pid}').strip()
        return int(subprocess.run(['ps', '-o', 'pid=', '--ppid', shell],
                                  capture_output=True, text=True,
                                  check=True).stdout)

    def close(self):
        self.tmux('kill-server')


def busy():
    kernel = filled()
    kernel.objects['member'][1].update(state='up', carrier=1, speed=1000)
    kernel.link(16, 'br2', 'vmbond')
    kernel.objects['bond'].append(dict(kernel.objects['bond'][0],
                                       ifindex=16, ifname='br2'))
    one = kernel.objects['fdb'][0]
    kernel.objects['fdb'] = [
        dict(one, mac=f'52:54:00:00:01:{i:02x}', **{
            'tx-rate': (i + 1) * 1000000, 'rx-rate': (50 - i) * 1000,
            'member': ETH0 if i % 2 else ETH1}) for i in range(40)]
    return kernel


def macs(screen):
    """The last byte of each station's MAC, from top to bottom."""
    return [line[15:17] for line in screen.splitlines()
            if line.startswith('52:54:00:00:01:')]


def check_screen(tap, terminal):
    screen = terminal.top()
    lines = screen.splitlines()
    tap.ok(lines[0].startswith('br-phy: balance-slb, carrier up, 2 members')
           and lines[0].endswith('(bond 1 of 2)'), 'the bond', screen)
    eth0, eth1 = (next((l for l in lines if l.startswith(name)), '')
                  for name in ('eth0', 'eth1'))
    tap.ok(' 50 %' in eth0 and ' 0 %' in eth1 and
           eth0.count('|') * 2 - 1 <= len(eth0.split('[')[-1].split(']')[0])
           <= eth0.count('|') * 2 + 1 and '|' not in eth1,
           'utilisation of each member, with a bar', eth0, eth1)
    tap.ok(len(lines) <= 24 and all(len(l) <= 100 for l in lines),
           'it fits', screen)
    tap.equal(macs(screen)[:3], ['27', '26', '25'],
              'the busiest station first')


def check_keys(tap, terminal):
    for key, first in (('r', '00'), ('t', '27'), ('l', '27')):
        terminal.keys(key)
        screen = terminal.wait(lambda s, f=first: macs(s)[:1] == [f])
        tap.equal(macs(screen)[:1], [first], f'sorted by ({key})')
    terminal.keys('m')
    screen = terminal.wait(lambda s: macs(s)[:2] == ['27', '25'])
    tap.equal(macs(screen)[:2], ['27', '25'], 'sorted by (m)ember')
    terminal.keys('l')
    terminal.keys('Down')
    screen = terminal.wait(lambda s: macs(s)[:1] == ['26'])
    tap.equal(macs(screen)[:1], ['26'], 'scrolled down')
    terminal.keys('End', 'NPage', 'NPage', 'NPage', 'NPage', 'NPage')
    screen = terminal.wait(lambda s: macs(s)[-1:] == ['00'])
    tap.equal(macs(screen)[-1:], ['00'], 'scrolled to the end')
    terminal.keys('b')
    screen = terminal.wait(lambda s: s.startswith('br2:'))
    tap.ok(screen.startswith('br2:') and not macs(screen), 'next bond',
           screen)


def check_size(tap, kernel):
    """A row an object, in order, however wide the terminal is."""
    for columns in (40, 60, 80, 132):
        terminal = Terminal(kernel, columns)
        terminal.type(f'{TOOL} top')
        screen = terminal.wait(lambda s: macs(s) and 'sort by' in s)
        lines = screen.splitlines()
        tap.ok(lines[2].startswith('MEMBER STATE ') and
               lines[3].startswith('eth0   up ') and
               lines[4].startswith('eth1   up ') and
               lines[6].startswith('MAC               VLAN PORT MEMBER') and
               len(macs(screen)) == 16 and
               lines[23].startswith('sort by (l)oad'),
               f'{columns} columns: a row for each', screen)
        tap.equal('|' in lines[3], columns >= 80,
                  f'{columns} columns: a bar where it has room')
        for column, least in (('STATIONS', 60), ('PINNED', 80),
                              ('(q)uit', 80)):
            tap.equal(column in screen, columns >= least,
                      f'{columns} columns: {column}')
        terminal.close()


def check_end(tap, terminal):
    before = terminal.stty()
    for name, how in (
            ('q', lambda: terminal.keys('q')),
            ('^C', lambda: terminal.keys('C-c')),
            ('SIGTERM', lambda: os.kill(terminal.tool(), signal.SIGTERM)),
            ('SIGHUP', lambda: os.kill(terminal.tool(), signal.SIGHUP))):
        terminal.top()
        tap.equal(terminal.state(), '1 0', f'{name}: screen of its own')
        how()
        screen = terminal.ended()
        tap.ok('<0>' in screen, f'{name}: ends with status 0', screen)
        tap.equal(terminal.state(), '0 1', f'{name}: screen restored')
        tap.equal(terminal.stty(), before,
                  f'{name}: terminal restored')
    terminal.top()
    os.kill(terminal.tool(), signal.SIGABRT)
    terminal.ended()
    tap.equal(terminal.state(), '0 1', 'SIGABRT: screen restored')
    tap.equal(terminal.stty(), before,
              'SIGABRT: terminal restored')


def check_failure(tap, terminal, kernel):
    terminal.top()
    kernel.refusals = {'bond-get': Refuse(errno.ENODEV, 'gone')}
    screen = terminal.ended()
    tap.ok('<2>' in screen and 'vmbondctl: top: gone' in screen,
           'a failure is told on the restored screen', screen)
    kernel.refusals = {}
    terminal.top('top br-phy')
    bonds = kernel.objects['bond']
    kernel.objects['bond'] = bonds[1:]
    screen = terminal.ended()
    tap.ok('<2>' in screen and
           'vmbondctl: top br-phy: the bond is gone' in screen,
           'it ends with the bond that was asked for', screen)
    tap.equal(terminal.state(), '0 1', 'it ends with the bond: restored')
    terminal.top()
    screen = terminal.wait(lambda s: s.startswith('br2:'))
    kernel.objects['bond'] = []
    screen = terminal.wait(lambda s: s.startswith('there is no bond'))
    kernel.objects['bond'] = bonds
    screen = terminal.wait(lambda s: s.startswith('br-phy:'))
    tap.ok(screen.startswith('br-phy:'), 'any bond will do where none was '
           'asked for', screen)
    terminal.keys('q')
    terminal.ended()


def check_colour(tap, terminal, kernel):
    for line, wanted in (('-c member show', True), ('member show', False),
                         ('-c -j member show', False)):
        terminal.type(f'{TOOL} {line}')
        terminal.ended()
        screen = terminal.tmux('capture-pane', '-p', '-e')
        tap.equal('\033[36meth0' in screen, wanted, f'colour: {line}')
    out = run(kernel, '-c member show')[1]
    tap.ok('\033' not in out, 'colour: none without a terminal', out)
    tap.equal(out, run(kernel, 'member show')[1],
              'colour: the columns stay as they are')


def check_plain(tap, kernel):
    status, out, errors = run(kernel, 'top br-phy interval 1 count 2')
    tap.ok((status, errors) == (0, '') and out.count('br-phy: bal') == 2 and
           'and 30 more' in out and '\033' not in out,
           'no terminal: plain text, again and again', out, errors)
    tap.ok('eth0    up     10 Gb/s   50 %  1.2 Gb/s  5.0 Gb/s' in out,
           'no terminal: members', out)
    kernel.objects['bond'] = []
    tap.equal(run(kernel, 'top count 1')[:2], (0, 'there is no bond\n'),
              'no terminal: no bond')


def main():
    tap = Tap()
    kernel = busy()
    if not shutil.which('tmux'):
        tap.skip('top', 'tmux is not there')
    else:
        terminal = Terminal(kernel)
        try:
            check_screen(tap, terminal)
            check_keys(tap, terminal)
            terminal.keys('q')
            terminal.ended()
            check_end(tap, terminal)
            check_failure(tap, terminal, kernel)
            check_colour(tap, terminal, kernel)
        finally:
            terminal.close()
        check_size(tap, kernel)
    check_plain(tap, kernel)
    kernel.close()
    tap.done()


if __name__ == '__main__':
    main()
