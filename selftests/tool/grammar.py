#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Each form of the grammar makes the request it stands for, or is refused.

The forms and the requests are written down here from the grammar and from
the netlink spec.
"""
import os

from fake_kernel import HERE
from toolcase import BOND, ETH0, ETH1, VM1, VM2, Tap, node, run

MAC = '52:54:00:aa:00:01'


def ranges(*pairs):
    """As a request has them: a range of one has no end."""
    return [{'first': a} if a == b else {'first': a, 'last': b}
            for a, b in pairs]


ALL = ranges((0, 4094))

ACCEPTED = [
    ('bond add br1', [('bond-new', {'ifname': 'br1'})]),
    ('bond add br1 mode active-backup native 7 vlans 10,20,25-100 '
     'rx-check strict rebalance-interval 20s max-moves 4 updelay 31000 '
     'downdelay 200ms min-links 2 primary none ageing 600 max-macs 4096 '
     'announce-count 5',
     [('bond-new', {'ifname': 'br1', 'mode': 'active-backup', 'native': 7,
                    'vlans': ranges((10, 10), (20, 20), (25, 100)),
                    'rx-check': 'strict', 'rebalance-interval': 20000,
                    'max-moves': 4, 'updelay': 31000, 'downdelay': 200,
                    'min-links': 2, 'primary': 0, 'ageing': 600, 'max-macs': 4096,
                    'announce-count': 5})]),
    ('bond add br1 primary eth1',
     [('bond-new', {'ifname': 'br1', 'primary': ETH1})]),
    ('bond set br-phy mode balance-slb',
     [('bond-set', {'ifindex': BOND, 'mode': 'balance-slb'})]),
    ('bond set vmnet rx-check off',
     [('bond-set', {'ifindex': BOND, 'rx-check': 'off'})]),
    ('bond set br-phy rx-check adaptive vlans all',
     [('bond-set', {'ifindex': BOND, 'rx-check': 'adaptive',
                    'vlans': ALL})]),
    ('bond set br-phy primary eth1',
     [('bond-set', {'ifindex': BOND, 'primary': ETH1})]),
    ('bond set br-phy primary none',
     [('bond-set', {'ifindex': BOND, 'primary': 0})]),
    ('bond set br-phy ageing 300s updelay 0 rebalance-interval 0',
     [('bond-set', {'ifindex': BOND, 'ageing': 300, 'updelay': 0,
                    'rebalance-interval': 0})]),
    ('bond set br-phy ageing 2000ms',
     [('bond-set', {'ifindex': BOND, 'ageing': 2})]),
    ('bond set br-phy vlans 5,1,3,2,2',
     [('bond-set', {'ifindex': BOND,
                    'vlans': ranges((1, 3), (5, 5))})]),
    ('bond del br-phy', [('bond-del', {'ifindex': BOND})]),
    ('bond rebalance br-phy', [('bond-rebalance', {'bond': BOND})]),
    ('bond rebalance br-phy dry-run',
     [('bond-rebalance', {'bond': BOND, 'dry-run': True})]),
    ('bond show', []),
    ('bond show br-phy', []),
    ('bond show vmnet', []),
    ('bond', []),
    ('member add br-phy eth0',
     [('member-new', {'bond': BOND, 'ifindex': ETH0})]),
    ('member add br-phy eth0 weight 2 state drain',
     [('member-new', {'bond': BOND, 'ifindex': ETH0, 'weight': 2,
                      'admin-state': 'drain'})]),
    ('member add vmnet enp1s0f1np1-a-long-name state up weight 1',
     [('member-new', {'bond': BOND, 'ifindex': ETH1, 'weight': 1,
                      'admin-state': 'up'})]),
    ('member set eth0 weight 3',
     [('member-set', {'ifindex': ETH0, 'weight': 3})]),
    ('member set eth0 state up',
     [('member-set', {'ifindex': ETH0, 'admin-state': 'up'})]),
    ('member del eth0', [('member-del', {'ifindex': ETH0})]),
    ('member show', []),
    ('member show br-phy', []),
    ('port add br-phy vm1',
     [('port-new', {'bond': BOND, 'ifindex': VM1})]),
    ('port add br-phy vm1 access 224',
     [('port-new', {'bond': BOND, 'ifindex': VM1, 'vlan-mode': 'access',
                    'vid': 224})]),
    ('port add br-phy vm1 access 0 mac-lock on max-macs 2 isolated on '
     'flood off bum-limit 1000 priority-tags on standby on',
     [('port-new', {'bond': BOND, 'ifindex': VM1, 'vlan-mode': 'access',
                    'vid': 0, 'mac-lock': 1, 'max-macs': 2, 'isolated': 1,
                    'flood': 0, 'bum-limit': 1000, 'priority-tags': 1,
                    'standby': 1})]),
    ('port set vm1 trunk all',
     [('port-set', {'ifindex': VM1, 'vlan-mode': 'trunk', 'vlans': ALL})]),
    ('port set vm1 trunk 0,10-20',
     [('port-set', {'ifindex': VM1, 'vlan-mode': 'trunk',
                    'vlans': ranges((0, 0), (10, 20))})]),
    ('port set vm1 trunk 10 native 5',
     [('port-set', {'ifindex': VM1, 'vlan-mode': 'trunk',
                    'vlans': ranges((10, 10)), 'native': 5})]),
    ('port set vm1 trunk 10 native 5 tagged flood on',
     [('port-set', {'ifindex': VM1, 'vlan-mode': 'trunk',
                    'vlans': ranges((10, 10)), 'native': 5,
                    'native-tagged': 1, 'flood': 1})]),
    ('port set vm1 tunnel 100',
     [('port-set', {'ifindex': VM1, 'vlan-mode': 'tunnel', 'vid': 100})]),
    ('port set vm1 mac-lock off tunnel 100 inner 1-9',
     [('port-set', {'ifindex': VM1, 'vlan-mode': 'tunnel', 'vid': 100,
                    'vlans': ranges((1, 9)), 'mac-lock': 0})]),
    ('port set vm1 tunnel 100 dot1q',
     [('port-set', {'ifindex': VM1, 'vlan-mode': 'tunnel', 'vid': 100,
                    'dot1q': 1})]),
    ('port set vm1 tunnel 100 inner 1-9 dot1q flood on',
     [('port-set', {'ifindex': VM1, 'vlan-mode': 'tunnel', 'vid': 100,
                    'vlans': ranges((1, 9)), 'dot1q': 1, 'flood': 1})]),
    ('port set vm1 vlan none',
     [('port-set', {'ifindex': VM1, 'vlan-mode': 'none'})]),
    ('port set vm1 bum-limit none standby off',
     [('port-set', {'ifindex': VM1, 'bum-limit': 0, 'standby': 0})]),
    ('port set br-phy access 100',
     [('port-set', {'ifindex': BOND, 'vlan-mode': 'access', 'vid': 100})]),
    ('port del vm1', [('port-del', {'ifindex': VM1})]),
    ('port show', []),
    ('port show br-phy', []),
    ('fdb show', []),
    ('fdb show br-phy', []),
    ('fdb show port vm1', []),
    ('fdb show vlan 3', []),
    (f'fdb show {MAC}', []),
    (f'fdb show br-phy {MAC} vlan 3 service port vm1', []),
    (f'fdb add br-phy {MAC} vlan 224 port vm1',
     [('fdb-new', {'bond': BOND, 'mac': MAC, 'vid': 224, 'port': VM1})]),
    (f'fdb add br-phy {MAC.upper()} port vm2 vlan 0',
     [('fdb-new', {'bond': BOND, 'mac': MAC, 'vid': 0, 'port': VM2})]),
    (f'fdb add br-phy {MAC} vlan 100 service port vm1',
     [('fdb-new', {'bond': BOND, 'mac': MAC, 'vid': 100, 'service': 1,
                   'port': VM1})]),
    (f'fdb del br-phy {MAC} vlan 4094',
     [('fdb-del', {'bond': BOND, 'mac': MAC, 'vid': 4094})]),
    ('fdb flush br-phy', [('fdb-flush', {'bond': BOND})]),
    ('fdb flush br-phy port vm1 vlan 224',
     [('fdb-flush', {'bond': BOND, 'port': VM1, 'vid': 224})]),
    (f'fdb pin br-phy {MAC} vlan 224 member eth1',
     [('fdb-set', {'bond': BOND, 'mac': MAC, 'vid': 224, 'member': ETH1})]),
    (f'fdb pin br-phy {MAC} vlan 224 member auto',
     [('fdb-set', {'bond': BOND, 'mac': MAC, 'vid': 224, 'member': 0})]),
    ('bond add br1 networks vmnet2,storage',
     [('bond-new', {'ifname': 'br1'}), ('altname-new', 'vmnet2'),
      ('altname-new', 'storage')]),
    ('bond add br1 networks a,b,a', [
        ('bond-new', {'ifname': 'br1'}), ('altname-new', 'a'),
        ('altname-new', 'b')]),
    ('bond add br1 networks none', [('bond-new', {'ifname': 'br1'})]),
    ('bond set br-phy networks vmnet,storage',
     [('altname-new', 'storage')]),
    ('bond set br-phy networks none', [('altname-del', 'vmnet')]),
    ('bond set br-phy networks storage max-moves 3',
     [('altname-new', 'storage'),
      ('bond-set', {'ifindex': BOND, 'max-moves': 3}),
      ('altname-del', 'vmnet')]),
    ('-j -p -s -c -t bond show', []),
    ('-jps bond show', []),
]

# Command line, and the message that follows the tool's name.
REFUSED = [
    ('bnd show', 'there is no object "bnd"; did you mean "bond"?'),
    ('xyzzy', 'there is no object "xyzzy", see "vmbondctl help"'),
    ('bond sho', 'bond: there is no command "sho"; did you mean "show"?'),
    ('bond add', 'bond add: NAME is missing: '
     'a name of 1 to 15 characters was expected'),
    ('bond add sixteen-letters-', 'bond add: NAME "sixteen-letters-": '
     'a name of 1 to 15 characters was expected'),
    ('bond add br1 mdoe balance-slb',
     'bond add: "mdoe" is not known here; did you mean "mode"?'),
    ('bond add br1 mode balance-slp',
     'bond add: mode "balance-slp": balance-slb or active-backup was '
     'expected; did you mean "balance-slb"?'),
    ('bond add br1 mode balance',
     'bond add: mode "balance": balance-slb or active-backup was expected'),
    ('bond add br1 mode', 'bond add: a value is missing after "mode"'),
    ('bond add br1 native 4095',
     'bond add: native "4095": a VID from 0 to 4094 was expected'),
    ('bond add br1 native 1x',
     'bond add: native "1x": a VID from 0 to 4094 was expected'),
    ('bond add br1 native -1',
     'bond add: native "-1": a VID from 0 to 4094 was expected'),
    ('bond add br1 vlans 10,4095',
     'bond add: vlans "10,4095": a LIST of VIDs from 0 to 4094 like '
     '10,20,25-100, or all, was expected at "4095"'),
    ('bond add br1 vlans 20-10',
     'bond add: vlans "20-10": a LIST of VIDs from 0 to 4094 like '
     '10,20,25-100, or all, was expected'),
    ('bond add br1 vlans none',
     'bond add: vlans "none": a LIST of VIDs from 0 to 4094 like '
     '10,20,25-100, or all, was expected'),
    ('bond add br1 updelay 10m',
     'bond add: updelay "10m": a time like 500ms or 10s, or a number of '
     'milliseconds, was expected'),
    ('bond add br1 ageing 1500ms',
     'bond add: ageing "1500ms": a time like 300s, or a number of seconds, '
     'was expected'),
    ('bond add br1 max-moves 4294967296',
     'bond add: max-moves "4294967296": a number from 0 to 4294967295 was '
     'expected'),
    ('bond add br1 max-moves 3 max-moves 4',
     'bond add: "max-moves" is given twice'),
    ('bond add br1 networks a,,b',
     'bond add: networks "a,,b": a list of names like a,b, of up to 127 '
     'letters, or none was expected'),
    ('bond add br1 networks a,#b',
     'bond add: networks "a,#b": a list of names like a,b, of up to 127 '
     'letters, or none was expected'),
    ('bond add br1 networks vm\x7fnet',
     'bond add: networks "vm\x7fnet": a list of names like a,b, of up to 127 '
     'letters, or none was expected'),
    ('bond add br1 networks none,a',
     'bond add: networks "none,a": a list of names like a,b, of up to 127 '
     'letters, or none was expected'),
    (f'bond add br1 networks {"x" * 128}',
     f'bond add: networks "{"x" * 128}": a list of names like a,b, of up to '
     '127 letters, or none was expected'),
    ('bond set br-phy',
     'bond set: nothing to set was given, it can be: mode, native, vlans, '
     'rx-check, rebalance-interval, max-moves, updelay, downdelay, '
     'min-links, primary, ageing, max-macs, announce-count, networks'),
    ('bond show -j', 'bond show: "-j" is not known here; options stand '
     'before the object'),
    ('fdb show -s', 'fdb show: "-s" is not known here; options stand '
     'before the object'),
    ('bond del', 'bond del: NAME is missing: '
     'the name of a bond was expected'),
    ('bond del br-phy br1', 'bond del: "br1" is a word too many'),
    ('bond show br-phy br1', 'bond show: "br1" is a word too many'),
    ('bond rebalance br-phy dryrun',
     'bond rebalance: "dryrun" is not known here; did you mean "dry-run"?'),
    ('member add br-phy', 'member add: DEV is missing: '
     'the name of a device was expected'),
    ('member add br-phy eth0 state down',
     'member add: state "down": up or drain was expected'),
    ('member set eth0', 'member set: nothing to set was given, '
     'it can be: weight, state'),
    ('port add br-phy vm1 access 5 trunk 6',
     'port add: "access" and "trunk" exclude each other'),
    ('port add br-phy vm1 vlan none tunnel 6',
     'port add: "vlan" and "tunnel" exclude each other'),
    ('port set vm1 native 5', 'port set: "native" can only follow "trunk"'),
    ('port set vm1 trunk 5 flood on native 5',
     'port set: "native" can only follow "trunk"'),
    ('port set vm1 access 5 native 5',
     'port set: "native" can only follow "trunk"'),
    ('port set vm1 trunk 5 tagged',
     'port set: "tagged" can only follow "native"'),
    ('port set vm1 access 5 inner 5',
     'port set: "inner" can only follow "tunnel"'),
    ('port set vm1 trunk 5 dot1q',
     'port set: "dot1q" can only follow "tunnel"'),
    ('port set vm1 vlan 5', 'port set: vlan "5": none was expected'),
    ('port set vm1 mac-lock yes',
     'port set: mac-lock "yes": on or off was expected'),
    ('port set vm1 bum-limit x',
     'port set: bum-limit "x": a number from 1 to 4294967295 or none was '
     'expected'),
    ('port set vm1 bum-limit 0',
     'port set: bum-limit "0": a number from 1 to 4294967295 or none was '
     'expected'),
    ('fdb add br-phy 52:54:00:aa:00 vlan 5 port vm1',
     'fdb add: MAC "52:54:00:aa:00": a MAC like 52:54:00:12:34:56 was '
     'expected'),
    (f'fdb add br-phy {MAC} port vm1', 'fdb add: "vlan" is missing'),
    (f'fdb add br-phy {MAC} vlan 5', 'fdb add: "port" is missing'),
    (f'fdb add br-phy {MAC} service vlan 5 port vm1',
     'fdb add: "service" can only follow "vlan"'),
    (f'fdb del br-phy {MAC}', 'fdb del: "vlan" is missing'),
    (f'fdb pin br-phy {MAC} vlan 5', 'fdb pin: "member" is missing'),
    ('fdb flush', 'fdb flush: NAME is missing: '
     'the name of a bond was expected'),
    ('fdb show br-phy prot vm1',
     'fdb show: "prot" is not known here; did you mean "port"?'),
    ('monitor -j', 'monitor: "-j" is not known here; did you mean "-t"?'),
    ('monitor br-phy all', 'monitor: "all" is not known here, '
     'it can be: -t'),
    ('top br-phy interval x',
     'top: interval "x": a time like 500ms or 10s, or a number of '
     'milliseconds, was expected'),
    ('top br-phy count 0',
     'top: count "0": a number from 1 to 4294967295 was expected'),
    ('-x bond show', 'there is no option "-x", see "vmbondctl -h"'),
    ('-jx bond show', 'there is no option "-jx", see "vmbondctl -h"'),
    ('-n', '"-n" takes a value'),
]

# What the kernel, or the lack of a device, stands against.
IMPOSSIBLE = [
    ('bond add br1 primary eth9',
     'bond add br1: there is no device "eth9"'),
    ('bond set br9 max-moves 1', 'bond set br9: there is no bond "br9"'),
    ('bond show br0',
     'bond show br0: br0 is not a vmbond, it is of kind bridge'),
    ('port add eth0 vm1',
     'port add vm1: eth0 is not a vmbond, it is another device'),
    ('port add br-phy vm9', 'port add vm9: there is no device "vm9"'),
    ('monitor br0', 'monitor br0: br0 is not a vmbond, it is of kind '
     'bridge'),
    ('-n no-such-namespace bond show',
     'there is no network namespace "no-such-namespace"'),
    (f'-n /{"x" * 300} bond show',
     f'cannot open the network namespace "/{"x" * 300}": File name too '
     'long'),
]


def check_accepted(tap):
    for line, wanted in ACCEPTED:
        kernel = node()
        status, _, errors = run(kernel, line)
        tap.ok((status, kernel.requests, errors, kernel.failures) ==
               (0, wanted, '', []), line,
               f'status {status}, {kernel.requests}', errors,
               kernel.failures)
        kernel.close()


def check_refused(tap, table, wanted_status):
    kernel = node()
    for line, message in table:
        status, out, errors = run(kernel, line)
        first = errors.splitlines()[0] if errors else ''
        tap.ok(status == wanted_status and not out and
               first == 'vmbondctl: ' + message and
               not kernel.requests,
               f'refused: {line}', f'status {status}', errors, out)
    kernel.close()


def check_usage(tap):
    kernel = node()
    for name in ('help', 'bond', 'member', 'port', 'fdb', 'monitor', 'top',
                 'save'):
        line = 'help' if name == 'help' else name + ' help'
        with open(os.path.join(HERE, 'usage', name + '.txt'),
                  encoding='utf-8') as file:
            wanted = file.read()
        tap.equal(run(kernel, line), (0, wanted, ''), line)
    tap.equal(run(kernel, ''), (1, '', run(kernel, 'help')[1]),
              'no object: the usage, on the error output')
    status, out, _ = run(kernel, 'port add help')
    tap.ok(status == 0 and out.startswith(
        'Usage: vmbondctl port add NAME DEV [PORT-OPTIONS]\n'),
           'port add help', out)
    kernel.close()


def main():
    tap = Tap()
    check_accepted(tap)
    check_refused(tap, REFUSED, 1)
    check_refused(tap, IMPOSSIBLE, 2)
    check_usage(tap)
    tap.done()


if __name__ == '__main__':
    main()
