#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Test everything, or only the selftests that are named:
#
#   KERNELS="6.1 6.12 7.2" check.sh [TEST]...
#
# What needs no kernel is run on this machine, the selftests in a machine of
# their own for each kernel. The last line counts it all: N passed, N failed,
# N skipped.

set -uo pipefail
cd "$(dirname "$(realpath "$0")")" || exit
. ../tools/tally.sh

# Seconds that the selftests may take in one machine: it is emulated perhaps.
limit=${LIMIT:-7200}

vm/deps.sh build vm test || exit
if [ $# -eq 0 ]; then
	part "tool" make -s -C tool check
	part "planner" make -s -C sim check
fi
make -s all || exit
for kernel in ${KERNELS:-6.1}; do
	part "kernel $kernel" vm/run -k "$kernel" -t "$limit" \
		selftests/run_all "$@"
done
totals
