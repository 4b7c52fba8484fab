# SPDX-License-Identifier: GPL-2.0
"""The chart: what a frame costs, and what a failover does."""

import os
import subprocess
import tempfile

PATHS = ("bridge", "nm", "ovs", "vmbond")
WAYS = ("out", "in", "across")
CASES = ("failover-peer-down", "failover-carrier-off", "failover-late-event")


def rows(groups, value, text):
    """Lines for gnuplot: position, value, label; a block for each path."""
    for number, path in enumerate(PATHS):
        for group, cells in enumerate(groups):
            if path in cells:
                yield (f"{group * (len(PATHS) + 1.5) + number} "
                       f"{value(cells[path])} \"{text(cells[path])}\"")
        yield "\n"


def outage(cell):
    """In milliseconds, with two digits."""
    ms = cell["outage_us"] / 1000
    return f"{ms:.0f}" if ms >= 10 else f"{ms:.2g}"


def draw(result, output):
    """Write the chart, as SVG."""
    here = os.path.dirname(os.path.abspath(__file__))
    cost = [result["frames"].get(way, {}) for way in WAYS]
    failover = [result["failover"].get(case, {}) for case in CASES]
    if not all(cost) or not all(failover):
        print(f"\n  {output} needs all paths, {' '.join(WAYS + CASES)}")
        return
    with tempfile.TemporaryDirectory() as tmp:
        for name, lines in (
                ("cost", rows(cost, lambda c: c["above"],
                              lambda c: f"{c['above']:.0f}")),
                ("failover", rows(failover,
                                  lambda c: max(c["outage_us"] / 1000, 0.02),
                                  outage))):
            with open(f"{tmp}/{name}", "w", encoding="ascii") as file:
                file.write("\n".join(lines))
        subprocess.run(
            ["gnuplot", "-e", f"dir='{tmp}'; out='{output}'; note="
             f"'{result['machine']}, Linux {result['kernel']}, Open vSwitch "
             f"{result['ovs']}, {result['when']}'", f"{here}/chart.gp"],
            check=True)
