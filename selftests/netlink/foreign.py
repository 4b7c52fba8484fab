# SPDX-License-Identifier: GPL-2.0
"""Devices and bonds of another namespace are as good as none.

OTHER is a namespace that has a bond, a member and a port of numbers that this
one does not have.
"""

import errno

from family import Tap, dummies, family, ifindex, ip, refusal, state

BOND, MEMBER, PORT = 4711, 4712, 4713
MAC = bytes.fromhex("020000000011")


def requests():
    """Everything that names a device, each with what is not of this
    namespace, beside what is."""
    own = ifindex("br-own")
    spare = ifindex("spare")
    return [
        ("bond-set", {"ifindex": BOND, "updelay": 1}),
        ("bond-del", {"ifindex": BOND}),
        ("bond-get", {"ifindex": BOND}),
        ("bond-rebalance", {"bond": BOND}),
        ("member-new", {"bond": BOND, "ifindex": spare}),
        ("member-new", {"bond": own, "ifindex": MEMBER}),
        ("member-set", {"ifindex": MEMBER, "weight": 2}),
        ("member-del", {"ifindex": MEMBER}),
        ("member-get", {"ifindex": MEMBER}),
        ("port-new", {"bond": BOND, "ifindex": spare}),
        ("port-new", {"bond": own, "ifindex": PORT}),
        ("port-set", {"ifindex": PORT, "isolated": 1}),
        ("port-del", {"ifindex": PORT}),
        ("port-get", {"ifindex": PORT}),
        ("fdb-new", {"bond": own, "mac": MAC, "vid": 1, "port": PORT}),
        ("fdb-new", {"bond": BOND, "mac": MAC, "vid": 1, "port": PORT}),
        ("fdb-del", {"bond": BOND, "mac": MAC, "vid": 1}),
        ("fdb-get", {"bond": BOND, "mac": MAC, "vid": 1}),
        ("fdb-flush", {"bond": BOND}),
    ]


def main():
    """All of it."""
    tap = Tap()
    ynl = family()
    dummies("spare")
    ip("link", "add", "br-own", "type", "vmbond")
    before = state(ynl)
    for operation, attrs in requests():
        got = refusal(ynl.do, operation, attrs) or [0]
        tap.result(f"{operation} {attrs}", got[0] not in
                   (errno.ENODEV, errno.ENOENT) and f"got {got}")
    tap.equal("nothing changed here", state(ynl), before)
    tap.equal("the dumps show what is of this namespace only",
              [one["ifname"] for one in ynl.dump("bond-get", {})],
              ["br-own"])
    tap.end()


main()
