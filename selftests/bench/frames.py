# SPDX-License-Identifier: GPL-2.0
"""What a frame costs: the time from its arrival until the next one's."""

from dataclasses import dataclass

from netns import counter, say
from paths import ACCESS, FAR, TRUNK, TRUNK_ALL, VID, Switch
from pktgen import Pktgen, Source

BROADCAST = 0xfdffffffffff
# The host takes the CPU away now and then, or the other CPU the memory: so a
# round is some bursts, of which the fastest counts.
BURSTS = 5
BURST_NS = 15e6


@dataclass
class Workload:
    """Frames of one kind through one switch, from one CPU or more."""

    name: str
    sources: list
    sinks: list
    copies: int = 1

    def prepare(self, path):
        """Have everything learned; return how many frames make a burst."""
        with path.netns.entered(), Pktgen(self.sources) as pktgen:
            return max(int(BURST_NS / self._learn(pktgen, path)), 1000)

    def measure(self, path, count):
        """One round: nanoseconds a frame from each source, and counts."""
        with path.netns.entered(), Pktgen(self.sources) as pktgen:
            for _ in range(3):
                bursts = [self._send(pktgen, count) for _ in range(BURSTS)]
                if all(b["arrived"] == b["sent"] for b in bursts):
                    break
                # Something was forgotten, or the machine was too busy.
                self._learn(pktgen, path)
            return {"ns": min((b["ns"] for b in bursts), key=max),
                    "sent": sum(b["sent"] for b in bursts),
                    "arrived": sum(b["arrived"] for b in bursts)}

    def _learn(self, pktgen, path):
        most = max(max(s.n_src, s.n_dst) for s in self.sources)
        for _ in range(200):
            sample = self._send(pktgen, max(4 * most, 2000))
            if sample["arrived"] == sample["sent"]:
                return max(sample["ns"])
        raise RuntimeError(f"{self.name} by {path.name}: of {sample['sent']} "
                           f"frames {sample['arrived']} arrived")

    def _send(self, pktgen, count):
        before = counter(self.sinks, "tx_packets")
        ns = pktgen.send(count)
        return {"ns": ns, "sent": count * len(ns) * self.copies,
                "arrived": counter(self.sinks, "tx_packets") - before}


class Scenario:
    """A switch of some size, and what is sent through it.

    ways: "out" from a VM to the uplink, "in" from the uplink to a VM and
    "across" from VM to VM.
    """

    ways = ("out", "in", "across")

    def __init__(self, suffix, switch, ways=ways, stations=16, cpus=1):
        self.suffix = suffix
        self.switch = switch
        self.ways = ways
        self.stations = stations
        self.cpus = cpus
        self.vid = 0 if switch.ports[switch.port(0)] == ACCESS else VID

    def _flows(self, way):
        """Pairs of a source and its sinks, one for each CPU."""
        s, n, vid = self.switch, self.stations, self.vid
        if way == "out":
            return [(Source(s.port(p), s.station(p), FAR, n_src=n, vid=vid),
                     s.members) for p in (0, 1)]
        if way == "in":
            return [(Source(m, FAR, s.station(p), n_dst=n, vid=VID),
                     [s.port(p)]) for m, p in zip(s.members, (2, 3))]
        return [(Source(s.port(p), s.station(p), s.station(p + 1), n_src=n,
                        vid=vid), [s.port(p + 1)]) for p in (4, 6)]

    def workloads(self, cpus=1):
        """The ways, from so many CPUs at once."""
        suffix = self.suffix + ("" if cpus == 1 else f"-{cpus}-cpus")
        for way in self.ways:
            flows = self._flows(way)[:cpus]
            yield Workload(way + suffix, [source for source, _ in flows],
                           sorted({dev for _, to in flows for dev in to}))

    def build(self, path):
        """Make the switch, and have it know who is where."""
        s = self.switch
        with path.netns.entered():
            s.add_devices()
            path.build(s)
            if "in" in self.ways:
                for p, member in zip((2, 3)[:self.cpus], s.members):
                    first = s.station(p)
                    self._show(s.port(p), first, self.stations, self.vid)
                    path.pin(s, range(first, first + self.stations), member)
            if "across" in self.ways:
                for p in (5, 7)[:self.cpus]:
                    self._show(s.port(p), s.station(p), 1, self.vid)
            self._show(s.members[0], FAR, 1, VID)

    def _show(self, dev, first, n, vid):
        to = self.switch.station(0)
        with Pktgen([Source(dev, first, to, n_src=n, vid=vid)]) as pktgen:
            pktgen.send(2 * n)


def broadcast(scenario, suffix, vlan):
    """From one port to all others of its VLAN, and to the uplink."""
    s = scenario.switch
    ports = [dev for dev, words in s.ports.items() if words == vlan]
    number = list(s.ports).index(ports[0])
    return Workload(f"broadcast-{len(ports) - 1}{suffix}",
                    [Source(ports[0], s.station(number), BROADCAST)],
                    ports[1:] + s.members, len(ports))


def plan():
    """What there is to measure: phases of pairs of a scenario and its
    workloads. What is in one phase is measured in turns."""
    plain = Scenario("", Switch("a", [ACCESS] * 8), cpus=2)
    many = Scenario("-1000-ports", Switch(
        "b", [ACCESS] * 932 + ["access 102"] * 3 + ["access 164"] * 65))
    few = Scenario("-64-ports", Switch("c", ["access 164"] * 65), ways=())
    tagged = Scenario("-tagged", Switch("d", [TRUNK] * 8))
    vlans = Scenario("-4094-vlans", Switch("e", [TRUNK_ALL] * 8))
    # A bond has 8192 stations, so each way gets one of its own.
    stations = [Scenario("-8192-stations", Switch(name, [ACCESS] * 8), (way,),
                         8192) for name, way in zip("fgh", Scenario.ways)]
    return [
        [(plain, [*plain.workloads(), *plain.workloads(cpus=2)]),
         (many, [*many.workloads(), broadcast(many, "-of-1000", "access 102"),
                 broadcast(many, "-of-1000", "access 164")]),
         (few, [broadcast(few, "-of-64", "access 164")]),
         (tagged, [*tagged.workloads()]), (vlans, [*vlans.workloads()])],
        *([(s, [*s.workloads()])] for s in stations),
    ]


def build(paths, scenario, workloads):
    """Make switches of all kinds; return what to measure in a round."""
    for path in paths:
        say(f"building switch {scenario.switch.name} of {path.name}")
        scenario.build(path)
    steps = []
    for workload in workloads:
        for path in paths:
            # The floor makes no copies.
            if workload.copies > 1 and path.name == "floor":
                continue
            try:
                steps.append((workload, path, workload.prepare(path)))
            except RuntimeError as error:
                # on a busy machine, with many flows
                if path.name != "ovs":
                    raise
                say(f"left out: {error}")
    for path in paths:
        with path.netns.entered():
            path.settle(scenario.switch)
    return steps


def measure(paths, chosen, rounds):
    """Measure the chosen workloads; samples by workload and path."""
    results = {}
    for phase in plan():
        phase = [(s, [w for w in workloads if w.name in chosen])
                 for s, workloads in phase]
        phase = [(s, workloads) for s, workloads in phase if workloads]
        steps = [step for scenario, workloads in phase
                 for step in build(paths, scenario, workloads)]
        for number in range(rounds if steps else 0):
            say(f"frames: round {number + 1} of {rounds}")
            for workload, path, count in steps:
                results.setdefault(workload.name, {}).setdefault(
                    path.name, []).append(workload.measure(path, count))
        for scenario, _ in phase:
            for path in paths:
                with path.netns.entered():
                    path.retire(scenario.switch)
    return results


WORKLOADS = [w.name for phase in plan() for _, workloads in phase
             for w in workloads]
