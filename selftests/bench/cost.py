# SPDX-License-Identifier: GPL-2.0
"""What a switch costs before it forwards anything: memory and time."""

import re
import time

from netns import read, say, write
from paths import ACCESS, FAR, VID, Switch
from pktgen import Pktgen, Source

PORTS = 500
# that are attached first, so that what is needed once is there
PORTS_BEFORE = 20
STATIONS = 8192
# seconds: the kernel waits for five
RCU_BATCH = 6


def used_bytes(path):
    """What the kernel's allocators have handed out, and the daemons have."""
    write("/proc/sys/vm/drop_caches", "3")
    used = 1024 * int(re.search(r"Percpu: *(\d+)", read("/proc/meminfo"))[1])
    for line in read("/proc/slabinfo").splitlines()[2:]:
        _, objects, _, size = line.split()[:4]
        used += int(objects) * int(size)
    return used + sum(resident_bytes(pid) for pid in path.daemons())


def resident_bytes(pid):
    """A process's memory."""
    found = re.search(r"VmRSS:\s*(\d+)", read(f"/proc/{pid}/status"))
    return 1024 * int(found[1])


def settled_bytes(path):
    """The same when what is freed by RCU is free: that is done in batches."""
    time.sleep(RCU_BATCH)
    return used_bytes(path)


def learn(switch, n):
    """Have the far address learned, and n stations behind a port."""
    for source in (Source(switch.members[0], FAR, switch.station(0), vid=VID),
                   Source(switch.port(0), switch.station(0), FAR, n_src=n)):
        with Pktgen([source]) as pktgen:
            for _ in range(5):
                pktgen.send(n)


def memory(paths):
    """Bytes that a port and a station cost, userspace included."""
    results = {}
    switch = Switch("x", [ACCESS] * (PORTS_BEFORE + PORTS))
    for path in paths:
        say(f"memory: {path.name}")
        with path.netns.entered():
            switch.add_devices()
            path.create(switch)
            path.attach(switch, 0, PORTS_BEFORE)
            learn(switch, 1)
            used = [settled_bytes(path)]
            path.attach(switch, PORTS_BEFORE)
            used.append(settled_bytes(path))
            learn(switch, STATIONS)
            used.append(settled_bytes(path))
        results[path.name] = [{"port": (used[1] - used[0]) / PORTS,
                               "station": (used[2] - used[1]) / STATIONS}]
    return results


def startup(paths, rounds, ports=200):
    """Seconds until a switch of two members and so many ports is there."""
    results = {path.name: [] for path in paths}
    for number in range(rounds):
        say(f"startup: round {number + 1} of {rounds}")
        switch = Switch(f"y{number}", [ACCESS] * ports)
        for path in paths:
            with path.netns.entered():
                switch.add_devices()
                start = time.monotonic()
                path.build(switch)
                results[path.name].append(time.monotonic() - start)
    return results
