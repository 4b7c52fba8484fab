#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites of the module's pure parts, where the kernel has KUnit.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

modprobe -qn vmbond_kunit || skip_all "the kernel has no KUnit"
results=/sys/kernel/debug/kunit
mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug

# They run when they are loaded, which some kernels have to be told.
modprobe kunit enable=1 autorun=1
modprobe vmbond_kunit
defer modprobe -r vmbond_kunit

for suite in vmbond_balance vmbond_dedup vmbond_fdb vmbond_stats vmbond_vlan; do
	file=$results/$suite/results
	# files of debugfs have no size
	check "$suite was run" grep -q . "$file"
	while read -r ok name; do
		[ "$ok" = ok ] || failed "$name"
		log_test "$suite: $name"
	done < <(sed -nE 's/^    (    )?(ok|not ok) [0-9]+ /\2 /
			s/^not ok /not_ok /
			/^(ok|not_ok) [a-z]+_/p' "$file" |
		 grep -v "^[a-z_]* $suite\$")
done
