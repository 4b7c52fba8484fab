#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What is asked for is what is there: replies, gets and dumps agree with the
requests, and nothing else changes."""

import errno
import socket
import struct

from family import VOLATILE, Tap, dummies, family, ifindex, ip, refusal

NLM_F_REQUEST, NLM_F_DUMP, NLM_F_DUMP_INTR = 1, 0x300, 0x10
NLMSG_DONE = 3
NETLINK_GENERIC = 16

ALL = [{"first": 0, "last": 4094}]
EVEN = [{"first": vid} for vid in range(2, 4094, 2)]


def mac(number):
    """A station's address."""
    return "02:00:00:00:" + number.to_bytes(2, "big").hex(":")


def constant(one):
    """An object without what changes by itself."""
    return {k: v for k, v in one.items() if k not in VOLATILE}


class Objects:
    """The tests, on one socket."""

    def __init__(self, tap, ynl):
        self.tap = tap
        self.ynl = ynl

    def get(self, what, attrs):
        """One object."""
        return constant(self.ynl.do(what + "-get", attrs))

    def change(self, what, key, attrs, **expect):
        """Set some attributes and see that these changed, or as expected."""
        before = self.get(what, key)
        self.ynl.do(what + "-set", {**key, **attrs})
        wanted = {**before, **attrs, **expect}
        wanted = {k: v for k, v in wanted.items() if v is not None}
        words = " ".join(f"{k} {v}" for k, v in attrs.items())
        self.tap.equal(f"{what}-set {words}"[:72], self.get(what, key),
                       wanted)

    def bonds(self):
        """Options of a bond."""
        options = {"mode": "active-backup", "rx-check": "strict",
                   "native": 7, "vlans": [{"first": 3}, {"first": 5,
                                                         "last": 9}],
                   "rebalance-interval": 5, "max-moves": 6, "updelay": 7,
                   "downdelay": 8, "min-links": 2, "ageing": 9,
                   "max-macs": 10, "announce-count": 11,
                   "primary": ifindex("m1")}
        reply = self.ynl.do("bond-new", {"ifname": "full", **options})
        full = {"ifindex": ifindex("full")}
        self.tap.equal("bond-new with every option",
                       {k: reply[k] for k in options}, options)
        self.tap.equal("its reply is what get says", constant(reply),
                       self.get("bond", full))
        self.tap.equal("nothing is attached to it", [
            reply[k] for k in ("carrier", "members", "ports")], [0, 0, 0])
        self.ynl.do("bond-del", full)
        self.tap.equal("bond-del",
                       refusal(self.ynl.do, "bond-get", full)[0],
                       errno.ENODEV)

        bond = {"ifindex": ifindex("bond")}
        for attr, value in options.items():
            self.change("bond", bond, {attr: value})
        self.change("bond", bond, {"primary": 0})
        self.change("bond", bond, {
            "mode": "balance-slb", "rx-check": "adaptive", "native": 0,
            "vlans": ALL, "min-links": 1, "max-macs": 8192, "ageing": 300,
            "updelay": 0, "downdelay": 0, "rebalance-interval": 0})
        self.change("bond", bond, {"vlans": EVEN})
        self.change("bond", bond, {
            "vlans": [{"first": 9, "last": 20}, {"first": 1, "last": 10},
                      {"first": 21}]}, vlans=[{"first": 1, "last": 21}])
        self.change("bond", bond, {"vlans": ALL})
        self.change("bond", bond, {})

    def members(self):
        """Weight and state; a primary that goes."""
        bond = ifindex("bond")
        m0, m1 = ({"ifindex": ifindex(name)} for name in ("m0", "m1"))
        self.change("member", m0, {"weight": 256})
        received = self.get("member", m0).get("receiver")
        self.change("member", m0, {"admin-state": "drain"}, state="drain",
                    receiver=None)
        self.tap.equal("the other receives all", [
            self.get("member", m1)["receiver"]], [[{"first": 0}]])
        self.change("member", m0, {"admin-state": "up"}, state="up",
                    receiver=received)
        self.ynl.do("bond-set", {"ifindex": bond, "primary": m1["ifindex"]})
        self.ynl.do("member-del", m1)
        self.tap.equal("a primary that goes is none any more",
                       self.get("bond", {"ifindex": bond})["primary"], 0)
        reply = self.ynl.do("member-new", {"bond": bond, **m1, "weight": 9,
                                           "admin-state": "drain"})
        self.tap.equal("member-new", [reply[k] for k in (
            "bond", "ifindex", "ifname", "weight", "admin-state", "state")],
            [bond, m1["ifindex"], "m1", 9, "drain", "drain"])
        self.ynl.do("member-set", {**m1, "admin-state": "up", "weight": 1})

    def modes(self, port):
        """Each VLAN mode, and what is gone with the one before it."""
        some = [{"first": 4}, {"first": 8, "last": 10}]
        none = {"vid": None, "vlans": None, "native": None,
                "native-tagged": None, "dot1q": None}
        for attrs, also in (
                ({"vlan-mode": "access", "vid": 0}, {}),
                ({"vlan-mode": "access", "vid": 4094}, {}),
                ({"vlan-mode": "trunk", "vlans": some}, {}),
                ({"vlan-mode": "trunk", "vlans": some, "native": 8},
                 {"native-tagged": 0}),
                ({"vlan-mode": "trunk", "vlans": some, "native": 4,
                  "native-tagged": 1}, {}),
                ({"vlan-mode": "trunk", "vlans": EVEN}, {}),
                ({"vlan-mode": "trunk", "vlans": ALL}, {}),
                ({"vlan-mode": "tunnel", "vid": 5},
                 {"vlans": ALL, "dot1q": 0}),
                ({"vlan-mode": "tunnel", "vid": 5, "vlans": some,
                  "dot1q": 1}, {}),
                ({"vlan-mode": "none"}, {})):
            self.change("port", port, attrs, **{**none, **attrs, **also})

    def ports(self):
        """VLAN modes and guest policy, of a port and of the self port."""
        bond = ifindex("bond")
        for port in ({"ifindex": ifindex("p0")}, {"ifindex": bond}):
            self.modes(port)
            self.change("port", port, {"vlan-mode": "access", "vid": 12})
            for attr in ("priority-tags", "mac-lock", "isolated", "flood",
                         "standby"):
                self.change("port", port, {attr: 1})
            self.change("port", port, {"vlan-mode": "access", "vid": 13})
            for attr in ("priority-tags", "mac-lock", "isolated", "flood",
                         "standby"):
                self.change("port", port, {attr: 0})
            self.change("port", port, {"bum-limit": 10000000})
            self.change("port", port, {"bum-limit": 0, "max-macs": 7})
            self.change("port", port, {"max-macs": 256})
        self.change("port", {"ifindex": bond},
                    {"vlan-mode": "trunk", "vlans": ALL}, vid=None)

        dummies("p9")
        wanted = {"bond": bond, "ifindex": ifindex("p9"), "ifname": "p9",
                  "vlan-mode": "access", "vid": 3, "mac-lock": 1,
                  "max-macs": 4, "isolated": 1, "flood": 1, "bum-limit": 5,
                  "priority-tags": 1, "standby": 1}
        request = {k: v for k, v in wanted.items() if k != "ifname"}
        reply = self.ynl.do("port-new", request)
        self.tap.equal("port-new with every option", constant(reply), wanted)
        self.ynl.do("port-del", {"ifindex": ifindex("p9")})
        self.ynl.do("port-new", {"bond": bond, "ifindex": ifindex("p9")})
        self.tap.equal("a new port has no VLAN",
                       self.get("port", {"ifindex": ifindex("p9")})
                       ["vlan-mode"], "none")
        self.ynl.do("port-del", {"ifindex": ifindex("p9")})
        ip("link", "del", "p9")

    def stations(self):
        """A static one, its pin, and who survives a flush."""
        bond, m0, m1 = (ifindex(name) for name in ("bond", "m0", "m1"))
        p0 = ifindex("p0")
        key = {"bond": bond, "mac": mac(1), "vid": 13}
        reply = self.ynl.do("fdb-new", {**key, "port": p0})
        self.tap.equal("fdb-new", [reply[k] for k in (
            *key, "port", "state", "service")],
            [*key.values(), p0, "static", 0])
        self.tap.equal("its reply is what get says", constant(reply),
                       self.get("fdb", key))
        # From one to the other: where it is already, it was put by the bond.
        there = reply["member"]
        for member in (m0 + m1 - there, there):
            self.change("fdb", key, {"member": member}, manual=1,
                        wanted=member, **{"pin-cause": "manual"})
        self.ynl.do("fdb-set", {**key, "member": 0})
        got = self.get("fdb", key)
        self.tap.equal("the pin is the bond's again",
                       [got.get("manual"), got.get("wanted")], [0, None])
        self.ynl.do("fdb-flush", {"bond": bond})
        self.tap.equal("a flush spares it", self.get("fdb", key)["state"],
                       "static")
        self.ynl.do("fdb-del", key)
        self.tap.equal("fdb-del", refusal(self.ynl.do, "fdb-get", key)[0],
                       errno.ENOENT)
        self.ynl.do("port-set", {"ifindex": p0, "vlan-mode": "tunnel",
                                 "vid": 13})
        service = {**key, "service": 1}
        reply = self.ynl.do("fdb-new", {**service, "port": p0})
        self.tap.equal("a station on a service VLAN",
                       [reply["vid"], reply["service"]], [13, 1])
        customer = {**key, "service": 0}
        self.tap.equal("it is none of the customer VLAN",
                       refusal(self.ynl.do, "fdb-get", customer)[0],
                       errno.ENOENT)
        self.tap.equal("it is found by the number alone",
                       self.get("fdb", key)["service"], 1)
        self.ynl.do("fdb-del", service)

    def receivers(self):
        """Each VLAN in use has one receiver, others none."""
        p0 = ifindex("p0")
        vlans = list(range(100, 140)) + [4000]
        self.ynl.do("port-set", {
            "ifindex": p0, "vlan-mode": "trunk",
            "vlans": [{"first": 100, "last": 139}, {"first": 4000}]})
        got = [vid for member in self.ynl.dump("member-get", {})
               for span in member.get("receiver", [])
               for vid in range(span["first"],
                                span.get("last", span["first"]) + 1)]
        self.tap.equal("one receiver for each VLAN in use", sorted(got),
                       [0, *vlans])

    def filters(self):
        """Dumps of one bond, port or VLAN."""
        dummies("p8")
        two = self.ynl.do("bond-new", {"ifname": "two"})["ifindex"]
        bond, p0, p8 = (ifindex(name) for name in ("bond", "p0", "p8"))
        self.ynl.do("port-new", {"bond": two, "ifindex": p8, "vlans": ALL,
                                 "vlan-mode": "trunk"})
        for home, port, vid in ((bond, p0, 100), (bond, p0, 101),
                                (two, p8, 100), (two, two, 101)):
            self.ynl.do("fdb-new", {"bond": home, "mac": mac(vid),
                                    "vid": vid, "port": port})

        def found(what, attrs, *keys):
            return sorted(tuple(one[k] for k in keys)
                          for one in self.ynl.dump(what + "-get", attrs)
                          if one.get("state") != "local")
        self.tap.equal("bonds", found("bond", {}, "ifname"),
                       [("bond",), ("two",)])
        self.tap.equal("one bond", found("bond", {"ifindex": two}, "ifname"),
                       [("two",)])
        self.tap.equal("members of a bond", found(
            "member", {"bond": two}, "ifname"), [])
        self.tap.equal("ports of a bond", found(
            "port", {"bond": two}, "ifname"), [("p8",), ("two",)])
        self.tap.equal("stations of a bond", found(
            "fdb", {"bond": two}, "port", "vid"),
            sorted([(p8, 100), (two, 101)]))
        self.tap.equal("stations of a port", found(
            "fdb", {"port": p0}, "bond", "vid"), [(bond, 100), (bond, 101)])
        self.tap.equal("stations of a VLAN", found(
            "fdb", {"vid": 100}, "port"), sorted([(p0,), (p8,)]))
        self.tap.equal("stations of a bond on a VLAN", found(
            "fdb", {"bond": two, "vid": 101}, "port"), [(two,)])
        self.tap.equal("stations of a port on a VLAN it has none on", found(
            "fdb", {"port": p8, "vid": 101}, "port"), [])
        self.tap.equal("stations of a service VLAN", found(
            "fdb", {"vid": 100, "service": 1}, "port"), [])
        self.tap.equal("stations of a customer VLAN", found(
            "fdb", {"vid": 100, "service": 0}, "port"),
            sorted([(p0,), (p8,)]))
        self.ynl.do("bond-del", {"ifindex": two})
        ip("link", "del", "p8")
        for vid in (100, 101):
            self.ynl.do("fdb-del", {"bond": bond, "mac": mac(vid),
                                    "vid": vid})

    def many(self):
        """Dumps in many pieces miss nothing and say nothing twice."""
        bond, p0 = ifindex("bond"), ifindex("p0")
        self.ynl.do("port-set", {"ifindex": p0, "vlan-mode": "trunk",
                                 "max-macs": 3000, "vlans": EVEN})
        for number in range(500):
            self.ynl.do("fdb-new", {"bond": bond, "mac": mac(number),
                                    "vid": 2 + number % 40 * 2, "port": p0})
        got = [one["mac"] for one in self.ynl.dump("fdb-get", {"port": p0})]
        self.tap.equal("a dump of 500 stations", sorted(got),
                       [mac(number) for number in range(500)])
        self.tap.equal("a dump of 2047 ranges", [
            one["vlans"] for one in self.ynl.dump("port-get", {})
            if one["ifindex"] == p0], [EVEN])

    def interrupted(self):
        """A dump says so if something changed before its end."""
        bond = ifindex("bond")
        names = [f"q{number}" for number in range(60)]
        dummies(*names)
        for name in names:
            self.ynl.do("port-new", {"bond": bond,
                                     "ifindex": ifindex(name)})
        self.ynl.do("port-set", {"ifindex": ifindex("p0"), "vlans": ALL,
                                 "vlan-mode": "trunk"})

        def change_bond():
            self.ynl.do("bond-set", {"ifindex": bond, "ageing": 301})

        def change_fdb():
            self.ynl.do("fdb-del", {"bond": bond, "mac": mac(5), "vid": 12})
        for what in ("port", "fdb"):
            self.tap.equal(f"a dump of {what} with no change",
                           self.dump_meanwhile(what, lambda: None), False)
            self.tap.equal(f"a dump of {what} with a change of the bond",
                           self.dump_meanwhile(what, change_bond), True)
        self.tap.equal("a dump of fdb with a station less",
                       self.dump_meanwhile("fdb", change_fdb), True)

    def dump_meanwhile(self, what, change):
        """Dump, make a change after the first message; interrupted?

        Reads are short so that messages are, for the kernel is always one
        ahead: the change must come before the last but one.
        """
        operation = self.ynl.ops[what + "-get"]
        request = struct.pack("=LHHLLBBH", 20, self.ynl.nlproto.family_id,
                              NLM_F_REQUEST | NLM_F_DUMP, 1, 0,
                              operation.req_value, 1, 0)
        flags = 0
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                           NETLINK_GENERIC) as sock:
            sock.send(request)
            while True:
                reply = sock.recv(8192)
                while reply:
                    size, kind, more = struct.unpack_from("=LHH", reply)
                    flags |= more
                    if kind == NLMSG_DONE:
                        return bool(flags & NLM_F_DUMP_INTR)
                    reply = reply[(size + 3) & ~3:]
                change()
                change = int


def main():
    """All of them, in a network namespace of its own."""
    tap = Tap()
    ynl = family()
    dummies("m0", "m1", "p0")
    ynl.do("bond-new", {"ifname": "bond", "rebalance-interval": 0})
    ip("link", "set", "bond", "up")
    for name in ("m0", "m1"):
        ynl.do("member-new", {"bond": ifindex("bond"),
                              "ifindex": ifindex(name)})
    ynl.do("port-new", {"bond": ifindex("bond"), "ifindex": ifindex("p0")})
    tests = Objects(tap, ynl)
    for test in (tests.bonds, tests.members, tests.ports, tests.stations,
                 tests.receivers, tests.filters, tests.many,
                 tests.interrupted):
        test()
    tap.end()


main()
