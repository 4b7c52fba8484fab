# SPDX-License-Identifier: GPL-2.0
"""What is promised, and whether it was kept."""

WAYS = ("out", "in", "across")


class Targets:
    """Collects them; what was not measured is left out."""

    def __init__(self, result):
        self.frames = result["frames"]
        self.failover = result["failover"]
        self.gso = result.get("gso", {})
        self.found = []

    def most(self, what, value, limit):
        """The value should not be above the limit."""
        self._add(what, value, limit, value <= limit)

    def least(self, what, value, limit):
        """Nor below it."""
        self._add(what, value, limit, value >= limit)

    def _add(self, what, value, limit, met):
        self.found.append({"what": what, "value": f"{value:.4g}",
                           "limit": f"{limit:.4g}", "met": met})

    def measured(self, workload, *paths):
        """Whether there are figures of all these."""
        return all(path in self.frames.get(workload, {}) for path in paths)

    def share(self, way, other, share):
        """Of the other's cost above the floor."""
        if self.measured(way, "floor", "vmbond", other):
            above = {path: self.frames[way][path]["above"]
                     for path in ("vmbond", other)}
            self.most(f"{way}: ns above the floor, 1/{share} of {other}'s",
                      above["vmbond"], above[other] / share)

    def growth(self, workload, plain, limit):
        """A frame's cost there by that here, both by the floor's."""
        if self.measured(workload, "vmbond") and self.measured(plain, "vmbond"):
            key = "ratio" if self.measured(plain, "floor") else "ns"
            self.most(f"{workload} by {plain}",
                      self.frames[workload]["vmbond"][key] /
                      self.frames[plain]["vmbond"][key], limit)

    def scaling(self, way, limit):
        """What two CPUs do by what one does, and what the machine allows."""
        double = f"{way}-2-cpus"
        if self.measured(double, "vmbond") and self.measured(way, "vmbond"):
            by = {path: self.frames[double][path]["mpps"] /
                  self.frames[way][path]["mpps"]
                  for path in ("floor", "vmbond") if self.measured(way, path)}
            self.least(f"{way}: frames of two CPUs for one of one"
                       f" (the floor: {by.get('floor', 0):.2f})",
                       by["vmbond"], limit)

    def arrived(self, workload):
        """All of its frames, and once."""
        row = self.frames.get(workload, {}).get("vmbond")
        self.most(f"{workload}: frames lost or too many",
                  abs(row["sent"] - row["arrived"]) if row else float("nan"),
                  0)

    def whole(self):
        """GSO frames."""
        if "vmbond" in self.gso:
            self.most("gso: frames at the member for one at the port",
                      self.gso["vmbond"]["split"], 1)
            self.least("gso: bytes a frame", self.gso["vmbond"]["frame_bytes"],
                       20000)


def check(result):
    """The targets."""
    t = Targets(result)
    for way in "out", "in":
        t.share(way, "ovs", 3)
        t.share(way, "bridge", 6)
    t.share("across", "ovs", 6)
    t.share("across", "bridge", 2)
    for way in WAYS:
        t.growth(f"{way}-1000-ports", way, 1.1)
        t.growth(f"{way}-8192-stations", way, 1.1)
        t.growth(f"{way}-4094-vlans", f"{way}-tagged", 1.1)
    t.growth("broadcast-64-of-1000", "broadcast-64-of-64", 1.1)
    for way in WAYS:
        t.scaling(way, 1.9)
    t.whole()
    for case, paths in t.failover.items():
        peers = [row["lost"] for path, row in paths.items()
                 if path != "vmbond"]
        if "vmbond" in paths and peers:
            t.most(f"{case}: frames lost, fewer than any peer",
                   paths["vmbond"]["lost"], min(peers) - 1)
    return t.found


def guard(result):
    """The same, loosely: what a change of the code can break, not what a busy
    machine can. The least that a frame took is what the code needs; all that
    comes on top is the machine's."""
    t = Targets(result)

    def least(workload, path):
        return t.frames[workload][path]["least"]

    def growth(workload, plain, path="vmbond"):
        if t.measured(workload, "vmbond") and t.measured(plain, path):
            t.most(f"{workload} by {plain} of {path}: least cost",
                   least(workload, "vmbond") / least(plain, path), 1.25)

    for workload in result["workloads"]:
        t.arrived(workload)
    for way in WAYS:
        growth(way, way, "floor")
        growth(f"{way}-1000-ports", way)
    growth("broadcast-64-of-1000", "broadcast-64-of-64")
    t.whole()
    return t.found
