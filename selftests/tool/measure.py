#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""measure.py COMMAND...: milliseconds it takes, and KiB of memory at most."""
import resource
import subprocess
import sys
import time


def main():
    start = time.monotonic()
    subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
    took = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(int(took * 1000), used)


if __name__ == '__main__':
    main()
