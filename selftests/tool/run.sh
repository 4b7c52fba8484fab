#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# run.sh TEST...: runs tests one after the other, sums them up at the end.
cd "$(dirname "$0")" || exit 1
export PYTHONDONTWRITEBYTECODE=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for test in "$@"; do
	echo "# $test"
	timeout 300 "./$test" 2>&1
	status=$?
	# One that dies early would otherwise go unnoticed.
	if [ $status -eq 4 ]; then
		echo "ok $test # SKIP"
	elif [ $status -ne 0 ]; then
		echo "not ok $test: exit status $status"
	fi
done | tee "$log"

passed=$(grep '^ok ' "$log" | grep -vc '# SKIP')
skipped=$(grep -c '^ok .*# SKIP' "$log")
failed=$(grep -c '^not ok ' "$log")
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
