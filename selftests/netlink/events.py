#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every change is told: one notification for each, with the object as get
shows it and the cause, to the namespace's own listeners only."""

import ctypes
import errno
import os
import socket
import time

from family import VOLATILE, Tap, dummies, family, ifindex, ip

MAC = "02:00:00:00:00:01"
GUEST = "02:00:00:00:00:00"
FLOOD = 8000
# Events a second that a bond sends at most
LIMIT = 1000

SO_RCVBUFFORCE = 33
CLONE_NEWNET = 0x40000000


class Listener:
    """A socket in the group."""

    def __init__(self):
        self.ynl = family()
        self.ynl.ntf_subscribe("events")

    def take(self, *wanted):
        """Wait for these (name, cause), return their objects. What else came
        before the last of them is left out, for the bond's own addresses are
        stations too; False if they did not come in this order."""
        objects = []
        for message in self.ynl.poll_ntf(duration=10):
            name, cause = wanted[len(objects)]
            if message["name"] == name and message["msg"]["cause"] == cause:
                objects.append(message["msg"])
            if len(objects) == len(wanted):
                return objects
        return False

    def drain(self):
        """All that has come by now. Raises OSError where some was lost."""
        self.ynl.check_ntf()
        return list(self.ynl.poll_ntf(duration=0))


def plain(one, *more):
    """An object without what changes by itself."""
    return {k: v for k, v in one.items()
            if k not in VOLATILE and k not in more}


def config(tap, ynl, listener):
    """What an administrator does."""
    def told(words, event, operation, attrs):
        ynl.do(operation, attrs)
        tap.result(words, not listener.take(*event) and
                   f"no such event: {event}")

    bond = ynl.do("bond-new", {"ifname": "bond"})["ifindex"]
    said = listener.take(("bond-ntf", "config"))
    tap.equal("bond-new", said and plain(said[0], "cause"),
              plain(ynl.do("bond-get", {"ifindex": bond})))
    m0, p0 = ifindex("m0"), ifindex("p0")

    told("bond-set", [("bond-ntf", "config")], "bond-set",
         {"ifindex": bond, "ageing": 7})
    ynl.do("member-new", {"bond": bond, "ifindex": m0})
    said = listener.take(("member-ntf", "config"))
    tap.equal("member-new", said and said[0]["ifindex"], m0)
    told("member-set", [("member-ntf", "config")], "member-set",
         {"ifindex": m0, "weight": 3})
    ynl.do("port-new", {"bond": bond, "ifindex": p0, "vlan-mode": "access",
                        "vid": 5})
    said = listener.take(("port-ntf", "config"))
    tap.equal("port-new", said and plain(said[0], "cause"),
              plain(ynl.do("port-get", {"ifindex": p0})))
    told("port-set", [("port-ntf", "config")], "port-set",
         {"ifindex": p0, "flood": 1})
    # VLANs that are in use are among those that a member receives.
    listener.drain()
    ynl.do("port-set", {"ifindex": p0, "vlan-mode": "access", "vid": 6})
    said = listener.take(("member-ntf", "receiver"))
    tap.equal("a member's receiver", said and said[0]["receiver"],
              [{"first": 0}, {"first": 6}])
    ynl.do("port-set", {"ifindex": p0, "vlan-mode": "access", "vid": 5})
    told("port-set of the self port", [("port-ntf", "config")], "port-set",
         {"ifindex": bond, "max-macs": 9})

    key = {"bond": bond, "mac": MAC, "vid": 5}
    ynl.do("fdb-new", {**key, "port": p0})
    said = listener.take(("fdb-ntf", "config"))
    tap.equal("fdb-new", said and plain(said[0], "cause"),
              plain(ynl.do("fdb-get", key)))
    told("fdb-set where it is", [("fdb-ntf", "manual")], "fdb-set",
         {**key, "member": m0})
    m1 = ifindex("m1")
    ynl.do("member-new", {"bond": bond, "ifindex": m1})
    told("fdb-set elsewhere", [("fdb-ntf", "manual")], "fdb-set",
         {**key, "member": m1})
    told("fdb-del", [("fdb-del-ntf", "config")], "fdb-del", key)
    for kind, name in (("member", "m0"), ("port", "p0"), ("bond", "bond")):
        # Older kernels rename no device that is up.
        ip("link", "set", name, "down")
        listener.drain()
        ip("link", "set", name, "name", "other")
        said = listener.take((f"{kind}-ntf", "config"))
        tap.equal(f"name of a {kind}", said and said[0]["ifname"], "other")
        ip("link", "set", "other", "name", name)
        ip("link", "set", name, "up")
    told("member-del", [("member-del-ntf", "config")], "member-del",
         {"ifindex": m0})
    told("port-del", [("port-del-ntf", "config")], "port-del",
         {"ifindex": p0})
    told("bond-del", [("bond-del-ntf", "config")], "bond-del",
         {"ifindex": bond})


def flood(number):
    """Have the guest send broadcasts from that many addresses."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind(("guest", 0))
        for source in range(number):
            sock.send(b"\xff" * 6 + b"\x02\0" + source.to_bytes(4, "big") +
                      b"\x88\xb5" + bytes(46))


def stations(tap, ynl, listener):
    """What guests and links do."""
    ip("link", "add", "v0", "type", "veth", "peer", "name", "guest")
    ip("link", "set", "v0", "up")
    ip("link", "set", "guest", "up")
    bond = ynl.do("bond-new", {"ifname": "bond"})["ifindex"]
    ip("link", "set", "bond", "up")
    for name in ("m0", "m1"):
        ynl.do("member-new", {"bond": bond, "ifindex": ifindex(name)})
    ynl.do("port-new", {"bond": bond, "ifindex": ifindex("v0"),
                        "vlan-mode": "access", "vid": 5})
    flood(1)
    said = listener.take(("fdb-ntf", "learned"))
    key = {"bond": bond, "mac": GUEST, "vid": 5}
    tap.equal("a guest's first frame", said and plain(said[0], "cause"),
              plain(ynl.do("fdb-get", key)))
    pin = said[0]["member"]
    name = "m0" if pin == ifindex("m0") else "m1"
    ip("link", "set", name, "down")
    said = listener.take(("fdb-ntf", "failover"))
    tap.equal("its member goes down", said and said[0]["member"],
              ifindex("m0") + ifindex("m1") - pin)
    ip("link", "set", "v0", "down")
    said = listener.take(("fdb-del-ntf", "flushed"))
    tap.equal("its port goes down", said and said[0]["mac"], GUEST)


def storm(tap, ynl, listener):
    """Of a MAC flood a listener is told a part, and that it is a part."""
    port = ifindex("v0")
    ip("link", "set", "v0", "up")
    ynl.do("port-set", {"ifindex": port, "max-macs": FLOOD})
    # Room for all of it, so that nothing else than the limit is met.
    listener.ynl.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 2**26)
    listener.drain()
    start = time.monotonic()
    flood(FLOOD)
    took = time.monotonic() - start
    try:
        listener.drain()
        error = 0
    except OSError as err:
        error = err.errno
    told = len(listener.drain())
    print(f"# {told} of {FLOOD} stations told in {took:.1f} s")
    if took < FLOOD / LIMIT:
        tap.result("a flood is told in part",
                   not 0 < told <= LIMIT * (took + 2) and
                   f"{told} in {took} s")
        tap.equal("and that it is a part", error, errno.ENOBUFS)
    else:
        tap.skip("a flood is told in part", "it takes too long here")
    tap.equal("and the table has them all",
              len(ynl.dump("fdb-get", {"port": port})), FLOOD)


def elsewhere(tap, ynl, listener):
    """Another namespace sees none of it."""
    tap.equal("a dump elsewhere", listener.ynl.dump("bond-get", {}), [])
    ynl.do("bond-set", {"ifindex": ifindex("bond"), "ageing": 8})
    tap.result("no events elsewhere", listener.drain() and "there are")


def in_other(call):
    """Call something in the namespace OTHER; a socket stays there."""
    setns = ctypes.CDLL(None).setns
    with open("/proc/self/ns/net", "rb") as here, \
            open(f"/run/netns/{os.environ['OTHER']}", "rb") as other:
        setns(other.fileno(), CLONE_NEWNET)
        try:
            return call()
        finally:
            setns(here.fileno(), CLONE_NEWNET)


def main():
    """All of them, in a network namespace of its own; another is OTHER."""
    tap = Tap()
    outside = in_other(Listener)
    ynl, listener = family(), Listener()
    dummies("m0", "m1", "p0")
    config(tap, ynl, listener)
    stations(tap, ynl, listener)
    storm(tap, ynl, listener)
    elsewhere(tap, ynl, outside)
    tap.end()


main()
