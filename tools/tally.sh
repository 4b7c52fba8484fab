# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Adds up the results of several runs of tests. To be sourced.

passed=0
failed=0
skipped=0
tally_log=$(mktemp)
trap 'rm -f "$tally_log"' EXIT

# part NAME COMMAND...: run some of the tests. Their last line of the form
# "N passed, N failed, N skipped" counts; without one they are a single test.
part()
{
	local name=$1 start=$SECONDS status count p=0 f=0 s=0
	shift

	echo "# === $name"
	"$@" </dev/null 2>&1 | tee "$tally_log"
	status=${PIPESTATUS[0]}
	count=$(grep -E '^(# )?[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' \
		"$tally_log" | tail -n 1)
	if [ -n "$count" ]; then
		read -r p f s <<<"${count//[^0-9 ]/}"
	elif [ "$status" -eq 0 ]; then
		p=1
	fi
	# All may have passed, and yet the kernel have complained.
	if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
		f=1
	fi
	echo "# === $name: $p passed, $f failed, $s skipped" \
	     "($((SECONDS - start)) s)"
	passed=$((passed + p))
	failed=$((failed + f))
	skipped=$((skipped + s))
}

# totals: print them; succeeds if nothing has failed
totals()
{
	echo "$passed passed, $failed failed, $skipped skipped"
	[ $failed -eq 0 ]
}
