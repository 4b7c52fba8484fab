# SPDX-License-Identifier: GPL-2.0
"""The kernel's packet generator, as if frames came in by a device."""

import os
import re
from dataclasses import dataclass

from netns import read, wait_for, write

PKTGEN = "/proc/thread-self/net/pktgen"


def mac(number):
    """An address: the number, and the bit that says locally administered."""
    return ":".join(f"{b:02x}" for b in
                    (0x02 << 40 | number).to_bytes(6, "big"))


@dataclass
class Source:
    """Frames that come in by a device, from and to some addresses in turn."""

    dev: str
    src: int
    dst: int
    n_src: int = 1
    n_dst: int = 1
    vid: int = 0
    rate: int = 0
    size: int = 60


class Pktgen:
    """with Pktgen(sources) as pktgen: each is sent by a CPU of its own."""

    def __init__(self, sources):
        self.sources = sources

    def __enter__(self):
        for cpu, source in enumerate(self.sources):
            write(f"{PKTGEN}/kpktgend_{cpu}", f"add_device {source.dev}")
            # Without SHARED each frame is a new one: who keeps or changes it
            # does not have to copy it first.
            self._set(source, "xmit_mode netif_receive", "flag !SHARED",
                      f"pkt_size {source.size}", "delay 0",
                      f"src_mac {mac(source.src)}",
                      f"src_mac_count {source.n_src}",
                      f"dst_mac {mac(source.dst)}",
                      f"dst_mac_count {source.n_dst}")
            if source.vid:
                self._set(source, f"vlan_id {source.vid}")
            if source.rate:
                self._set(source, f"ratep {source.rate}")
        return self

    def __exit__(self, *_):
        # Neither this nor the start is done when the write returns.
        for cpu in range(len(self.sources)):
            write(f"{PKTGEN}/kpktgend_{cpu}", "rem_device_all")
        for source in self.sources:
            wait_for(f"pktgen to let go of {source.dev}",
                     lambda path=f"{PKTGEN}/{source.dev}":
                     not os.path.exists(path))

    @staticmethod
    def _set(source, *commands):
        for command in commands:
            write(f"{PKTGEN}/{source.dev}", command)

    def send(self, count):
        """Send so many frames from each source; nanoseconds a frame."""
        for source in self.sources:
            self._set(source, f"count {count}")
        write(f"{PKTGEN}/pgctrl", "start")
        return [self._result(source.dev, count) for source in self.sources]

    @staticmethod
    def _result(dev, count):
        found = None

        def done():
            nonlocal found
            found = re.search(r"OK: \d+\(c(\d+)\+d\d+\) usec, (\d+) ",
                              read(f"{PKTGEN}/{dev}"))
            return found and int(found[2]) >= count

        wait_for(f"pktgen on {dev}", done)
        return int(found[1]) * 1000 / int(found[2])
