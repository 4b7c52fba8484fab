#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""save: what a batch can make again, and nothing of what it cannot."""
from show import filled
from toolcase import BOND, ETH1, VM1, VM2, Tap, node, run

STATIC = {'bond': BOND, 'mac': '52:54:00:00:00:0a', 'vid': 224, 'service': 0,
          'port': VM1, 'member': ETH1, 'state': 'static'}


def loads(tap, saved, name):
    """A batch that was saved is one that is understood."""
    kernel = node()
    kernel.links[BOND]['altnames'] = []
    lines = saved.replace('bond add br-phy', 'bond add br1')
    tap.equal(run(kernel, '-b -', given=lines), (0, '', ''), name)
    kernel.close()
    return kernel.requests


def check_settings(tap):
    kernel = filled()
    status, saved, errors = run(kernel, 'save')
    tap.equal((status, errors), (0, ''), 'all of it')
    requests = loads(tap, saved, 'and it can be loaded')
    tap.equal(requests[0], ('bond-new', {
        'ifname': 'br1', 'mode': 'balance-slb', 'rx-check': 'adaptive',
        'native': 0, 'vlans': [{'first': 0, 'last': 4094}],
        'rebalance-interval': 10000, 'max-moves': 16, 'updelay': 0,
        'downdelay': 1500, 'min-links': 1, 'ageing': 300, 'max-macs': 8192,
        'announce-count': 3}), 'the settings of the bond')
    kernel.close()


def check_changes(tap):
    """What is there changes while it is read."""
    kernel = filled()
    kernel.interrupt = 1000
    status, out, errors = run(kernel, 'save')
    tap.ok((status, out) == (2, '') and 'try again' in errors,
           'interrupted for ever: not saved', out, errors)
    # Stations of guests may come and go all the time.
    kernel.interrupted = {'fdb'}
    status, out, errors = run(kernel, 'save')
    tap.ok((status, errors) == (0, '') and 'fdb add' in out,
           'stations change for ever: static ones are saved', out, errors)
    kernel.interrupt = 0
    kernel.objects['fdb'].append(dict(STATIC, port=4711))
    saved = run(kernel, 'save')[1]
    tap.ok('4711' not in saved, 'no stations of a port that has just come',
           saved)
    loads(tap, saved, 'and it can be loaded')
    del kernel.links[BOND]
    tap.equal(run(kernel, 'save'),
              (2, '', 'vmbondctl: save: the bond has just gone\n'),
              'a bond that goes: nothing of it')
    kernel.close()


def check_names(tap):
    """Names that a line of a batch would not give back."""
    for name in ('vm net', 'a,b', '#a', 'a\x01b', 'none'):
        kernel = filled()
        kernel.links[BOND]['altnames'] = [name]
        status, out, errors = run(kernel, 'save')
        tap.ok((status, out) == (2, '') and 'cannot name' in errors,
               f'a network {name!r}: refused', out, errors)
        status, _, errors = run(kernel, 'bond set br-phy networks new')
        tap.equal((status, errors, kernel.links[BOND]['altnames']),
                  (0, '', ['new']), f'a network {name!r}: can be removed')
        kernel.close()
    for name in ('#vm1', 'a\x01b'):
        kernel = filled()
        kernel.links[VM1]['name'] = kernel.objects['port'][1]['ifname'] = name
        status, out, errors = run(kernel, 'save')
        tap.ok((status, out) == (2, '') and 'cannot name' in errors,
               f'a port {name!r}: refused', out, errors)
        status, out, errors = run(kernel, 'save node')
        tap.ok((status, errors) == (0, '') and 'bond add' in out,
               f'a port {name!r}: the node is saved', out, errors)
        kernel.close()
    kernel = filled()
    kernel.links[VM2]['name'] = 'vm7'
    status, out, errors = run(kernel, 'save')
    tap.ok((status, out) == (2, '') and 'cannot name' in errors,
           'a port is renamed meanwhile: refused', out, errors)
    kernel.close()


def check_versions(tap):
    """A module that is newer, or older, than the tool."""
    for kind, key, enum in (('bond', 'mode', 'mode'),
                            ('bond', 'rx-check', 'rx-check'),
                            ('member', 'admin-state', 'admin-state'),
                            ('port', 'vlan-mode', 'vlan-mode')):
        kernel = filled()
        kernel.spec.enums[enum].append('new')
        kernel.objects[kind][-1][key] = 'new'
        status, out, errors = run(kernel, 'save')
        tap.ok((status, out) == (2, '') and 'no word for' in errors,
               f'newer module: {key}: refused', out, errors)
        kernel.close()
    kernel = filled()
    for kind, keys in (('bond', ('announce-count', 'max-macs', 'ageing')),
                       ('member', ('weight',)),
                       ('port', ('max-macs', 'flood', 'bum-limit'))):
        for values in kernel.objects[kind]:
            for key in keys:
                values.pop(key, None)
    saved = run(kernel, 'save')[1]
    tap.ok(saved and not any(word in saved for word in (
        'announce-count', 'max-macs', 'ageing', 'weight', 'flood',
        'bum-limit')), 'older module: what it does not have is left out',
           saved)
    loads(tap, saved, 'and it can be loaded')
    kernel.close()


def main():
    tap = Tap()
    check_settings(tap)
    check_changes(tap)
    check_names(tap)
    check_versions(tap)
    tap.done()


if __name__ == '__main__':
    main()
