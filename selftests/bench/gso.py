# SPDX-License-Identifier: GPL-2.0
"""Whether large frames stay whole: a TCP stream from a VM to a far host."""

import socket
import threading
import time

from netns import Netns, counter, ip, say
from paths import ACCESS, VID, Switch

SECONDS = 0.5
CHUNK = bytes(1 << 20)
PORT = 5001


class OneWire(Switch):
    """A switch whose second member is down; p0 is both ways out and in."""

    def redirects(self):
        return (f"{self.port(0)} src {VID} {self.members[0]}",
                f"{self.members[0]} dst 0 {self.port(0)}")


def build(path):
    """Join a VM and a far host by a switch; return their namespaces."""
    switch = OneWire("t", [ACCESS])
    vm, far = Netns(f"{path.name}-vm"), Netns(f"{path.name}-far")
    m0, m1 = switch.members
    p0 = switch.port(0)
    with path.netns.entered():
        ip(f"link add {p0} up type veth peer name eth0 netns {vm.name}",
           f"link add {m0} up type veth peer name eth0 netns {far.name}",
           f"link add {m1} type dummy")
        path.build(switch)
        ip(f"link set {m1} down")
    with vm.entered():
        ip("link set eth0 up", "addr add 192.0.2.1/24 dev eth0")
    with far.entered():
        ip("link set eth0 up",
           f"link add link eth0 name vlan up type vlan id {VID}",
           "addr add 192.0.2.2/24 dev vlan")
    return switch, vm, far


def receive(listener, total):
    """In a thread of its own: take all there is."""
    connection, _ = listener.accept()
    buffer = bytearray(len(CHUNK))
    while n := connection.recv_into(buffer):
        total[0] += n
    connection.close()


def connect(vm, far):
    """A listening and a connected socket."""
    with far.entered():
        listener = socket.create_server(("192.0.2.2", PORT))
    with vm.entered():
        sender = socket.socket()
    sender.settimeout(10)
    return listener, sender


def once(path, switch, vm, far):
    """Gbit/s, the mean frame at the member, frames there for one at the
    port."""
    listener, sender = connect(vm, far)
    total = [0]
    receiver = threading.Thread(target=receive, args=(listener, total))
    receiver.start()
    with path.netns.entered():
        sender.connect(("192.0.2.2", PORT))
        member, port = [switch.members[0]], [switch.port(0)]
        at_member = [counter(member, f"tx_{what}")
                     for what in ("bytes", "packets")]
        at_port = counter(port, "rx_packets")
        start = time.monotonic()
        while time.monotonic() < start + SECONDS:
            sender.sendall(CHUNK)
        sender.close()
        receiver.join()
        seconds = time.monotonic() - start
        listener.close()
        size, frames = (counter(member, f"tx_{what}") - before for
                        what, before in zip(("bytes", "packets"), at_member))
        came = counter(port, "rx_packets") - at_port
    return {"gbps": total[0] * 8e-9 / seconds, "frame_bytes": size / frames,
            "split": frames / came}


def measure(paths, rounds):
    """Samples by path."""
    places = [(path, *build(path)) for path in paths]
    results = {path.name: [] for path in paths}
    for number in range(rounds):
        say(f"gso: round {number + 1} of {rounds}")
        for path, *place in places:
            results[path.name].append(once(path, *place))
    return results
