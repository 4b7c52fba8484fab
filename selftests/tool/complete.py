#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Completion: what the tool offers, and bash in front of it."""
import os
import shutil
import subprocess

from fake_kernel import HERE
from terminal import Terminal
from toolcase import (BOND, ETH0, ETH1, TIMEOUT, TOOL, VM1, VM2, Tap,
                      environment, node, run)

SCRIPT = os.path.join(HERE, '../../tools/vmbondctl/vmbondctl.bash-completion')
PORT_MODES = {'access', 'trunk', 'tunnel', 'vlan'}
PORT_REST = {'mac-lock', 'max-macs', 'isolated', 'flood', 'bum-limit',
             'priority-tags', 'standby'}
MAC = '52:54:00:00:00:01'

# What is typed, the last word perhaps in part, and what could follow.
OFFERED = [
    ('', {'bond', 'member', 'port', 'fdb', 'monitor', 'top', 'save', 'help'}),
    ('m', {'member', 'monitor'}),
    ('-j bo', {'bond'}),
    ('-f', {'-force'}),
    ('bond ', {'add', 'set', 'del', 'show', 'rebalance', 'help'}),
    ('bond s', {'set', 'show'}),
    ('bond del ', {'br-phy'}),
    ('bond add ', set()),
    ('bond set br-phy mode ', {'balance-slb', 'active-backup'}),
    ('bond set br-phy mode a', {'active-backup'}),
    ('bond set br-phy primary ', {'none', 'eth0', 'eth1'}),
    ('bond set br-phy mode balance-slb m', {'max-moves', 'min-links',
                                            'max-macs'}),
    ('bond set br-phy nonsense ', set()),
    ('bond rebalance br-phy ', {'dry-run'}),
    ('member set ', {'eth0', 'eth1'}),
    ('member set eth0 state ', {'up', 'drain'}),
    ('port set ', {'br-phy', 'vm1', 'vm2'}),
    ('port set vm1 ', PORT_MODES | PORT_REST),
    ('port set vm1 access ', {'5', '10', '20', '21', '22', '224'}),
    ('port set vm1 access 2', {'20', '21', '22', '224'}),
    ('port set vm1 access 5 ', PORT_REST),
    ('port set vm1 trunk 5 ', PORT_REST | {'native'}),
    ('port set vm1 trunk 5 native 6 ', PORT_REST | {'tagged'}),
    ('port set vm1 flood ', {'on', 'off'}),
    ('fdb show ', {'br-phy', 'port', 'vlan'}),
    ('fdb show br-phy port v', {'vm1', 'vm2'}),
    (f'fdb pin br-phy {MAC} vlan 5 member ', {'auto', 'eth0', 'eth1'}),
    ('monitor ', {'all', 'config', 'events', 'br-phy', '-t'}),
    ('top ', {'br-phy', 'interval', 'count'}),
    ('save ', {'br-phy', 'node'}),
    ('save br-phy ', {'node'}),
]


def filled():
    kernel = node()
    port = {'bond': BOND, 'ifindex': BOND, 'ifname': 'br-phy',
            'vlan-mode': 'trunk', 'vlans': [{'first': 0, 'last': 4094}]}
    kernel.objects['bond'] = [{'ifindex': BOND, 'ifname': 'br-phy'}]
    kernel.objects['member'] = [
        {'bond': BOND, 'ifindex': ETH0, 'ifname': 'eth0'},
        {'bond': BOND, 'ifindex': ETH1, 'ifname': 'eth1'}]
    kernel.objects['port'] = [
        port,
        {'bond': BOND, 'ifindex': VM1, 'ifname': 'vm1',
         'vlan-mode': 'access', 'vid': 224},
        dict(port, ifindex=VM2, ifname='vm2', native=5,
             vlans=[{'first': 10}, {'first': 20, 'last': 22}])]
    return kernel


def check_offers(tap, kernel):
    for line, wanted in OFFERED:
        words = ['complete'] + line.split(' ')
        status, out, errors = run(kernel, words)
        got = out.split()
        tap.ok(status == 0 and set(got) == wanted and
               len(got) == len(wanted), f'offers: "{line}"', f'got {got}',
               f'wanted {sorted(wanted)}', errors)
    out = run(kernel, ['complete', 'port', 'add', 'br-phy', 'l'])[1]
    tap.equal(out, 'lo\n', 'offers: the devices of this machine')


def check_bash(tap, kernel):
    """As bash calls it, with the tool found in PATH."""
    for line, wanted in (('vmbondctl po', ['port']),
                         ('vmbondctl bond del ', ['br-phy']),
                         ('vmbondctl -j member set eth0 sta', ['state']),
                         ('vmbondctl -b ', [])):
        script = f'''
            . {SCRIPT}
            compopt() {{ :; }}
            COMP_LINE=$1
            COMP_POINT=${{#1}}
            _vmbondctl vmbondctl
            printf '%s\\n' "${{COMPREPLY[@]}}"
        '''
        env = environment(kernel)
        env['PATH'] = os.path.dirname(TOOL) + ':' + env['PATH']
        done = subprocess.run(['bash', '-c', script, 'bash', line],
                              env=env, capture_output=True, text=True,
                              timeout=TIMEOUT, check=False)
        tap.ok(done.stdout.split() == wanted and not done.stderr,
               f'bash: "{line}"', done.stdout, done.stderr)


def check_typed(tap, kernel):
    """As somebody types it, MACs and all."""
    if not shutil.which('tmux'):
        tap.skip('bash: typed', 'tmux is not there')
        return
    terminal = Terminal(kernel, 100, 'exec bash --norc --noprofile')
    terminal.type(f'PATH={os.path.dirname(TOOL)}:$PATH; . {SCRIPT}')
    terminal.ended()
    for typed, wanted in (
            (f'fdb pin br-phy {MAC} vlan 5 mem', 'member '),
            (f'fdb pin br-phy {MAC} vlan 5 member a', 'auto '),
            ('port set vm1 trunk 5 nat', 'native '),
            ('-s -j port sh', 'show ')):
        terminal.keys('C-u', 'C-l')
        terminal.tmux('send-keys', '-l', 'vmbondctl ' + typed)
        terminal.keys('Tab')
        whole = typed.rsplit(' ', 1)[0] + ' ' + wanted.rstrip()
        screen = terminal.wait(lambda s, w=whole: w in s)
        tap.ok(whole in screen, f'bash: typed: {typed}', screen)
    terminal.close()


def main():
    tap = Tap()
    kernel = filled()
    check_offers(tap, kernel)
    check_bash(tap, kernel)
    check_typed(tap, kernel)
    kernel.loaded = False
    tap.equal(run(kernel, ['complete', 'bond', 'del', ''])[:2], (0, ''),
              'offers: nothing without the module')
    kernel.close()
    tap.done()


if __name__ == '__main__':
    main()
