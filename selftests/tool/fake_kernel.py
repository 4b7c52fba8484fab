# SPDX-License-Identifier: GPL-2.0
"""A stand-in for the kernel's side of netlink.

It speaks as much of rtnetlink, generic netlink and the vmbond family as
vmbondctl does. Messages of the family are read and made with the YAML spec,
so what vmbondctl and the spec disagree on does not pass. It has no opinion
of its own: it keeps what it is given, shows it, and refuses what it is told
to refuse.
"""
import errno
import os
import socket
import struct
import tempfile
import threading
import time

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
SPEC = os.path.join(HERE, '../../Documentation/netlink/specs/vmbond.yaml')

NETLINK_ROUTE, NETLINK_GENERIC = 0, 16
NLMSG_ERROR, NLMSG_DONE = 2, 3
F_MULTI, F_DUMP_INTR, F_DUMP = 2, 0x10, 0x300
F_CAPPED, F_ACK_TLVS = 0x100, 0x200
RTM_NEWLINK, RTM_GETLINK, RTM_NEWLINKPROP, RTM_DELLINKPROP = 16, 18, 108, 109
IFLA_IFNAME, IFLA_LINKINFO, IFLA_PROP_LIST, IFLA_ALT_IFNAME = 3, 18, 52, 53
GENL_CTRL, FAMILY, GROUP = 16, 42, 7
CTRL_DELFAMILY = 2
HELLO, JOIN, NAME = 1, 2, 3
DATAGRAM = 16000
BOND_ANY = 0
MOVES_SHOWN = 256


def attr(number, payload):
    length = 4 + len(payload)
    return (struct.pack('=HH', length, number) + payload +
            b'\0' * (-length % 4))


def attrs_of(data):
    """Each attribute as (number, payload, offset)."""
    offset = 0
    while offset + 4 <= len(data):
        length, number = struct.unpack_from('=HH', data, offset)
        assert 4 <= length <= len(data) - offset, 'attribute out of bounds'
        yield number & 0x3fff, data[offset + 4:offset + length], offset
        offset += (length + 3) & ~3
    assert offset >= len(data), 'bytes left over after the last attribute'


class Refuse(Exception):
    """What a request is refused with."""

    def __init__(self, error, text=None, attr=None, missing=None,
                 bounds=None):
        super().__init__(text)
        self.error, self.text, self.attr = error, text, attr
        self.missing, self.bounds = missing, bounds


class Spec:
    """The YAML spec, as far as coding attributes goes."""

    def __init__(self, path=SPEC):
        with open(path, encoding='utf-8') as file:
            spec = yaml.safe_load(file)
        self.enums = {d['name']: [e['name'] for e in d['entries']]
                      for d in spec['definitions'] if d['type'] == 'enum'}
        self.sets = {s['name']: s['attributes']
                     for s in spec['attribute-sets']}
        self.ops = spec['operations']['list']
        self.numbers = {op['name']: i for i, op in enumerate(self.ops, 1)}
        self.by_number = dict(enumerate(self.ops, 1))

    def number(self, set_name, name):
        names = [a['name'] for a in self.sets[set_name]]
        return names.index(name) + 1

    def encode(self, set_name, values):
        data = b''
        for number, a in enumerate(self.sets[set_name], 1):
            if a['name'] not in values:
                continue
            value = values[a['name']]
            for one in value if a.get('multi-attr') else [value]:
                data += attr(number, self.payload(a, one))
        return data

    def payload(self, a, value):
        if a['type'] == 'nest':
            return self.encode(a['nested-attributes'], value)
        if a['type'] == 'string':
            return value.encode() + b'\0'
        if a['type'] == 'binary':
            return bytes.fromhex(value.replace(':', ''))
        if a['type'] == 'flag':
            return b''
        if 'enum' in a and isinstance(value, str):
            value = self.enums[a['enum']].index(value)
        wide = a['type'] == 'uint' and value > 0xffffffff
        return struct.pack('=Q' if wide else '=I', value)

    def decode(self, set_name, data):
        values = {}
        for number, payload, _ in attrs_of(data):
            a = self.sets[set_name][number - 1]
            value = self.value(a, payload)
            if a.get('multi-attr'):
                values.setdefault(a['name'], []).append(value)
            else:
                assert a['name'] not in values, a['name'] + ' twice'
                values[a['name']] = value
        return values

    def value(self, a, payload):
        if a['type'] == 'nest':
            return self.decode(a['nested-attributes'], payload)
        if a['type'] == 'string':
            assert payload[-1:] == b'\0'
            return payload[:-1].decode()
        if a['type'] == 'binary':
            return payload.hex(':')
        if a['type'] == 'flag':
            return True
        value, = struct.unpack('=I', payload)
        return self.enums[a['enum']][value] if 'enum' in a else value


class Kernel:
    """What the tool under test talks to."""

    def __init__(self):
        self.spec = Spec()
        self.loaded = True
        self.links = {}         # by index: name, kind, altnames
        self.objects = {kind: [] for kind in
                        ('bond', 'member', 'port', 'fdb')}
        self.requests = []      # (operation, attributes) of each change
        self.refusals = {}      # by operation, or by altname
        self.moves = []
        self.interrupt = 0      # dumps to say of that they are not whole
        self.interrupted = set(self.objects)    # ... if they are of these
        self.subscribers = []
        self.failures = []      # what went wrong on this side
        self.dir = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.dir.name, 'kernel')
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.bind(self.path)
        self.socket.listen(64)
        threading.Thread(target=self.accept, daemon=True).start()

    def link(self, ifindex, name, kind='', altnames=()):
        self.links[ifindex] = {'name': name, 'kind': kind,
                               'altnames': list(altnames)}

    def find(self, name):
        for ifindex, link in self.links.items():
            if name == link['name'] or name in link['altnames']:
                return ifindex
        raise Refuse(errno.ENODEV)

    def accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def serve(self, client):
        try:
            while packet := client.recv(1 << 20):
                if len(packet) == 8:
                    self.told(client, *struct.unpack('=II', packet))
                else:
                    self.message(client, packet)
        except OSError:
            pass
        except Exception as failure:    # the test has to hear of it
            self.failures.append(repr(failure))
            raise
        finally:
            if client not in self.subscribers:
                client.close()

    def told(self, client, what, value):
        if what == JOIN:
            assert value in (GROUP, GENL_CTRL)
            if client not in self.subscribers:
                self.subscribers.append(client)
        elif what == NAME:
            link = self.links.get(value)
            client.send(link['name'].encode() if link else b'\0')

    def message(self, client, packet):
        length, kind, flags, seq, _ = struct.unpack_from('=IHHII', packet)
        assert length == len(packet), 'length of the message'
        try:
            if kind == GENL_CTRL:
                reply = self.family(packet)
            elif kind == FAMILY:
                reply = self.vmbond(client, packet, flags, seq)
            else:
                reply = self.rtnetlink(kind, packet)
        except Refuse as refusal:
            self.send_error(client, packet, refusal)
            return
        if reply is None:
            return
        for message_kind, payload in reply:
            client.send(self.frame(message_kind, 0, seq, payload))
        self.send_error(client, packet, None)

    @staticmethod
    def frame(kind, flags, seq, payload):
        return struct.pack('=IHHII', 16 + len(payload), kind, flags, seq,
                           0) + payload

    def send_error(self, client, packet, refusal):
        seq, = struct.unpack_from('=I', packet, 8)
        flags, tlvs = F_CAPPED, b''
        payload = struct.pack('=i', -refusal.error if refusal else 0)
        payload += packet[:16]
        if refusal and refusal.text:
            tlvs += attr(1, refusal.text.encode() + b'\0')
        if refusal and refusal.attr:
            tlvs += attr(2, struct.pack('=I', self.where(packet,
                                                         refusal.attr)))
        if refusal and refusal.bounds:
            low, high = refusal.bounds
            tlvs += attr(4, attr(4, struct.pack('=Q', low)) +
                         attr(5, struct.pack('=Q', high)))
        if refusal and refusal.missing:
            set_name = self.operation(packet)['attribute-set']
            tlvs += attr(5, struct.pack('=I', self.spec.number(
                set_name, refusal.missing)))
        if tlvs:
            flags |= F_ACK_TLVS
        client.send(self.frame(NLMSG_ERROR, flags, seq, payload + tlvs))

    def operation(self, packet):
        return self.spec.by_number[packet[16]]

    def where(self, packet, name):
        number = self.spec.number(self.operation(packet)['attribute-set'],
                                  name)
        for at, _, offset in attrs_of(packet[20:]):
            if at == number:
                return 20 + offset
        raise AssertionError(name + ' was not sent')

    def family(self, packet):
        wanted = [p for n, p, _ in attrs_of(packet[20:]) if n == 2]
        assert wanted == [b'vmbond\0']
        if not self.loaded:
            raise Refuse(errno.ENOENT)
        group = attr(1, b'events\0') + attr(2, struct.pack('=I', GROUP))
        return [(GENL_CTRL, struct.pack('=BBH', 1, 2, 0) +
                 attr(1, struct.pack('=H', FAMILY)) + attr(2, b'vmbond\0') +
                 attr(7, attr(1, group)))]

    def rtnetlink(self, kind, packet):
        ifindex, = struct.unpack_from('=i', packet, 20)
        attrs = {n: p for n, p, _ in attrs_of(packet[32:])}
        if kind == RTM_GETLINK:
            if not ifindex:
                name = attrs.get(IFLA_IFNAME) or attrs[IFLA_ALT_IFNAME]
                ifindex = self.find(name[:-1].decode())
            if ifindex not in self.links:
                raise Refuse(errno.ENODEV)
            return [(RTM_NEWLINK, self.link_payload(ifindex))]
        for _, payload, _ in attrs_of(attrs[IFLA_PROP_LIST]):
            self.altname(kind, self.links[ifindex], payload[:-1].decode())
        return []

    def link_payload(self, ifindex):
        link = self.links[ifindex]
        names = b''.join(attr(IFLA_ALT_IFNAME, n.encode() + b'\0')
                         for n in link['altnames'])
        info = attr(1, link['kind'].encode() + b'\0')
        return (struct.pack('=BBHiII', 0, 0, 1, ifindex, 0, 0) +
                attr(IFLA_IFNAME, link['name'].encode() + b'\0') +
                (attr(IFLA_LINKINFO, info) if link['kind'] else b'') +
                (attr(IFLA_PROP_LIST, names) if names else b''))

    def altname(self, kind, link, name):
        self.requests.append(('altname-new' if kind == RTM_NEWLINKPROP
                              else 'altname-del', name))
        if kind == RTM_DELLINKPROP:
            if name not in link['altnames']:
                raise Refuse(errno.EINVAL)
            link['altnames'].remove(name)
            return
        if name in self.refusals:
            raise self.refusals[name]
        try:
            self.find(name)
        except Refuse:
            link['altnames'].append(name)
            return
        raise Refuse(errno.EEXIST)

    def vmbond(self, client, packet, flags, seq):
        op = self.operation(packet)
        name, set_name = op['name'], op['attribute-set']
        if not self.loaded:
            raise Refuse(errno.ENOENT)
        values = self.spec.decode(set_name, packet[20:])
        mode = 'dump' if flags & F_DUMP == F_DUMP else 'do'
        allowed = op[mode].get('request', {}).get('attributes', [])
        for given in values:
            assert given in allowed, f'{name} does not take {given}'
        if mode == 'dump':
            self.dump(client, name, values, seq)
            return None
        self.requests.append((name, values))
        if name in self.refusals:
            raise self.refusals[name]
        return self.change(packet[16], name, values)

    def change(self, number, name, values):
        head = struct.pack('=BBH', number, 1, 0)
        if name == 'bond-new':
            ifindex = max(self.links, default=0) + 1
            self.link(ifindex, values['ifname'], 'vmbond')
            return [(FAMILY, head + self.spec.encode(
                'bond', dict(values, ifindex=ifindex)))]
        if name == 'bond-del':
            del self.links[values['ifindex']]
        if name == 'bond-rebalance':
            return [(FAMILY, head + self.spec.encode(
                'rebalance', {'bond': values['bond'],
                              'moves': len(self.moves),
                              'move': self.moves[:MOVES_SHOWN]}))]
        return []

    def dump(self, client, name, wanted, seq):
        kind = name.rsplit('-', 1)[0]
        flags, datagram = F_MULTI, b''
        refusal = self.refusals.get(name)
        if wanted.get('bond', BOND_ANY) not in {BOND_ANY, *self.links}:
            refusal = Refuse(errno.ENODEV)
        if self.interrupt and kind in self.interrupted:
            self.interrupt -= 1
            flags |= F_DUMP_INTR
        if refusal:
            payload = struct.pack('=i', -refusal.error)
            if refusal.text:
                payload += attr(1, refusal.text.encode() + b'\0')
            client.send(self.frame(NLMSG_DONE, F_MULTI | F_ACK_TLVS, seq,
                                   payload))
            return
        for values in list(self.objects[kind]):
            if any(values.get(k, 0) != v for k, v in wanted.items()):
                continue
            payload = struct.pack('=BBH', self.spec.numbers[name], 1, 0)
            frame = self.frame(FAMILY, flags, seq, payload +
                               self.spec.encode(kind, values))
            if len(datagram) + len(frame) > DATAGRAM:
                client.send(datagram)
                datagram = b''
            datagram += frame
        if datagram:
            client.send(datagram)
        client.send(self.frame(NLMSG_DONE, flags, seq, struct.pack('=i', 0)))

    def notify(self, name, values):
        """Send an event, once somebody listens."""
        payload = struct.pack('=BBH', self.spec.numbers[name], 1, 0)
        kind = name.split('-', 1)[0]
        self.publish(self.frame(FAMILY, 0, 0, payload +
                                self.spec.encode(kind, values)))

    def removed(self, family=FAMILY):
        """Have the subscribers told that a family is no more."""
        payload = struct.pack('=BBH', CTRL_DELFAMILY, 2, 0)
        self.publish(self.frame(GENL_CTRL, 0, 0, payload +
                                attr(1, struct.pack('=H', family))))

    def overflow(self):
        """Have the subscribers told that events were lost."""
        self.publish(struct.pack('=I', errno.ENOBUFS))

    def publish(self, packet):
        deadline = time.monotonic() + 10
        while not self.subscribers:
            assert time.monotonic() < deadline, 'nobody subscribed'
            time.sleep(0.01)
        for client in self.subscribers:
            client.send(packet)

    def close(self):
        self.socket.close()
        self.dir.cleanup()
