#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""fuzz_seeds.py DIR: inputs for the fuzzer to start from.

Each form of the grammar, with the replies that the fake kernel would send,
a batch of all of them, events, and refusals with all that comes with them.
"""
import os
import struct
import sys

from fake_kernel import (FAMILY, NLMSG_DONE, NLMSG_ERROR, RTM_NEWLINK, Kernel,
                         attr)
from grammar import ACCEPTED, IMPOSSIBLE, REFUSED
from show import filled
from toolcase import BOND

DUMPED = {'bond': ['bond', 'member', 'fdb'], 'member': ['member'],
          'port': ['port'], 'fdb': ['bond', 'fdb'],
          'monitor': ['bond', 'member', 'port', 'fdb']}

# No kernel sends it, and it cannot be negated.
LEAST = -1 << 31


def packet(*frames):
    data = b''.join(frames)
    return struct.pack('<H', len(data)) + data


def message(kernel, name, kind, values, flags=2):
    head = struct.pack('=BBH', kernel.spec.numbers[name], 1, 0)
    return Kernel.frame(FAMILY, flags, 0,
                        head + kernel.spec.encode(kind, values))


def dumps(kernel, kinds):
    done = Kernel.frame(NLMSG_DONE, 2, 0, struct.pack('=i', 0))
    return b''.join(
        packet(*[message(kernel, kind + '-get', kind, values)
                 for values in kernel.objects[kind]], done)
        for kind in kinds)


def link(kernel):
    ack = Kernel.frame(NLMSG_ERROR, 0x100, 0, struct.pack('=i', 0) +
                       b'\0' * 16)
    return packet(Kernel.frame(RTM_NEWLINK, 0, 0,
                               kernel.link_payload(BOND))) + packet(ack)


def refusal(error=-22):
    tlvs = (attr(1, b'no such thing\0') + attr(2, struct.pack('=I', 20)) +
            attr(4, attr(4, struct.pack('=Q', 1)) +
                 attr(5, struct.pack('=Q', 9))) +
            attr(5, struct.pack('=I', 3)))
    return packet(Kernel.frame(NLMSG_ERROR, 0x300, 0, struct.pack('=i', error) +
                               b'\0' * 16 + tlvs))


def events(kernel):
    frames = []
    for kind, objects in kernel.objects.items():
        for suffix in ('-ntf', '-del-ntf'):
            frames.append(message(kernel, kind + suffix, kind,
                                  dict(objects[0], cause='failover')))
    return packet(*frames)


def main():
    kernel = filled()
    os.makedirs(sys.argv[1], exist_ok=True)
    seeds = []
    lines = [form[0] for form in ACCEPTED + REFUSED + IMPOSSIBLE]
    for line in lines + ['monitor', '-j monitor -t', 'complete port set vm1',
                         '-s bond show', '-j -s bond show', '-s port show']:
        head = line.encode() + b'\n'
        named = link(kernel) if 'br-phy' in line else b''
        words = [word for word in line.split() if word in DUMPED]
        kinds = DUMPED[words[0]] if words else []
        seeds += [head, head + named + dumps(kernel, kinds),
                  head + named + refusal(), head + named + refusal(LEAST),
                  head + named + packet(Kernel.frame(
                      NLMSG_DONE, 2, 0, struct.pack('=i', LEAST)))]
        if 'monitor' in line:
            seeds.append(head + named + dumps(kernel, kinds) +
                         events(kernel))
    seeds.append(b'-b\n' + '\n'.join(lines).encode() + b'\n')
    for number, seed in enumerate(seeds):
        with open(os.path.join(sys.argv[1], f'{number:04}'), 'wb') as file:
            file.write(seed)
    kernel.close()


if __name__ == '__main__':
    main()
