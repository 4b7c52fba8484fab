# SPDX-License-Identifier: GPL-2.0
"""What a member's end costs under a steady stream of frames."""

import threading
import time

from netns import counter, ip, say, wait_for
from paths import ACCESS, FAR, VID, Switch
from pktgen import Pktgen, Source

RATE = 20000
COUNT = 30000
BEFORE = 6000
SIZE = 1000


def veth_members(switch):
    """Members with a peer that can be taken down."""
    for dev in switch.members:
        ip(f"link add {dev} up type veth peer name {dev}x",
           f"link set {dev}x up")


def sink_members(switch):
    """Members whose carrier can be taken away, and a bystander."""
    ip(*(f"link add {dev} up type sink"
         for dev in [*switch.members, f"{switch.name}x"]))


def peer_down(_, member):
    """The peer of a veth goes down."""
    ip(f"link set {member}x down")
    return [f"link set {member}x up"]


def carrier_off(_, member):
    """The carrier goes."""
    ip(f"link set {member} carrier off")
    return [f"link set {member} carrier on"]


def late_event(switch, member):
    """The carrier goes when the kernel has just told of another device's:
    of those that are no ports of an aggregate it tells once a second."""
    bystander = f"{switch.name}x"
    ip(f"link set {bystander} carrier off")
    time.sleep(0.05)
    ip(f"link set {member} carrier off")
    return [f"link set {member} carrier on", f"link set {bystander} carrier on"]


CASES = {
    "failover-peer-down": (veth_members, peer_down),
    "failover-carrier-off": (sink_members, carrier_off),
    "failover-late-event": (sink_members, late_event),
}


def show_far(switch):
    """Have the far address learned, where that is done."""
    with Pktgen([Source(switch.members[0], FAR, switch.station(0),
                        vid=VID)]) as pktgen:
        pktgen.send(10)


def stream(path, source, result):
    """In a thread of its own: send all frames."""
    with path.netns.entered(), Pktgen([source]) as pktgen:
        pktgen.send(COUNT)
        result.append(COUNT)


def in_use(switch):
    """The member that frames leave by now."""
    before = [counter([dev], "tx_packets") for dev in switch.members]
    grown = []

    def one_has_grown():
        grown[:] = [dev for dev, n in zip(switch.members, before)
                    if counter([dev], "tx_packets") > n + BEFORE]
        return grown

    wait_for("frames to arrive", one_has_grown)
    return grown[0]


def once(path, switch, kill):
    """Take the member away that the stream uses; frames lost."""
    source = Source(switch.port(0), switch.station(0), FAR, rate=RATE,
                    size=SIZE)
    before = counter(switch.members, "tx_bytes")
    sent = []
    sender = threading.Thread(target=stream, args=(path, source, sent))
    sender.start()
    repair = kill(switch, in_use(switch))
    sender.join()
    # Announcements leave there too: all of them are less than one frame.
    arrived = (counter(switch.members, "tx_bytes") - before) // SIZE
    lost = sum(sent) - arrived
    ip(*repair)
    # Until all is as before: carrier events come up to a second late.
    time.sleep(1.3)
    return lost


def measure(paths, chosen, rounds):
    """Frames lost in each round, by case and path."""
    results = {}
    for number, (name, (add_members, kill)) in enumerate(CASES.items()):
        if name not in chosen:
            continue
        switch = Switch(f"o{number}", [ACCESS] * 8)
        for path in paths:
            with path.netns.entered():
                add_members(switch)
                ip(*(f"link add {dev} up type dummy" for dev in switch.ports))
                path.build(switch)
                show_far(switch)
        for turn in range(rounds):
            say(f"{name}: round {turn + 1} of {rounds}")
            for path in paths:
                with path.netns.entered():
                    results.setdefault(name, {}).setdefault(
                        path.name, []).append(once(path, switch, kill))
    return results
