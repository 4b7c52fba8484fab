#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Make of the samples what people want to see.

report.py [--quick] [--json FILE] [--chart FILE] SAMPLES...

SAMPLES is a file of each boot. Prints tables and checks the targets; with
--quick, only that nothing is far off. The exit status is 1 if a target is
missed.
"""

import argparse
import json
import os
import sys
import time
from statistics import median, quantiles

import chart
import targets

PATHS = {"floor": "floor", "bridge": "bridge+bond", "nm": "nm", "ovs": "ovs",
         "vmbond": "vmbond"}
FAILOVER_RATE = 20000


def spread(samples):
    """Half the distance between the quartiles."""
    if len(samples) < 2:
        return 0
    low, _, high = quantiles(samples, n=4, method="inclusive")
    return (high - low) / 2


def digest_frames(workloads):
    """Medians, and what is above the floor in the same round."""
    result = {}
    for name, paths in workloads.items():
        cost = {path: [max(sample["ns"]) for sample in samples]
                for path, samples in paths.items()}
        rate = {path: [sum(1 / ns for ns in sample["ns"])
                       for sample in samples]
                for path, samples in paths.items()}
        result[name] = {}
        for path, samples in paths.items():
            row = {"ns": median(cost[path]), "spread": spread(cost[path]),
                   "least": min(cost[path]),
                   "mpps": 1e3 * median(rate[path]),
                   "sent": sum(s["sent"] for s in samples),
                   "arrived": sum(s["arrived"] for s in samples),
                   "samples": [s["ns"] for s in samples]}
            if "floor" in paths:
                above = [ns - floor for ns, floor in
                         zip(cost[path], cost["floor"])]
                row |= {"above": median(above), "above_spread": spread(above),
                        "ratio": median(ns / floor for ns, floor in
                                        zip(cost[path], cost["floor"]))}
            result[name][path] = row
    return result


def digest_failover(cases):
    """Frames lost, and the time that is at the rate they were sent at."""
    return {name: {path: {"lost": median(lost), "most": max(lost),
                          "outage_us": median(lost) * 1e6 / FAILOVER_RATE,
                          "samples": lost}
                   for path, lost in paths.items()}
            for name, paths in cases.items()}


def merge(parts):
    """One set of samples of those of several boots; what is not in all of
    them is in none."""
    if isinstance(parts[0], list):
        return [sample for part in parts for sample in part]
    return {key: merge([part[key] for part in parts])
            for key in parts[0] if all(key in part for part in parts)}


def medians(samples):
    """Of each figure in them."""
    return {key: median(sample[key] for sample in samples)
            for key in samples[0]}


def digest(boots):
    """Everything, with the samples it comes from."""
    result = {"when": time.strftime("%Y-%m-%d"), "machine": machine(),
              "boots": len(boots)}
    result |= {key: boots[0][key]
               for key in ("paths", "workloads", "rounds", "kernel", "ovs")}
    raw = merge([boot["samples"] for boot in boots])
    result["frames"] = digest_frames(raw["frames"])
    result["failover"] = digest_failover(raw["failover"])
    if "gso" in raw:
        result["gso"] = {path: medians(samples)
                         for path, samples in raw["gso"].items()}
    if "memory" in raw:
        result["memory"] = {path: medians(samples)
                            for path, samples in raw["memory"].items()}
    if "startup" in raw:
        result["startup"] = {path: median(samples) for path, samples
                             in raw["startup"].items()}
    return result


def machine():
    """What it ran on."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file
                      if line.startswith("model name")), "unknown CPU")
    return f"{model}, {os.cpu_count()} CPUs"


def table(title, rows, paths, cell):
    """Print a table: what cell() makes of each row and path."""
    if not rows:
        return
    print(f"\n{title}\n")
    print(f"  {'':24}" + "".join(f"{PATHS[p]:>15}" for p in paths))
    for name, row in rows.items():
        print(f"  {name:24}" + "".join(
            f"{cell(row[p]) if p in row else '':>15}" for p in paths))


def show(result):
    """Print it all."""
    frames = result["frames"]
    single = {name: row for name, row in frames.items()
              if "floor" in row and "cpus" not in name}
    double = {name: row for name, row in frames.items() if "cpus" in name}
    many = {name: row for name, row in frames.items() if "floor" not in row}
    measured = result["paths"]
    switches = [p for p in measured if p != "floor"]

    print(f"{result['machine']}; Linux {result['kernel']}, Open vSwitch "
          f"{result['ovs']}; medians of {result['boots']} boots of "
          f"{result['rounds']} rounds")
    table("A frame's cost in ns; of the switches, what is above the floor",
          single, measured, lambda c: f"{c['above']:.0f} ±"
          f"{c['above_spread']:.0f}" if c["above"] else f"{c['ns']:.0f} ±"
          f"{c['spread']:.0f}")
    table("A broadcast's cost in ns", many, switches,
          lambda c: f"{c['ns']:.0f} ±{c['spread']:.0f}")
    table("Two CPUs, million frames/s", double, measured,
          lambda c: f"{c['mpps']:.2f}")
    table("Failover at 20,000 frames/s: frames lost", result["failover"],
          switches, lambda c: f"{c['lost']:.0f}")
    table("Microseconds that is", result["failover"], switches,
          lambda c: f"{c['outage_us']:.0f}")
    if "gso" in result:
        table("A TCP stream from a VM", {
            key: {p: {"value": row[key]} for p, row in result["gso"].items()}
            for key in ("gbps", "frame_bytes", "split")}, measured,
            lambda c: f"{c['value']:.5g}")
    if "memory" in result:
        table("Memory in bytes", {
            f"a {key}": {p: row[key] for p, row in result["memory"].items()}
            for key in ("port", "station")}, switches, lambda c: f"{c:.0f}")
    if "startup" in result:
        table("Seconds until it is there", {"200 ports": result["startup"]},
              switches, lambda c: f"{c:.2f}")
    lost = [(name, path, row["sent"] - row["arrived"])
            for name, paths in frames.items() for path, row in paths.items()
            if row["sent"] != row["arrived"]]
    for name, path, count in lost:
        print(f"\n  beware: {name} by {path} lost {count} frames")


def main():
    """See above."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--chart")
    parser.add_argument("samples", nargs="+")
    args = parser.parse_args()

    boots = []
    for name in args.samples:
        with open(name, encoding="ascii") as file:
            boots.append(json.load(file))
    result = digest(boots)
    show(result)
    result["targets"] = (targets.guard if args.quick else targets.check)(result)
    print("\nGuard" if args.quick else "\nTargets", end="\n\n")
    for target in result["targets"]:
        print(f"  {'met' if target['met'] else 'missed':8}{target['what']}: "
              f"{target['value']} (limit {target['limit']})")
    if args.json:
        with open(args.json, "w", encoding="ascii") as file:
            json.dump(result, file, indent=1)
    if args.chart:
        chart.draw(result, args.chart)
    sys.exit(not all(target["met"] for target in result["targets"]))


if __name__ == "__main__":
    main()
