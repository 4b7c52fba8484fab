# SPDX-License-Identifier: GPL-2.0
"""The switches that are compared, each kind in a namespace of its own."""

import os
import time

from netns import Netns, batch, counter, ip, read, run, wait_for, write
from pktgen import mac

# The address beyond the uplink, and the VLAN
FAR = 0xff00000001
VID = 100
# The node itself is elsewhere: it would get a copy of what is broadcast.
NODE_VID = 1
ACCESS = f"access {VID}"
TRUNK = f"trunk {VID}"
TRUNK_ALL = "trunk 1-4094"


class Switch:
    """A switch with two members; several share a namespace.

    Frames go from p0 and p1 to the uplink, from m0 to p2 and m1 to p3, from
    p4 to p5 and p6 to p7, whatever other ports there are.
    """

    count = 0

    def __init__(self, name, vlans):
        Switch.count += 1
        self.number = Switch.count
        self.name = name
        self.members = [f"{name}m0", f"{name}m1"]
        # VLANs as vmbondctl takes them, by port
        self.ports = {f"{name}p{i}": words for i, words in enumerate(vlans)}

    def port(self, number):
        """The name of a port."""
        return f"{self.name}p{number}"

    def some_ports(self, first, last):
        """The ports of these numbers, and their VLANs."""
        return dict(list(self.ports.items())[first:last])

    def station(self, port):
        """The first of the addresses behind a port."""
        return self.number << 24 | port << 16

    def add_devices(self, kind="dummy"):
        """Make the devices it is to be made of."""
        ip(*(f"link add {dev} up type {kind}"
             for dev in [*self.members, *self.ports]))

    def redirects(self):
        """What does the work of this switch without one, see floor.c."""
        m0, m1 = self.members
        p = [self.port(i) for i in range(8)]
        push, pop = (VID, 0) if self.ports[p[0]] == ACCESS else (-1, -1)
        return (f"{p[0]} src {push} {m0} {m1}", f"{p[1]} src {push} {m0} {m1}",
                f"{m0} dst {pop} {p[2]}", f"{m1} dst {pop} {p[3]}",
                f"{p[4]} dst -1 {p[5]}", f"{p[6]} dst -1 {p[7]}")


class Path:
    """A kind of switch."""

    name = ""

    def __init__(self):
        self.netns = Netns(self.name)

    def start(self):
        """Start what the switches need."""

    def stop(self):
        """And stop it."""

    def daemons(self):
        """The processes it has."""
        return []

    def build(self, switch):
        """Make a switch of devices that are there."""
        self.create(switch)
        self.attach(switch)

    def create(self, switch):
        """The switch and its uplink."""

    def attach(self, switch, first=0, last=None):
        """Its ports, or some of them."""

    def pin(self, switch, macs, member):
        """Have frames for these come by a member, if it minds which."""

    def settle(self, switch):
        """Wait until it has done what comes of learning."""

    def retire(self, switch):
        """It will not be used again: take it away if it is a burden."""


class Floor(Path):
    """No switch."""

    name = "floor"

    def build(self, switch):
        for words in switch.redirects():
            write("/sys/module/floor/parameters/redirect", words)


class Bridge(Path):
    """The kernel's bridge over its bonding driver."""

    name = "bridge"

    def create(self, switch):
        bond, bridge = f"{switch.name}-bond", f"{switch.name}-br"
        ip(f"link add {bond} type bond mode balance-xor miimon 100"
           " xmit_hash_policy vlan+srcmac",
           f"link add {bridge} type bridge vlan_filtering 1"
           " vlan_default_pvid 0 ageing_time 360000",
           *(line for dev in switch.members for line in
             (f"link set {dev} down", f"link set {dev} master {bond}")),
           f"link set {bond} up master {bridge}",
           f"link set {bridge} up")
        self._vlans({bond: TRUNK_ALL})

    def attach(self, switch, first=0, last=None):
        ports = switch.some_ports(first, last)
        ip(*(f"link set {dev} master {switch.name}-br" for dev in ports))
        self._vlans(ports)

    @staticmethod
    def _vlans(ports):
        lines = []
        for dev, words in ports.items():
            mode, vids = words.split()
            flags = "pvid untagged" if mode == "access" else ""
            lines.append(f"vlan add dev {dev} vid {vids} {flags}")
        batch("bridge", "-batch", "-", lines=lines)


class NetworkManager(Bridge):
    """The same with the rules that NetworkManager sets for balance-slb."""

    name = "nm"

    def create(self, switch):
        super().create(switch)
        bond = f"{switch.name}-bond"
        primary, other = switch.members
        run("nft", "-f", "-", text=f"""
            table netdev {bond} {{
                set tagged {{
                    typeof ether saddr . vlan id
                    flags dynamic, timeout
                }}
                set untagged {{
                    typeof ether saddr
                    flags dynamic, timeout
                }}
                chain one-receiver {{
                    type filter hook ingress device {other} priority filter
                    pkttype {{ broadcast, multicast }} drop
                }}
                chain snoop {{
                    type filter hook egress device {bond} priority filter
                    update @tagged {{ ether saddr . vlan id timeout 5s }} return
                    update @untagged {{ ether saddr timeout 5s }}
                }}
                chain reflected {{
                    type filter hook ingress device {bond} priority filter
                    ether saddr . vlan id @tagged drop
                    ether type vlan return
                    ether saddr @untagged drop
                }}
                chain reports {{
                    type filter hook egress device {other} priority filter
                    igmp type {{ 0x12, 0x16, 0x22 }} fwd to {primary}
                    icmpv6 type {{ 131, 143 }} fwd to {primary}
                }}
            }}""")


class OpenVSwitch(Path):
    """Open vSwitch with a balance-slb bond, in the kernel's datapath."""

    name = "ovs"
    rundir = "/run/openvswitch"

    def start(self):
        rundir = self.rundir
        os.makedirs(rundir, exist_ok=True)
        # Before that it counts no CPUs and starts no handlers.
        wait_for("10 s of uptime", lambda: time.monotonic() > 10)
        run("ovsdb-tool", "create", f"{rundir}/conf.db",
            "/usr/share/openvswitch/vswitch.ovsschema")
        options = ["--detach", "--pidfile", "--no-chdir",
                   "--log-file=/dev/null"]
        run("ovsdb-server", f"{rundir}/conf.db",
            f"--remote=punix:{rundir}/db.sock", *options)
        run("ovs-vsctl", "--no-wait", "init")
        run("ovs-vswitchd", *options)
        # Flows shall not expire while others are measured.
        self._vsctl("set Open_vSwitch . other_config:max-idle=3600000")

    def stop(self):
        run("ovs-appctl", "-t", "ovs-vswitchd", "exit", "--cleanup")
        run("ovs-appctl", "-t", "ovsdb-server", "exit")

    def daemons(self):
        return [int(read(f"{self.rundir}/{name}.pid"))
                for name in ("ovs-vswitchd", "ovsdb-server")]

    def create(self, switch):
        bridge = f"{switch.name}-br"
        self._vsctl(f"add-br {bridge} -- set bridge {bridge}"
                    " other_config:mac-table-size=20000"
                    " other_config:mac-aging-time=3600"
                    f" -- set port {bridge} tag={NODE_VID}"
                    f" -- add-bond {bridge} {switch.name}-bond"
                    f" {' '.join(switch.members)} bond_mode=balance-slb")

    def attach(self, switch, first=0, last=None):
        commands = []
        for dev, words in switch.some_ports(first, last).items():
            mode, vids = words.split()
            vlans = f"tag={vids}" if mode == "access" else f"trunks={vids}"
            # No list is all of them.
            commands.append(f"add-port {switch.name}-br {dev} "
                            f"{'' if words == TRUNK_ALL else vlans}")
        self._vsctl(" -- ".join(commands))

    def retire(self, switch):
        # With some 10,000 flows the daemon begins to throw them away.
        self._vsctl(f"del-br {switch.name}-br")

    @staticmethod
    def _vsctl(words):
        run("ovs-vsctl", *words.split())


class Vmbond(Path):
    """This."""

    name = "vmbond"

    def create(self, switch):
        bond = f"{switch.name}-br"
        self._ctl([f"bond add {bond} max-macs 9000",
                   f"port set {bond} access {NODE_VID}",
                   *(f"member add {bond} {dev}" for dev in switch.members)])
        ip(f"link set {bond} up")

    def attach(self, switch, first=0, last=None):
        self._ctl(f"port add {switch.name}-br {dev} {words} max-macs 9000"
                  for dev, words in
                  switch.some_ports(first, last).items())

    def pin(self, switch, macs, member):
        self._ctl(f"fdb pin {switch.name}-br {mac(number)} vlan {VID}"
                  f" member {member}" for number in macs)

    def settle(self, switch):
        # Thousands of stations take a while to be announced.
        def quiet():
            before = counter(switch.members, "tx_packets")
            time.sleep(2)
            return counter(switch.members, "tx_packets") == before

        wait_for("the announcements to end", quiet, 60)

    @staticmethod
    def _ctl(lines):
        batch("vmbondctl", "-b", "-", lines=lines)


PATHS = {path.name: path for path in
         (Floor, Bridge, NetworkManager, OpenVSwitch, Vmbond)}
