#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""monitor: the state first, then each event as it comes, and how it ends."""
import fcntl
import json
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time

from fake_kernel import FAMILY
from show import filled, validate
from toolcase import BOND, ETH0, TIMEOUT, TOOL, VM1, Tap, environment, start

STATION = {'bond': BOND, 'mac': '52:54:00:00:00:09', 'vid': 224, 'port': VM1,
           'member': ETH0, 'state': 'learned'}


class Monitor:
    """A monitor that runs, and the lines it prints."""

    def __init__(self, line='monitor'):
        self.kernel = filled()
        self.process = start(self.kernel, line)
        self.unread = ''

    def line(self):
        """The next line; an empty one if none comes."""
        out = self.process.stdout.fileno()
        while '\n' not in self.unread:
            if not select.select([out], [], [], TIMEOUT)[0]:
                return ''
            self.unread += os.read(out, 65536).decode()
        line, self.unread = self.unread.split('\n', 1)
        return line + '\n'

    def lines(self, count):
        return [self.line() for _ in range(count)]

    def until(self, event):
        """Events of a JSON monitor up to this one."""
        seen = []
        while not seen or seen[-1]['event'] != event:
            seen.append(json.loads(self.line()))
        return seen

    def end(self, number=signal.SIGINT):
        if number:
            self.process.send_signal(number)
        rest, errors = self.process.communicate(timeout=TIMEOUT)
        self.kernel.close()
        return self.process.returncode, self.unread + rest, errors


def check_text(tap):
    monitor = Monitor()
    tap.equal(monitor.lines(6), [
        'bond br-phy: balance-slb, carrier up, 2 members, 2 ports, '
        '3 stations\n',
        'member eth0 of br-phy: up, link up, speed 10 Gb/s, 1 station, '
        'tx 1.2 Gb/s, rx 5.0 Gb/s, receiver of VLAN 0,100\n',
        'member eth1 of br-phy: down, link down, speed -, 0 stations, '
        'tx 0, rx 0, receiver of VLAN -\n',
        'port br-phy of br-phy: vlan trunk all, 1 station, self\n',
        'port vm1 of br-phy: vlan access 224, 2 stations, mac-lock isolated '
        'bum-limit 1000\n',
        'port vm2 of br-phy: vlan trunk 10,20-30 native 5 tagged, '
        '0 stations\n'], 'text: the state first')
    kernel = monitor.kernel
    kernel.notify('fdb-ntf', dict(STATION, cause='failover'))
    kernel.notify('fdb-del-ntf', dict(STATION, cause='flushed'))
    member = dict(kernel.objects['member'][0], cause='link', state='down',
                  carrier=0)
    kernel.notify('member-ntf', member)
    kernel.notify('member-del-ntf', dict(member, cause='config'))
    tap.equal(monitor.lines(4), [
        'station 52:54:00:00:00:09 vlan 224 of br-phy: learned at vm1, '
        'through eth0 (failover)\n',
        'station 52:54:00:00:00:09 vlan 224 of br-phy: gone (flushed)\n',
        'member eth0 of br-phy: down, link down, speed 10 Gb/s, 1 station, '
        'tx 1.2 Gb/s, rx 5.0 Gb/s, receiver of VLAN 0,100 (link)\n',
        'member eth0 of br-phy: gone (config)\n'],
              'text: events as they come')
    tap.equal(monitor.end(), (0, '', ''), 'ends on SIGINT, status 0')


def check_json(tap):
    monitor = Monitor('-j monitor -t')
    state = monitor.until('synced')
    tap.equal([e['event'] for e in state],
              ['bond', 'member', 'member', 'port', 'port', 'port', 'fdb',
               'fdb', 'fdb', 'synced'], 'json: the state, stations too')
    tap.equal([e.get('cause') for e in state], ['dump'] * 9 + [None],
              'json: it says that it is a dump')
    # What has no value is not sent: no VLAN, no pin, no receiver.
    monitor.kernel.notify('fdb-ntf', {'bond': BOND, 'mac': STATION['mac'],
                                      'vid': 224, 'port': VM1,
                                      'cause': 'failover'})
    monitor.kernel.notify('port-ntf', {'bond': BOND, 'ifindex': VM1,
                                       'ifname': 'vm1', 'cause': 'config'})
    monitor.kernel.notify('member-ntf', {'bond': BOND, 'ifindex': ETH0,
                                         'ifname': 'eth0', 'weight': 1,
                                         'cause': 'link'})
    monitor.kernel.notify('bond-ntf', {'ifindex': BOND, 'ifname': 'br-phy',
                                       'cause': 'config'})
    monitor.kernel.notify('bond-del-ntf', {'ifindex': 999, 'ifname': 'br9',
                                           'cause': 'config'})
    events = [json.loads(line) for line in monitor.lines(5)]
    tap.equal([validate('event', e) for e in state + events],
              [''] * (len(state) + 5), 'json: schema, each key of it')
    tap.equal([[e['event'] for e in events], events[0]['member'],
               events[1]['vid'], events[1]['vlans'], events[2]['receiver'],
               events[3]['primary'], events[3]['networks'],
               events[4]['networks']],
              [['fdb', 'port', 'member', 'bond', 'bond-del'], None, None, '',
               '', None, ['vmnet'], []],
              'json: what has no value is null or empty')
    tap.equal(monitor.end(signal.SIGTERM)[0], 0, 'ends on SIGTERM, status 0')


def check_lost(tap):
    monitor = Monitor('-j monitor')
    state = monitor.until('synced')
    # What waits behind is older than the state that is read then.
    monitor.process.send_signal(signal.SIGSTOP)
    monitor.kernel.overflow()
    monitor.kernel.notify('fdb-ntf', dict(STATION, cause='learned'))
    monitor.kernel.overflow()
    monitor.process.send_signal(signal.SIGCONT)
    again = monitor.until('synced')
    tap.ok(again[0] == {'event': 'lost'} and again[1:] == state,
           'lost: says so and reads the state again', again)
    monitor.kernel.notify('fdb-ntf', dict(STATION, cause='learned'))
    tap.equal(json.loads(monitor.line())['event'], 'fdb', 'lost: goes on')
    monitor.end()

    monitor = Monitor()
    monitor.lines(6)
    monitor.kernel.overflow()
    tap.equal(monitor.line(),
              'events were lost, this is the state now:\n', 'lost: text')
    tap.equal(len(monitor.lines(6)), 6, 'lost: text, the state')
    monitor.end()


def check_filters(tap):
    other = dict(STATION, bond=16)
    for line, wanted in (
            ('monitor all', ['learned', 'manual', 'link', 'config',
                             'failover']),
            ('monitor config', ['manual', 'config']),
            ('monitor events', ['learned', 'link', 'failover']),
            ('monitor br-phy', ['learned', 'manual', 'link', 'config'])):
        monitor = Monitor(line)
        kernel = monitor.kernel
        monitor.lines(6)
        kernel.notify('fdb-ntf', dict(STATION, cause='learned'))
        kernel.notify('fdb-ntf', dict(STATION, cause='manual'))
        kernel.notify('member-ntf', dict(kernel.objects['member'][0],
                                         cause='link'))
        kernel.notify('port-ntf', dict(kernel.objects['port'][1],
                                       cause='config'))
        kernel.notify('fdb-ntf', dict(other, cause='failover'))
        got = [re.search(r'\((.*)\)$', out).group(1)
               for out in monitor.lines(len(wanted))]
        status, rest, _ = monitor.end()
        tap.equal((got, status, rest), (wanted, 0, ''), line)


def check_deleted(tap):
    """Of a bond that is gone nothing more can come."""
    for line, status in (('-j monitor br-phy', 0), ('-j monitor', None)):
        monitor = Monitor(line)
        kernel = monitor.kernel
        monitor.until('synced')
        kernel.notify('bond-del-ntf', {'ifindex': 16, 'ifname': 'br2',
                                       'cause': 'config'})
        kernel.notify('bond-del-ntf', dict(kernel.objects['bond'][0],
                                           cause='config'))
        event = monitor.until('bond-del')[-1]
        if status is None:
            event = monitor.until('bond-del')[-1]
            tap.equal(monitor.process.poll(), status, f'{line}: goes on')
        else:
            tap.equal(monitor.process.wait(TIMEOUT), status,
                      f'{line}: ends when the bond is deleted')
        tap.equal(event['ifname'], 'br-phy', f'{line}: says so')
        monitor.end()


def check_deleted_unseen(tap):
    """The bond's deletion is among the events that were lost."""
    for line in ('-j monitor br-phy', 'monitor br-phy'):
        monitor = Monitor(line)
        kernel = monitor.kernel
        if '-j' in line:
            monitor.until('synced')
        else:
            monitor.lines(6)
        monitor.process.send_signal(signal.SIGSTOP)
        kernel.overflow()
        kernel.objects = {kind: [] for kind in kernel.objects}
        del kernel.links[BOND]
        monitor.process.send_signal(signal.SIGCONT)
        monitor.line()
        gone = monitor.line()
        if '-j' in line:
            event = json.loads(gone)
            tap.equal((event['event'], event['cause'], event['ifname'],
                       validate('event', event)),
                      ('bond-del', 'dump', 'br-phy', ''),
                      f'{line}: the deletion was lost: said all the same')
        else:
            tap.equal(gone, 'bond br-phy: gone\n',
                      f'{line}: the deletion was lost: said all the same')
        tap.equal(monitor.end(None), (0, '', ''),
                  f'{line}: and the end of it')


def check_removed(tap):
    """A module that is removed takes the events with it."""
    monitor = Monitor()
    monitor.lines(6)
    monitor.kernel.removed(FAMILY + 1)
    monitor.kernel.notify('fdb-ntf', dict(STATION, cause='failover'))
    tap.ok('failover' in monitor.line(), 'another module is removed: goes on')
    monitor.kernel.removed()
    tap.equal(monitor.end(None),
              (2, '', 'vmbondctl: monitor: the vmbond module was removed\n'),
              'the module is removed: says so, status 2')


def check_full(tap):
    kernel = filled()
    with open('/dev/full', 'w', encoding='utf-8') as full:
        monitor = subprocess.run([TOOL, '-j', 'monitor'],
                                 env=environment(kernel), stdout=full,
                                 stderr=subprocess.PIPE, text=True,
                                 timeout=TIMEOUT, check=False)
    tap.equal((monitor.returncode, monitor.stderr),
              (2, 'vmbondctl: monitor: cannot write: No space left on '
               'device\n'), 'no room for the output: says so, status 2')
    kernel.close()


def check_unread(tap):
    """It waits for whoever reads it, and does not hold on to that."""
    kernel = filled()
    one = kernel.objects['fdb'][0]
    kernel.objects['fdb'] = [dict(one, mac=f'52:54:00:01:{i >> 8:02x}:'
                                  f'{i & 255:02x}') for i in range(2000)]
    monitor = start(kernel, '-j monitor')
    pipe = monitor.stdout.fileno()
    room = fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ)
    waiting, before = 0, -1
    while waiting < room / 2 or waiting != before:
        before = waiting
        time.sleep(0.1)
        waiting, = struct.unpack('i', fcntl.ioctl(pipe, termios.FIONREAD,
                                                  b'1234'))
    monitor.send_signal(signal.SIGTERM)
    try:
        status = monitor.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        monitor.kill()
        status = 'still there'
    tap.equal(status, 0, 'ends on SIGTERM while nobody reads, status 0')
    monitor.communicate()
    kernel.close()


def check_renamed(tap):
    monitor = Monitor()
    monitor.lines(6)
    kernel = monitor.kernel
    kernel.notify('fdb-ntf', dict(STATION, cause='failover'))
    tap.ok('at vm1' in monitor.line(), 'a device by its name')
    kernel.links[VM1]['name'] = 'vm7'
    deadline = time.monotonic() + TIMEOUT
    line = ''
    while 'at vm7' not in line and time.monotonic() < deadline:
        time.sleep(0.1)
        kernel.notify('fdb-ntf', dict(STATION, cause='failover'))
        line = monitor.line()
    tap.ok('at vm7' in line, 'by its new name, soon', line)
    del kernel.links[VM1]
    kernel.notify('fdb-ntf', dict(STATION, cause='failover'))
    tap.ok('at vm7' in monitor.line(), 'by its last name when it is gone')
    monitor.end()


def check_stamp(tap):
    for line in ('monitor -t', '-t monitor'):
        monitor = Monitor(line)
        out = monitor.line()
        tap.ok(re.match(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000 bond ',
                        out), line, out)
        monitor.end()


def check_pipe(tap):
    monitor = Monitor()
    monitor.lines(6)
    monitor.process.stdout.close()
    tap.equal(monitor.process.wait(TIMEOUT), 0,
              'ends when nobody reads, without an event')
    tap.equal(monitor.process.stderr.read(), '', 'says nothing then')
    monitor.kernel.close()


def main():
    tap = Tap()
    check_text(tap)
    check_json(tap)
    check_lost(tap)
    check_filters(tap)
    check_deleted(tap)
    check_deleted_unseen(tap)
    check_removed(tap)
    check_full(tap)
    check_unread(tap)
    check_renamed(tap)
    check_stamp(tap)
    check_pipe(tap)
    tap.done()


if __name__ == '__main__':
    main()
