#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Runs in the machine: measure, and leave the samples in a file.

measure.py MODULES OUTPUT ROUNDS PATH,... WORKLOAD,...

WORKLOAD may be a pattern as the shell knows them.
"""

import fnmatch
import json
import os
import platform
import sys

import cost
import failover
import frames
import gso
from netns import run, say
from paths import PATHS

WORKLOADS = [*frames.WORKLOADS, "gso", *failover.CASES, "memory", "startup"]


def choose(patterns):
    """The workloads that are meant."""
    chosen = []
    for pattern in patterns.split(","):
        found = fnmatch.filter(WORKLOADS, pattern)
        if not found:
            sys.exit(f"no such workload: {pattern}\nthere are: "
                     f"{' '.join(WORKLOADS)}")
        chosen += found
    return chosen


def measure(paths, chosen, rounds):
    """All that was asked for."""
    switches = [path for path in paths if path.name != "floor"]
    few = min(rounds, 7)
    results = {"frames": frames.measure(paths, chosen, rounds),
               "failover": failover.measure(switches, chosen, few)}
    if "gso" in chosen:
        results["gso"] = gso.measure(paths, few)
    if "startup" in chosen:
        results["startup"] = cost.startup(switches, min(few, 3))
    if "memory" in chosen:
        results["memory"] = cost.memory(switches)
    return results


def main():
    """See above."""
    modules, output, rounds, names, patterns = sys.argv[1:]
    chosen = choose(patterns)
    # The second CPU, so that the first is the generator's.
    os.sched_setaffinity(0, {1})
    run("modprobe", "-a", "bonding", "dummy", "openvswitch", "pktgen",
        "vmbond")
    for name in "floor", "sink":
        run("insmod", f"{modules}/{name}.ko")

    paths = [PATHS[name]() for name in names.split(",")]
    for path in paths:
        with path.netns.entered():
            path.start()
    try:
        results = measure(paths, chosen, int(rounds))
    finally:
        for path in paths:
            with path.netns.entered():
                path.stop()
    results = {"samples": results, "paths": names.split(","),
               "workloads": [w for w in frames.WORKLOADS if w in chosen],
               "rounds": int(rounds), "kernel": platform.release(),
               "ovs": run("ovs-vswitchd", "--version").split()[3]}
    with open(output, "w", encoding="ascii") as file:
        json.dump(results, file)


if __name__ == "__main__":
    main()
