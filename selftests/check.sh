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

# Seconds that the selftests may take in one machine.
limit=${LIMIT:-1800}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0
skipped=0

# part NAME COMMAND...: a part of the tests. If it does not count for itself, it
# is one test.
part()
{
	local name=$1 start=$SECONDS count status p=0 f=0 s=0
	shift

	echo "# === $name"
	"$@" </dev/null 2>&1 | tee "$log"
	status=$?
	count=$(grep -E '^(# )?[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" |
		tail -n 1)
	if [ -n "$count" ]; then
		read -r p f s <<<"${count//[^0-9 ]/}"
	elif [ $status -eq 0 ]; then
		p=1
	fi
	# All its tests may have passed and yet the kernel have complained.
	if [ $status -ne 0 ] && [ "$f" -eq 0 ]; then
		f=1
	fi
	echo "# === $name: $p passed, $f failed, $s skipped" \
	     "($((SECONDS - start)) s)"
	passed=$((passed + p))
	failed=$((failed + f))
	skipped=$((skipped + s))
}

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
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
