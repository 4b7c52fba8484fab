#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every request that has to be refused: with which error, which words, for
which attribute, and that it changed nothing."""

import errno
import os
import re

from family import Tap, dummies, family, ifindex, ip, refusal, state

MAC = "02:00:00:00:00:01"
NEW = "02:00:00:00:00:02"
FOREIGN = 2**31 - 1

UNKNOWN = "Unknown attribute type|Unsupported attribute"
RANGE = "integer out of range"
MISSING = "a required attribute is missing"
NO_BOND = "device is not a vmbond"
NO_MEMBER = "device is not a member of a vmbond"
NO_PORT = "device is not a port of a vmbond"
A_PORT = "device is a port, not a member"
A_MEMBER = "device is a member, not a port"
NO_DEVICE = "no such device"


def setup(ynl):
    """Two bonds; of the first two members, two ports and a station."""
    dummies("m0", "m1", "p0", "p1", "other", "taken")
    ip("link", "add", "br0", "type", "bridge")
    ip("link", "set", "taken", "master", "br0")
    ip("link", "add", "up0", "link", "other", "type", "macvlan")
    for name in ("a", "b"):
        ynl.do("bond-new", {"ifname": name})
    ip("link", "add", "on-a", "link", "a", "type", "vlan", "id", "5")
    a, b = ifindex("a"), ifindex("b")
    ynl.do("member-new", {"bond": a, "ifindex": ifindex("m0")})
    ynl.do("member-new", {"bond": b, "ifindex": ifindex("m1")})
    ynl.do("port-new", {"bond": a, "ifindex": ifindex("p0"),
                        "vlan-mode": "access", "vid": 10})
    ynl.do("port-new", {"bond": b, "ifindex": ifindex("p1")})
    ynl.do("fdb-new", {"bond": a, "mac": MAC, "vid": 10,
                       "port": ifindex("p0")})


def bond_refusals():
    """Requests about bonds: (what, operation, attributes, errno, message,
    attribute)"""
    a, m1, p0 = ifindex("a"), ifindex("m1"), ifindex("p0")
    set_a = {"ifindex": a}
    yield "no name", "bond-new", {}, errno.EINVAL, MISSING, "ifname"
    yield ("a name with a slash", "bond-new", {"ifname": "a/b"},
           errno.EINVAL, "not a valid device name", ".ifname")
    yield ("an empty name", "bond-new", {"ifname": ""},
           errno.EINVAL, "not a valid device name", ".ifname")
    yield ("too long a name", "bond-new", {"ifname": "x" * 16},
           errno.EINVAL, "failed policy validation", ".ifname")
    yield ("a name that is taken", "bond-new", {"ifname": "p0"},
           errno.EEXIST, "a device of this name", ".ifname")
    yield ("an ifindex for a new bond", "bond-new",
           {"ifname": "c", "ifindex": 1000}, errno.EINVAL, UNKNOWN,
           ".ifindex")
    yield ("a primary for a new bond that there is not", "bond-new",
           {"ifname": "c", "primary": 2**30}, errno.ENODEV, NO_DEVICE,
           ".primary")
    yield ("a bond from its state", "bond-new",
           {"ifname": "c", "carrier": 1}, errno.EINVAL, UNKNOWN, ".carrier")
    for operation in ("bond-get", "bond-set", "bond-del"):
        yield "no bond", operation, {}, errno.EINVAL, MISSING, "ifindex"
        yield ("ifindex 0", operation, {"ifindex": 0},
               errno.ERANGE, RANGE, ".ifindex")
        yield ("a device that is not there", operation, {"ifindex": FOREIGN},
               errno.ENODEV, NO_DEVICE, ".ifindex")
        yield ("a device that is no bond", operation, {"ifindex": p0},
               errno.EINVAL, NO_BOND, ".ifindex")
    yield ("a new name", "bond-set", {**set_a, "ifname": "c"},
           errno.EINVAL, UNKNOWN, ".ifname")
    yield ("a filter for all bonds", "bond-del", {**set_a, "mode": 0},
           errno.EINVAL, UNKNOWN, ".mode")
    for attr, value in (("mode", 2), ("rx-check", 3), ("native", 4095),
                        ("rebalance-interval", 86400001), ("max-moves", 0),
                        ("max-moves", 65537), ("updelay", 3600001),
                        ("downdelay", 3600001), ("min-links", 17),
                        ("primary", 2**31), ("ageing", 0), ("ageing", 86401),
                        ("max-macs", 0), ("max-macs", 65537),
                        ("announce-count", 256)):
        yield (f"{attr} {value}", "bond-set", {**set_a, attr: value},
               errno.ERANGE, RANGE, f".{attr}")
    yield ("a primary of another bond", "bond-set", {**set_a, "primary": m1},
           errno.EINVAL, "the primary is not a member", ".primary")
    yield ("the first of two changes with a refused one", "bond-set",
           {**set_a, "updelay": 77, "primary": m1},
           errno.EINVAL, "the primary is not a member", ".primary")
    yield ("VLAN 4095", "bond-set",
           {**set_a, "vlans": [{"first": 1, "last": 4095}]},
           errno.ERANGE, RANGE, ".vlans.last")
    yield ("a range backwards", "bond-set",
           {**set_a, "vlans": [{"first": 1}, {"first": 9, "last": 8}]},
           errno.EINVAL, "last VLAN is below its first", ".vlans.last")
    yield ("a range with no first VLAN", "bond-set",
           {**set_a, "vlans": [{"last": 8}]},
           errno.EINVAL, "a range has no first VLAN", 1)
    yield ("rebalance of nothing", "bond-rebalance", {},
           errno.EINVAL, MISSING, "bond")
    yield ("rebalance of a port", "bond-rebalance", {"bond": p0},
           errno.EINVAL, NO_BOND, ".bond")
    yield ("rebalance with a move", "bond-rebalance", {"bond": a, "moves": 1},
           errno.EINVAL, UNKNOWN, ".moves")


def lower_refusals(operation):
    """What can be neither a member nor a port."""
    a = ifindex("a")
    for device, code, message in (
            ("a", errno.ELOOP, "vmbond device cannot be in a bond"),
            ("b", errno.ELOOP, "vmbond device cannot be in a bond"),
            ("lo", errno.EINVAL, "a loopback device"),
            ("taken", errno.EBUSY, "has a master already"),
            ("p1", errno.EBUSY, "has a master already"),
            ("m1", errno.EBUSY, "has a master already"),
            ("m0", errno.EBUSY, "has a master already"),
            ("other", errno.EBUSY, "frames go elsewhere already"),
            ("on-a", errno.ELOOP, "on top of the bond")):
        yield (f"{operation} of {device}", operation,
               {"bond": a, "ifindex": ifindex(device)}, code, message,
               ".ifindex")
    yield ("a bond that is none", operation,
           {"bond": ifindex("p0"), "ifindex": ifindex("up0")},
           errno.EINVAL, NO_BOND, ".bond")
    yield ("no device", operation, {"bond": a}, errno.EINVAL, MISSING,
           "ifindex")
    yield ("no bond", operation, {"ifindex": ifindex("up0")},
           errno.EINVAL, MISSING, "bond")
    yield ("a device that is not there", operation,
           {"bond": a, "ifindex": FOREIGN}, errno.ENODEV, NO_DEVICE,
           ".ifindex")


def member_refusals():
    """Requests about members."""
    m0 = ifindex("m0")
    yield from lower_refusals("member-new")
    for operation in ("member-get", "member-set", "member-del"):
        yield "no member", operation, {}, errno.EINVAL, MISSING, "ifindex"
        yield ("a device that is not there", operation, {"ifindex": FOREIGN},
               errno.ENODEV, NO_DEVICE, ".ifindex")
        for device, why in (("a", A_PORT), ("p0", A_PORT),
                            ("other", NO_MEMBER), ("lo", NO_MEMBER)):
            yield (f"{device}, which is no member", operation,
                   {"ifindex": ifindex(device)}, errno.EINVAL, why,
                   ".ifindex")
    for attr, value in (("weight", 0), ("weight", 257), ("admin-state", 2)):
        yield (f"{attr} {value}", "member-set", {"ifindex": m0, attr: value},
               errno.ERANGE, RANGE, f".{attr}")
    yield ("another bond", "member-set", {"ifindex": m0, "bond": ifindex("b")},
           errno.EINVAL, UNKNOWN, ".bond")
    yield ("a speed", "member-set", {"ifindex": m0, "speed": 1},
           errno.EINVAL, UNKNOWN, ".speed")


def vlan_refusals():
    """VLAN modes with what they need missing, or with what they do not take."""
    some = [{"first": 1, "last": 9}]
    for attrs, message, attr in (
            ({"vid": 5}, MISSING, "vlan-mode"),
            ({"vlans": some}, MISSING, "vlan-mode"),
            ({"native": 5}, MISSING, "vlan-mode"),
            ({"native-tagged": 1}, MISSING, "vlan-mode"),
            ({"vlan-mode": "none", "vid": 5}, "take one VLAN", ".vid"),
            ({"vlan-mode": "none", "vlans": some}, "take a list", ".vlans"),
            ({"vlan-mode": "none", "native": 5}, "only a trunk", ".native"),
            ({"vlan-mode": "access"}, MISSING, "vid"),
            ({"vlan-mode": "access", "vid": 5, "vlans": some},
             "take a list", ".vlans"),
            ({"vlan-mode": "access", "vid": 5, "native": 5},
             "only a trunk", ".native"),
            ({"vlan-mode": "trunk"}, MISSING, "vlans"),
            ({"vlan-mode": "trunk", "vlans": some, "vid": 5},
             "take one VLAN", ".vid"),
            ({"vlan-mode": "trunk", "vlans": some, "native-tagged": 1},
             "no native VLAN is given", ".native-tagged"),
            ({"vlan-mode": "trunk", "vlans": [{"first": 9, "last": 8}]},
             "last VLAN is below its first", ".vlans.last"),
            ({"vlan-mode": "tunnel"}, MISSING, "vid"),
            ({"vlan-mode": "tunnel", "vid": 0}, "1 to 4094", ".vid"),
            ({"vlan-mode": "tunnel", "vid": 5, "native": 5},
             "only a trunk", ".native")):
        words = " ".join(f"{k} {v}" for k, v in attrs.items())
        for device in ("p0", "a"):
            yield (f"{words}, of {device}", "port-set",
                   {"ifindex": ifindex(device), **attrs}, errno.EINVAL,
                   message, attr)
        yield (f"{words}, of a new port", "port-new",
               {"bond": ifindex("a"), "ifindex": ifindex("up0"), **attrs},
               errno.EINVAL, message, attr)


def port_refusals():
    """Requests about ports."""
    p0 = ifindex("p0")
    yield from lower_refusals("port-new")
    yield from vlan_refusals()
    for operation in ("port-get", "port-set", "port-del"):
        yield "no port", operation, {}, errno.EINVAL, MISSING, "ifindex"
        yield ("a device that is not there", operation, {"ifindex": FOREIGN},
               errno.ENODEV, NO_DEVICE, ".ifindex")
        for device, why in (("m0", A_MEMBER), ("other", NO_PORT),
                            ("lo", NO_PORT)):
            yield (f"{device}, which is no port", operation,
                   {"ifindex": ifindex(device)}, errno.EINVAL, why,
                   ".ifindex")
    yield ("the self port's end", "port-del", {"ifindex": ifindex("a")},
           errno.EINVAL, "goes with its bond", ".ifindex")
    for attr, value in (("vlan-mode", 4), ("vid", 4095), ("native", 0),
                        ("native", 4095), ("native-tagged", 2), ("dot1q", 2),
                        ("mac-lock", 2), ("max-macs", 0), ("max-macs", 65537),
                        ("isolated", 2), ("flood", 2), ("bum-limit", 10000001),
                        ("priority-tags", 2), ("standby", 2)):
        yield (f"{attr} {value}", "port-set", {"ifindex": p0, attr: value},
               errno.ERANGE, RANGE, f".{attr}")
    yield ("another bond", "port-set", {"ifindex": p0, "bond": ifindex("b")},
           errno.EINVAL, UNKNOWN, ".bond")
    yield ("stations", "port-set", {"ifindex": p0, "stations": 1},
           errno.EINVAL, UNKNOWN, ".stations")


def fdb_refusals():
    """Requests about stations."""
    a, b = ifindex("a"), ifindex("b")
    p0, p1, m0, m1 = (ifindex(name) for name in ("p0", "p1", "m0", "m1"))
    station = {"bond": a, "mac": MAC, "vid": 10}
    new = {"bond": a, "mac": NEW, "vid": 10, "port": p0}
    for operation in ("fdb-get", "fdb-set", "fdb-del", "fdb-new"):
        for attr in ("bond", "mac", "vid"):
            less = {k: v for k, v in station.items() if k != attr}
            yield (f"no {attr}", operation, less, errno.EINVAL, MISSING, attr)
        yield ("a bond that is none", operation, {**station, "bond": p0},
               errno.EINVAL, NO_BOND, ".bond")
        yield ("a MAC of 5 bytes", operation, {**station, "mac": MAC[:-3]},
               errno.ERANGE, "", ".mac")
        yield ("VID 4095", operation, {**station, "vid": 4095},
               errno.ERANGE, RANGE, ".vid")
        for mac in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff",
                    "01:00:5e:00:00:01"):
            yield (f"MAC {mac}", operation, {**station, "mac": mac},
                   errno.EINVAL, "address of a single station", ".mac")
    for operation in ("fdb-get", "fdb-del"):
        yield ("a station that is not there", operation,
               {**station, "mac": NEW}, errno.ENOENT, "no such station",
               ".mac")
        yield ("a station on another VLAN", operation, {**station, "vid": 11},
               errno.ENOENT, "no such station", ".mac")
        yield ("a station on the service VLAN", operation,
               {**station, "service": 1}, errno.ENOENT, "no such station",
               ".mac")
        yield ("a port", operation, {**station, "port": p0},
               errno.EINVAL, UNKNOWN, ".port")
    yield ("no port", "fdb-new", station, errno.EINVAL, MISSING, "port")
    yield ("a port of another bond", "fdb-new", {**new, "port": p1},
           errno.EINVAL, "a port of another vmbond", ".port")
    yield ("a member as port", "fdb-new", {**new, "port": m0},
           errno.EINVAL, A_MEMBER, ".port")
    yield ("a VLAN that the port has not", "fdb-new", {**new, "vid": 11},
           errno.EINVAL, "does not carry this VLAN", ".vid")
    yield ("the service VLAN of that number", "fdb-new", {**new, "service": 1},
           errno.EINVAL, "does not carry this VLAN", ".vid")
    yield ("a station that is static already", "fdb-new",
           {**new, "mac": MAC}, errno.EEXIST, "static station",
           ".mac")
    yield ("a pin with a new station", "fdb-new", {**new, "member": m0},
           errno.EINVAL, UNKNOWN, ".member")
    yield "no member", "fdb-set", station, errno.EINVAL, MISSING, "member"
    yield ("a port as member", "fdb-set", {**station, "member": p0},
           errno.EINVAL, A_PORT, ".member")
    yield ("a member of another bond", "fdb-set", {**station, "member": m1},
           errno.EINVAL, "a member of another vmbond", ".member")
    yield ("the pin of a station that is not there", "fdb-set",
           {**station, "mac": NEW, "member": m0}, errno.ENOENT,
           "no such station", ".mac")
    yield "a flush of nothing", "fdb-flush", {}, errno.EINVAL, MISSING, "bond"
    yield ("a flush of another bond's port", "fdb-flush",
           {"bond": b, "port": p0}, errno.EINVAL, "a port of another vmbond",
           ".port")
    yield ("a flush of a service VLAN without its VID", "fdb-flush",
           {"bond": a, "service": 1}, errno.EINVAL, MISSING, "vid")


def dump_refusals():
    """Dumps with a wrong filter."""
    b, p0 = ifindex("b"), ifindex("p0")
    for operation, attr in (("bond-get", "ifindex"), ("member-get", "bond"),
                            ("port-get", "bond"), ("fdb-get", "bond")):
        yield ("of a device that is not there", operation, {attr: FOREIGN},
               errno.ENODEV, NO_DEVICE, "." + attr)
        yield ("of a device that is no bond", operation, {attr: p0},
               errno.EINVAL, NO_BOND, "." + attr)
    yield ("by a filter that is none", "bond-get", {"mode": 0},
           errno.EINVAL, UNKNOWN, ".mode")
    yield ("by a filter of do only", "member-get", {"ifindex": p0},
           errno.EINVAL, UNKNOWN, ".ifindex")
    yield ("by a filter of do only", "port-get", {"ifindex": p0},
           errno.EINVAL, UNKNOWN, ".ifindex")
    yield ("by a filter of do only", "fdb-get", {"mac": MAC},
           errno.EINVAL, UNKNOWN, ".mac")
    yield ("of a port that is none", "fdb-get", {"port": ifindex("other")},
           errno.EINVAL, NO_PORT, ".port")
    yield ("of another bond's port", "fdb-get", {"bond": b, "port": p0},
           errno.EINVAL, "a port of another vmbond", ".port")
    yield ("of a service VLAN without its VID", "fdb-get", {"service": 1},
           errno.EINVAL, "without its VID", ".service")


def release():
    """The kernel's version."""
    return tuple(int(n) for n in os.uname().release.split(".")[:2])


def try_all(tap, ynl, call, what, refusals):
    """Make the requests of a list and compare."""
    # Kernels before 6.2 do not name an attribute when a dump is refused.
    named = what == "do" or release() >= (6, 2)
    before = state(ynl)
    for name, operation, attrs, *wanted in refusals:
        got = refusal(call, operation, attrs)
        fits = got and got[0] == wanted[0] and \
            re.search(wanted[1], got[1]) and \
            (got[2] == wanted[2] or not named and not got[2])
        tap.result(f"{what} {operation}: {name}",
                   not fits and f"got {got}, wanted {tuple(wanted)}")
    tap.equal(f"these {what} changed nothing", state(ynl), before)


def unprivileged(tap, ynl):
    """Who has no rights here reads and changes nothing."""
    a, m0, p0 = ifindex("a"), ifindex("m0"), ifindex("p0")
    station = {"bond": a, "mac": MAC, "vid": 10}
    requests = (
        ("bond-new", {"ifname": "c"}), ("bond-set", {"ifindex": a}),
        ("bond-del", {"ifindex": a}), ("bond-rebalance", {"bond": a}),
        ("member-new", {"bond": a, "ifindex": ifindex("up0")}),
        ("member-set", {"ifindex": m0}), ("member-del", {"ifindex": m0}),
        ("port-new", {"bond": a, "ifindex": ifindex("up0")}),
        ("port-set", {"ifindex": p0}), ("port-del", {"ifindex": p0}),
        ("fdb-new", {**station, "mac": NEW, "port": p0}),
        ("fdb-set", {**station, "member": 0}), ("fdb-del", station),
        ("fdb-flush", {"bond": a}))
    before = state(ynl)
    os.seteuid(65534)
    for operation, attrs in requests:
        got = refusal(ynl.do, operation, attrs)
        tap.result(f"unprivileged {operation}",
                   (got or [0])[0] != errno.EPERM and f"got {got}")
    seen = state(ynl)
    os.seteuid(0)
    tap.equal("unprivileged dumps", seen, before)
    tap.equal("unprivileged requests change nothing", state(ynl), before)


def main():
    """All of them, in a network namespace of its own."""
    tap = Tap()
    ynl = family()
    setup(ynl)
    for refusals in (bond_refusals, member_refusals, port_refusals,
                     fdb_refusals):
        try_all(tap, ynl, ynl.do, "do", refusals())
    try_all(tap, ynl, ynl.dump, "dump", dump_refusals())
    unprivileged(tap, ynl)
    tap.end()


main()
