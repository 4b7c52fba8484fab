#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Write office.trace: 15 minutes of a node with 24 stations, made up.

This is no recording. It has what recordings of virtual machine hosts have:
few stations that do most, backups and copies that start and stop, calls that
go both ways, polling that never ends, and every interval a little different.

A line is an interval of 10 s: Mbit/s out and in for each station.
"""

import random

INTERVALS = 90
R = random.Random(20250101)


def noisy(value, part=0.15):
    return value * (1 + part * (2 * R.random() - 1))


def window(begin, end):
    return lambda i: begin <= i < end


def job(rate_out, rate_in, *windows):
    """Runs at full rate in its windows, else polls."""
    def at(i):
        if any(w(i) for w in windows):
            return noisy(rate_out), noisy(rate_in)
        return noisy(2, 0.5), noisy(2, 0.5)
    return at


def server(rate_out, rate_in, wave):
    """Rises and falls with its clients."""
    def at(i):
        level = 0.6 + 0.4 * abs((i % wave) / (wave / 2) - 1)
        return noisy(rate_out * level), noisy(rate_in * level)
    return at


def desktop():
    """Mostly idle, at times a page or a file."""
    if R.random() < 0.08:
        big = 20 + 400 * R.random() ** 3
        return lambda i: (noisy(big / 30), noisy(big))
    return lambda i: (noisy(1, 0.9), noisy(2, 0.9))


def main():
    stations = [
        server(2600, 240, 60),                      # web front
        server(1900, 310, 44),                      # web front
        server(900, 820, 50),                       # database
        server(640, 1500, 70),                      # file store
        job(3100, 80, window(12, 40)),              # backup
        job(90, 2800, window(30, 66)),              # restore
        job(1800, 60, window(5, 20), window(60, 75)),   # image copy
        job(420, 430, window(0, 25), window(50, 90)),   # video calls
    ]
    print("# Synthetic, made by office.py: no recording.")
    print("# A line is 10 s: Mbit/s out/in of each station.")
    print(f"stations 24 intervals {INTERVALS}")
    for i in range(INTERVALS):
        rates = [station(i) for station in stations]
        rates += [desktop()(i) for _ in range(16)]
        print(" ".join(f"{out:.0f}/{inn:.0f}" for out, inn in rates))


main()
