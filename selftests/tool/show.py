#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What show prints: text a person reads, JSON that holds to its schema."""
import errno
import json
import os
import re
import resource

import jsonschema

from fake_kernel import HERE, Refuse
from toolcase import (BOND, ETH0, ETH1, OTHER, TIMEOUT, VM1, VM2, Tap, node,
                      run, start)

WIDTH = 100
DROPS = ('vlan reflected receiver duplicate unknown no_member link_local '
         'bpdu spoof mac_limit isolated bum_limit mtu nomem').split()


def counters(**drops):
    return {'rx-packets': 5000000000, 'rx-bytes': 6400000000000,
            'tx-packets': 12, 'tx-bytes': 999, 'drops': drops}


def ranges(*pairs):
    return [{'first': a, 'last': b} for a, b in pairs]


def filled():
    """A node with all that can be shown."""
    kernel = node()
    kernel.objects['bond'] = [{
        'ifindex': BOND, 'ifname': 'br-phy', 'mode': 'balance-slb',
        'rx-check': 'adaptive', 'native': 0, 'vlans': ranges((0, 4094)),
        'rebalance-interval': 10000, 'max-moves': 16, 'updelay': 0,
        'downdelay': 1500, 'min-links': 1, 'primary': 0, 'ageing': 300,
        'max-macs': 8192, 'announce-count': 3, 'carrier': 1, 'members': 2,
        'ports': 2, 'stations': 3, 'stats': counters(reflected=3)}]
    kernel.objects['member'] = [{
        'bond': BOND, 'ifindex': ETH0, 'ifname': 'eth0', 'weight': 1,
        'admin-state': 'up', 'state': 'up', 'carrier': 1, 'speed': 10000,
        'receiver': ranges((0, 0), (100, 100)), 'stations': 1,
        'tx-rate': 1234000000, 'rx-rate': 5000000000,
        'stats': counters()}, {
            'bond': BOND, 'ifindex': ETH1, 'ifname': 'eth1', 'weight': 1,
            'admin-state': 'up', 'state': 'down', 'carrier': 0, 'speed': 0,
            'receiver': [], 'stations': 0, 'tx-rate': 0, 'rx-rate': 0,
            'stats': counters(duplicate=7)}]
    kernel.objects['port'] = [{
        'bond': BOND, 'ifindex': BOND, 'ifname': 'br-phy',
        'vlan-mode': 'trunk', 'vlans': ranges((0, 4094)), 'mac-lock': 0,
        'max-macs': 256, 'isolated': 0, 'flood': 0, 'bum-limit': 0,
        'priority-tags': 0, 'standby': 0, 'stations': 1,
        'stats': counters()}, {
            'bond': BOND, 'ifindex': VM1, 'ifname': 'vm1',
            'vlan-mode': 'access', 'vid': 224, 'mac-lock': 1,
            'max-macs': 2, 'isolated': 1, 'flood': 0, 'bum-limit': 1000,
            'priority-tags': 0, 'standby': 0, 'stations': 2,
            'stats': counters(spoof=9)}, {
                'bond': BOND, 'ifindex': VM2, 'ifname': 'vm2',
                'vlan-mode': 'trunk',
                'vlans': ranges((10, 10), (20, 30)), 'native': 5,
                'native-tagged': 1, 'mac-lock': 0, 'max-macs': 256,
                'isolated': 0, 'flood': 0, 'bum-limit': 0,
                'priority-tags': 0, 'standby': 0, 'stations': 0,
                'stats': counters()}]
    kernel.objects['fdb'] = [{
        'bond': BOND, 'mac': '52:54:00:00:00:01', 'vid': 224, 'port': VM1,
        'member': ETH0, 'state': 'learned', 'age': 2500,
        'tx-bytes': 6 << 32, 'rx-bytes': 77, 'tx-rate': 1234000000,
        'rx-rate': 0, 'pin-age': 200000, 'pin-cause': 'failover',
        'manual': 0}, {
            'bond': BOND, 'mac': '52:54:00:00:00:02', 'vid': 224,
            'port': VM1, 'member': ETH0, 'state': 'static', 'age': 7300000,
            'tx-bytes': 0, 'rx-bytes': 0, 'tx-rate': 0, 'rx-rate': 0,
            'pin-age': 1000, 'pin-cause': 'failover', 'wanted': ETH1}, {
                'bond': BOND, 'mac': '0a:00:00:00:00:01', 'vid': 0,
                'port': BOND, 'state': 'local', 'tx-bytes': 0,
                'rx-bytes': 0}]
    return kernel


TEXTS = {
    'bond show': '''\
br-phy: balance-slb, carrier up, 2 members, 2 ports, 3 stations
    native 0  vlans all
    rx-check adaptive  rebalance-interval 10s  max-moves 16  updelay 0ms  downdelay 1500ms
    min-links 1  primary none  ageing 300s  max-macs 8192  announce-count 3
    networks vmnet
''',
    '-s bond show br-phy': '''\
br-phy: balance-slb, carrier up, 2 members, 2 ports, 3 stations
    native 0  vlans all
    rx-check adaptive  rebalance-interval 10s  max-moves 16  updelay 0ms  downdelay 1500ms
    min-links 1  primary none  ageing 300s  max-macs 8192  announce-count 3
    networks vmnet
    rx 5000000000 frames, 6.4 TB  tx 12 frames, 999 B
    dropped  reflected 3
  eth0: up, link up, speed 10 Gb/s, 1 station, tx 1.2 Gb/s, rx 5.0 Gb/s, receiver of VLAN 0,100
      52:54:00:00:00:01  vlan 224  at vm1     tx 1.2 Gb/s  rx 0  for 3 min, failover
      52:54:00:00:00:02  vlan 224  at vm1     tx 0         rx 0  for 1 s, failover, wants eth1
  eth1: down, link down, speed -, 0 stations, tx 0, rx 0, receiver of VLAN -
  on no member:
      0a:00:00:00:00:01  vlan 0    at br-phy  tx 0         rx 0  -
''',
    'member show': '''\
MEMBER  BOND    STATE  LINK  SPEED    WEIGHT  STATIONS  TX        RX        RECEIVER OF VLAN
eth0    br-phy  up     up    10 Gb/s  1       1         1.2 Gb/s  5.0 Gb/s  0,100
eth1    br-phy  down   down  -        1       0         0         0         -
''',
    'port show': '''\
PORT    BOND    STATIONS  MAX  POLICY                            VLAN
br-phy  br-phy  1         256  self                              trunk all
vm1     br-phy  2         2    mac-lock isolated bum-limit 1000  access 224
vm2     br-phy  0         256  -                                 trunk 10,20-30 native 5 tagged
''',
    'fdb show': '''\
MAC                VLAN  PORT    MEMBER  STATE    LAST SENT  TX        RX  PINNED
52:54:00:00:00:01  224   vm1     eth0    learned  2 s ago    1.2 Gb/s  0   3 min, failover
52:54:00:00:00:02  224   vm1     eth0    static   2 h ago    0         0   1 s, failover, wants eth1
0a:00:00:00:00:01  0     br-phy  -       local    -          0         0   -
''',
    'fdb show br-phy 52:54:00:00:00:02': '''\
MAC                VLAN  PORT  MEMBER  STATE   LAST SENT  TX  RX  PINNED
52:54:00:00:00:02  224   vm1   eth0    static  2 h ago    0   0   1 s, failover, wants eth1
''',
    '-s port show': '''\
PORT    BOND    STATIONS  MAX  POLICY                            VLAN
br-phy  br-phy  1         256  self                              trunk all
    rx 5000000000 frames, 6.4 TB  tx 12 frames, 999 B
vm1     br-phy  2         2    mac-lock isolated bum-limit 1000  access 224
    rx 5000000000 frames, 6.4 TB  tx 12 frames, 999 B
    dropped  spoof 9
vm2     br-phy  0         256  -                                 trunk 10,20-30 native 5 tagged
    rx 5000000000 frames, 6.4 TB  tx 12 frames, 999 B
''',
}

# Command line and values, by key, of its first object.
VALUES = [
    ('bond show', {
        'ifname': 'br-phy', 'ifindex': BOND, 'mode': 'balance-slb',
        'rx_check': 'adaptive', 'native': 0, 'vlans': 'all',
        'rebalance_interval_ms': 10000, 'updelay_ms': 0,
        'downdelay_ms': 1500, 'min_links': 1, 'networks': ['vmnet'],
        'carrier': True, 'members': 2, 'ports': 2, 'stations': 3,
        'primary': None}),
    ('member show', {
        'ifname': 'eth0', 'ifindex': ETH0, 'bond': 'br-phy', 'state': 'up',
        'carrier': True, 'weight': 1, 'speed_mbps': 10000,
        'receiver': '0,100', 'stations': 1, 'tx_bps': 1234000000,
        'rx_bps': 5000000000}),
    ('port show', {
        'ifname': 'br-phy', 'ifindex': BOND, 'bond': 'br-phy',
        'mode': 'trunk', 'vid': None, 'vlans': 'all', 'native': None,
        'mac_lock': False, 'isolated': False, 'flood': False,
        'max_macs': 256, 'stations': 1}),
    ('fdb show', {
        'mac': '52:54:00:00:00:01', 'vid': 224, 'port': 'vm1',
        'member': 'eth0', 'state': 'learned', 'age_ms': 2500,
        'tx_bytes': 6 << 32, 'rx_bytes': 77, 'service': False,
        'bond': 'br-phy'}),
]


def validate(what, value):
    with open(os.path.join(HERE, 'schema.json'), encoding='utf-8') as file:
        schema = json.load(file)
    try:
        jsonschema.validate(value, dict(schema, **{
            '$ref': '#/$defs/' + what}))
    except jsonschema.ValidationError as failure:
        return str(failure)
    return ''


def check_text(tap):
    kernel = filled()
    for line, wanted in TEXTS.items():
        status, out, errors = run(kernel, line)
        tap.ok((status, out, errors) == (0, wanted, ''), 'text: ' + line,
               out, errors)
        tap.ok(all(len(row) <= WIDTH for row in out.splitlines()),
               f'text: {line}: not wider than {WIDTH}', out)
    kernel.close()


def check_wrapping(tap):
    """A long LIST is wrapped, and whole."""
    kernel = filled()
    odd = ranges(*((vid, vid) for vid in range(1, 1000, 2)))
    kernel.objects['port'][2]['vlans'] = odd
    _, out, _ = run(kernel, 'port show')
    listed = re.findall(r'\d+', out.split('trunk ')[-1].split('native')[0])
    tap.ok(all(len(row) <= WIDTH for row in out.splitlines()),
           'wrapped: not too wide', out)
    tap.equal(listed, [str(vid) for vid in range(1, 1000, 2)],
              'wrapped: nothing is lost')
    kernel.close()


def longest():
    """All names, lists and numbers as long as they can be."""
    kernel = filled()
    for ifindex, link in kernel.links.items():
        link['name'] = f'fifteen-char-{ifindex}'
    odd = ranges(*((vid, vid) for vid in range(1, 4094, 2)))
    kernel.objects['bond'][0].update(
        ifname='fifteen-char-10', vlans=odd, primary=ETH0, members=16,
        ports=1000, stations=8192)
    for member in kernel.objects['member']:
        member.update({
            'ifname': kernel.links[member['ifindex']]['name'],
            'state': 'up', 'carrier': 0, 'speed': 400000, 'weight': 256,
            'stations': 8192, 'receiver': odd, 'tx-rate': 123456789012,
            'rx-rate': 123456789012})
    for port in kernel.objects['port']:
        port.update({
            'ifname': kernel.links[port['ifindex']]['name'],
            'vlan-mode': 'trunk', 'vlans': odd, 'mac-lock': 1,
            'max-macs': 65536, 'isolated': 1, 'flood': 1,
            'bum-limit': 4294967295, 'priority-tags': 1, 'standby': 1,
            'stations': 8192})
    for station in kernel.objects['fdb']:
        station.update({
            'vid': 4094, 'service': 1, 'member': ETH0, 'age': 3540000,
            'tx-rate': 123456789012, 'rx-rate': 123456789012,
            'pin-age': 3540000, 'pin-cause': 'rebalance', 'manual': 1,
            'wanted': ETH1})
    kernel.link(OTHER, 'fifteen-char-20', 'vmbond')
    kernel.objects['bond'].append(dict(kernel.objects['bond'][0],
                                       ifindex=OTHER,
                                       ifname='fifteen-char-20'))
    return kernel


def check_widest(tap):
    """Nothing is wider than it should be, nor lost for that."""
    kernel = longest()
    for line in ('bond show', '-s bond show', 'member show',
                 '-s member show', 'port show', '-s port show', 'fdb show',
                 '-s fdb show', 'top count 1'):
        status, out, errors = run(kernel, line)
        wide = [row for row in out.splitlines() if len(row) > WIDTH]
        tap.ok((status, wide, errors) == (0, [], '') and
               not re.search(r' $', out, re.M),
               f'widest: {line}', '\n'.join(wide), errors)
    tap.equal(run(kernel, 'fdb show')[1].splitlines()[:4], [
        'MAC                VLAN          BOND             PORT             '
        'MEMBER           STATE',
        '    LAST SENT   TX        RX        PINNED',
        '52:54:00:00:00:01  4094 service  fifteen-char-10  '
        'fifteen-char-13  fifteen-char-11  learned',
        '    59 min ago  123 Gb/s  123 Gb/s  59 min, rebalance, fixed, '
        'wants fifteen-char-12'],
              'widest: what has no room is in columns of its own below')
    kernel.close()


def check_json(tap):
    kernel = filled()
    for line, wanted in VALUES:
        status, out, errors = run(kernel, '-j ' + line)
        first = json.loads(out)[0]
        got = {key: first.get(key, 'no such key') for key in wanted}
        tap.ok((status, errors) == (0, '') and got == wanted and
               out.count('\n') == 1, f'json: {line}', f'got    {got}',
               f'wanted {wanted}', errors)
        if 'stats' in first:
            tap.ok(set(DROPS) <= set(first['stats']['drops']),
                   f'json: {line}: each reason to drop', first['stats'])
    for line, what in (('bond show', 'bonds'), ('-s bond show', 'bonds'),
                       ('member show', 'members'), ('port show', 'ports'),
                       ('fdb show', 'stations')):
        plain = json.loads(run(kernel, '-j ' + line)[1])
        pretty = run(kernel, '-j -p ' + line)[1]
        tap.equal(validate(what, plain), '', f'schema: {line}')
        tap.ok(json.loads(pretty) == plain and pretty.count('\n') > 10,
               f'json: {line}: -p is the same, indented')
    pins = json.loads(run(kernel, '-j -s bond show')[1])[0]
    tap.equal([[pin['mac'][-2:] for pin in member['pins']]
               for member in pins['uplink']], [['01', '02'], []],
              'json: bond show -s: each station below its member')
    kernel.close()


def check_filters(tap):
    kernel = filled()
    kernel.link(16, 'br2', 'vmbond')
    kernel.objects['bond'].append(dict(kernel.objects['bond'][0],
                                       ifindex=16, ifname='br2'))
    kernel.objects['fdb'].append(dict(kernel.objects['fdb'][0], bond=16,
                                      vid=3, service=1))
    for line, count in (('fdb show', 4), ('fdb show br-phy', 3),
                        ('fdb show vmnet port vm1', 2),
                        ('fdb show vlan 3 service', 1),
                        ('fdb show 52:54:00:00:00:01', 2),
                        ('fdb show br2 52:54:00:00:00:02', 0),
                        ('member show br2', 0), ('bond show', 2),
                        ('bond show vmnet', 1)):
        status, out, errors = run(kernel, '-j ' + line)
        tap.equal((status, len(json.loads(out)), errors), (0, count, ''),
                  f'filter: {line}')
    tap.ok(' BOND ' in run(kernel, 'fdb show')[1],
           'fdb show names the bond where there are several')
    tap.equal(run(kernel, 'member show br2')[1], '',
              'text: nothing for an empty list')
    kernel.close()


def check_rebalance(tap):
    kernel = filled()
    tap.equal(run(kernel, 'bond rebalance br-phy')[1], 'nothing to move\n',
              'rebalance: nothing to move')
    kernel.moves = [{'mac': '52:54:00:00:00:01', 'vid': 224, 'from': ETH0,
                     'to': ETH1, 'rate': 1500000}]
    tap.equal(run(kernel, 'bond rebalance br-phy dry-run')[1], '''\
MAC                VLAN  FROM  TO    LOAD
52:54:00:00:00:01  224   eth0  eth1  1.5 Mb/s
1 would move
''', 'rebalance: dry-run')
    out = json.loads(run(kernel, '-j bond rebalance br-phy')[1])
    tap.equal(out, [{'mac': '52:54:00:00:00:01', 'vid': 224,
                     'service': False, 'from': 'eth0', 'to': 'eth1',
                     'bps': 1500000}], 'rebalance: json')
    tap.equal(validate('moves', out), '', 'schema: moves')
    kernel.moves *= 300
    tap.equal(run(kernel, 'bond rebalance br-phy')[1].splitlines()[-2:],
              ['and 44 more', '300 moved'],
              'rebalance: more than the module describes')
    kernel.close()


def check_refusals(tap):
    """The kernel's words, and the name of the attribute."""
    kernel = node()
    for line, op, refusal, message in (
            ('port add br-phy vm1 access 5', 'port-new',
             Refuse(16, 'device has a master already', attr='ifindex'),
             'port add vm1: device has a master already (ifindex)'),
            ('port add br-phy vm1 access 5', 'port-new',
             Refuse(22, 'no such thing', attr='vid'),
             'port add vm1: no such thing (vid 5)'),
            ('bond set br-phy max-moves 0', 'bond-set',
             Refuse(34, 'integer out of range', attr='max-moves',
                    bounds=(1, 65536)),
             'bond set br-phy: integer out of range '
             '(max-moves 0, 1 to 65536)'),
            ('port set vm1 trunk 5', 'port-set',
             Refuse(22, 'a required attribute is missing',
                    missing='native'),
             'port set vm1: a required attribute is missing '
             '(native is missing)'),
            ('member del eth0', 'member-del', Refuse(16),
             'member del eth0: Device or resource busy'),
            ('member del eth0', 'member-del', Refuse(1),
             'member del eth0: not permitted: this takes CAP_NET_ADMIN, '
             'that is, root'),
            ('bond rebalance br-phy', 'bond-rebalance', Refuse(95),
             'bond rebalance br-phy: the vmbond module that is loaded does '
             'not know this request'),
            ('fdb show', 'fdb-get', Refuse(12, 'no room'),
             'fdb show: no room')):
        kernel.refusals = {op: refusal}
        tap.equal(run(kernel, line), (2, '', f'vmbondctl: {message}\n'),
                  f'refusal: {message}')
    kernel.refusals = {'a': Refuse(1)}
    tap.equal(run(kernel, 'bond set br-phy networks a'),
              (2, '', 'vmbondctl: bond set br-phy: network "a": not '
               'permitted: this takes CAP_NET_ADMIN, that is, root\n'),
              'refusal: a network without the privilege')
    kernel.refusals = {}
    kernel.loaded = False
    tap.equal(run(kernel, 'bond show'),
              (2, '', 'vmbondctl: bond show: the vmbond module is not '
               'loaded and the kernel found none to load; install it, then '
               '"modprobe vmbond"\n'), 'refusal: no module')
    kernel.close()


def check_rollback(tap):
    """What is refused leaves no trace."""
    for line, refusals in (
            ('bond add br1 networks a,eth0', {}),
            ('bond add br1 networks a,b', {'b': Refuse(12)}),
            ('bond set br-phy networks a,eth0', {}),
            ('bond set br-phy networks a,b max-moves 0',
             {'bond-set': Refuse(34)}),
            ('bond set br-phy networks a max-moves 0',
             {'bond-set': Refuse(34)}),
            ('bond set br-phy networks none max-moves 0',
             {'bond-set': Refuse(34)})):
        kernel = node()
        before = {i: dict(link, altnames=list(link['altnames']))
                  for i, link in kernel.links.items()}
        kernel.refusals = refusals
        status, _, errors = run(kernel, line)
        tap.ok(status == 2 and kernel.links == before and errors,
               f'rollback: {line}', kernel.links, errors)
        kernel.close()
    kernel = node()
    tap.equal(run(kernel, 'bond add br1 networks eth0')[2],
              'vmbondctl: bond add br1: network "eth0": a device has this '
              'name already\n', 'rollback: says why')
    kernel.close()


def check_interrupted(tap):
    kernel = filled()
    wanted = run(kernel, 'fdb show br-phy')
    kernel.interrupt = 3
    tap.equal(run(kernel, 'fdb show br-phy'), wanted,
              'interrupted dump: read again, shown once')
    kernel.interrupt = 2
    tap.equal(len(json.loads(run(kernel, '-j port show')[1])), 3,
              'interrupted dump: json')
    kernel.interrupt = 1000
    status, out, errors = run(kernel, 'fdb show br-phy')
    tap.ok(status == 0 and out == wanted[1] and 'warning' in errors,
           'interrupted for ever: shown with a warning', out, errors)
    kernel.close()


def check_no_json(tap):
    kernel = filled()
    for line in ('-j save', '-j top count 1'):
        tap.equal(run(kernel, line)[0:2], (1, ''), f'{line}: refused')
    kernel.close()


def check_many(tap):
    """8,192 stations on 1,000 ports."""
    kernel = filled()
    for i in range(1000):
        kernel.link(1000 + i, f'tap{i}')
    one = kernel.objects['fdb'][0]
    kernel.objects['fdb'] = [
        dict(one, mac='52:54:%02x:%02x:%02x:%02x' %
             tuple(i.to_bytes(4, 'big')), port=1000 + i % 1000)
        for i in range(8192)]
    for line in ('-j fdb show', 'fdb show'):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        _, out, errors = run(kernel, line)
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        count = len(json.loads(out)) if '-j' in line else \
            out.count('\n') - 1
        # With sanitizers it takes some five times what it does without.
        tap.ok((count, errors) == (8192, '') and used < 5,
               f'{line}: 8,192 stations', f'{count} in {used} s', errors)
    kernel.close()


def check_names(tap):
    """Names that would play with the terminal, and devices that are gone."""
    kernel = filled()
    kernel.objects['port'][1]['ifname'] = 'x\033[2Jy'
    out = run(kernel, 'port show')[1]
    tap.ok('\033' not in out and 'x?[2Jy' in out, 'names: no control codes',
           repr(out))
    kernel.objects['port'][1]['ifname'] = 'x\u009b2Jé'
    out = run(kernel, 'port show')[1]
    tap.ok('\u009b' not in out and 'x??2Jé' in out,
           'names: no control codes of two bytes', repr(out))
    kernel.objects['fdb'][0].update(port=4711, member=4712)
    out = run(kernel, 'fdb show')[1]
    tap.ok('#4711' in out and '#4712' in out,
           'names: devices that are gone have their numbers', out)
    kernel.link(OTHER, 'é0', 'veth')
    kernel.objects['fdb'][0]['port'] = OTHER
    tap.equal(json.loads(run(kernel, '-j fdb show')[1])[0]['port'], 'é0',
              'names: UTF-8')
    kernel.close()


def check_closed(tap):
    """Without an output, what is printed does not go anywhere else."""
    kernel = filled()
    for line in ('bond show', '-j fdb show', 'save'):
        shown = start(kernel, line, preexec_fn=lambda: os.close(1))
        _, errors = shown.communicate(timeout=TIMEOUT)
        tap.ok(shown.returncode == 2 and 'cannot write' in errors and
               not kernel.failures, f'{line}: output closed: refused',
               shown.returncode, errors, kernel.failures)
    kernel.close()


def check_gone(tap):
    """A bond that goes between one dump and the next."""
    kernel = filled()
    kernel.refusals = {'member-get': Refuse(errno.ENODEV)}
    tap.equal(run(kernel, '-s bond show'), (0, '', ''),
              'a bond that has just gone is not shown')
    tap.equal(run(kernel, '-s bond show br-phy'),
              (2, '', 'vmbondctl: bond show br-phy: the bond has just '
               'gone\n'), 'one that was asked for is missed')
    status, _, errors = run(kernel, 'top count 1')
    tap.equal((status, errors), (0, ''), 'top goes on without it')
    kernel.close()


def check_complete(tap):
    """Each attribute that the spec has in replies is in JSON."""
    kernel = filled()
    scalars = {'string': 'name', 'binary': '52:54:00:00:00:07'}
    for op in kernel.spec.ops:
        reply = op.get('dump', {}).get('reply')
        if not reply:
            continue
        kind = op['attribute-set']
        values = {}
        for a in kernel.spec.sets[kind]:
            if a['name'] not in reply['attributes'] or a['name'] == 'cause':
                continue
            if a['type'] == 'nest':
                values[a['name']] = [{'first': 1}] if 'multi-attr' in a \
                    else {'rx-packets': 1}
            else:
                values[a['name']] = scalars.get(a['type'], 1)
        kernel.objects[kind] = [values]
        shown = json.loads(run(kernel, f'-j {kind} show')[1])[0]
        keys = [key.replace('_', '-') for key in shown]
        tap.equal([name for name in values
                   if not any(key == name or
                              re.fullmatch(name + '-(ms|s|mbps)', key) or
                              key == name.replace('rate', 'bps') or
                              key == name.replace('vlan-mode', 'mode')
                              for key in keys)], [],
                  f'json: {kind}: each attribute')
    kernel.close()


def check_newer_module(tap):
    """Attributes and values that this tool does not know yet."""
    kernel = filled()
    spec = kernel.spec
    spec.enums['station-state'].append('asleep')
    kernel.objects['fdb'][0]['state'] = 'asleep'
    spec.sets['fdb'].append({'name': 'new', 'type': 'u32'})
    kernel.objects['fdb'][0]['new'] = 1
    out = json.loads(run(kernel, '-j fdb show')[1])
    tap.ok(out[0]['state'] == 'unknown' and 'new' not in out[0],
           'newer module: what is new is left out', out[0])
    kernel.close()


def check_older_module(tap):
    """One that does not tell how many moves there are."""
    kernel = filled()
    kernel.moves = [{'mac': '52:54:00:00:00:01', 'vid': 5, 'from': ETH0,
                     'to': ETH1, 'rate': 1000}]
    kernel.spec.sets['rebalance'] = [
        dict(a, name='x') if a['name'] == 'moves' else a
        for a in kernel.spec.sets['rebalance']]
    out = run(kernel, 'bond rebalance br-phy')[1]
    tap.ok(out.endswith('1 moved\n'), 'older module: moves are counted', out)
    kernel.close()


def main():
    tap = Tap()
    check_text(tap)
    check_wrapping(tap)
    check_widest(tap)
    check_json(tap)
    check_filters(tap)
    check_rebalance(tap)
    check_refusals(tap)
    check_rollback(tap)
    check_interrupted(tap)
    check_no_json(tap)
    check_closed(tap)
    check_gone(tap)
    check_many(tap)
    check_names(tap)
    check_complete(tap)
    check_newer_module(tap)
    check_older_module(tap)
    tap.done()


if __name__ == '__main__':
    main()
