#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Generate the C that follows from specs/vmbond.yaml: policies and operations
# (kmod/netlink-gen.[ch]) and the uapi header. The generator is the kernel's
# (tools/net/ynl in Debian's linux-source-7.2).
#
# usage: regen.sh [--check] [LINUX-TREE]
#   --check: write nothing, say what differs, fail if anything does
#   LINUX-TREE: where the kernel's source is; the default is the one that
#   selftests/vm fetches

set -eu

root=$(realpath "$(dirname "$0")/../..")
self=Documentation/netlink/regen.sh

check=
if [[ ${1-} == --check ]]; then
	check=y
	shift
fi
linux=${1:-$("$root/selftests/vm/kernel.sh" source)}
gen=$linux/tools/net/ynl/pyynl/ynl_gen_c.py
if [[ ! -f $gen ]]; then
	echo "$0: no kernel source in $linux" >&2
	exit 1
fi

# The generator wants the schema next to the specs' folder, and looks for a
# MAINTAINERS file to know where the kernel's tree begins.
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage"/{Documentation/netlink/specs,out}
touch "$stage/MAINTAINERS"
cp "$linux/Documentation/netlink/genetlink.yaml" \
	"$stage/Documentation/netlink"
cp "$root/Documentation/netlink/specs/vmbond.yaml" \
	"$stage/Documentation/netlink/specs"

# generate MODE header|source FILE
generate()
{
	local out=$stage/out/${3##*/}

	# Debian's python3 has the modules that the generator needs
	/usr/bin/python3 "$gen" --mode "$1" "--$2" -o "$out" \
		--spec "$stage/Documentation/netlink/specs/vmbond.yaml"
	sed -i "s|\(To regenerate run:\) .* \*/|\1 $self */|" "$out"
	if [[ $check ]]; then
		diff -u "$root/$3" "$out" || status=1
	else
		mkdir -p "$root/${3%/*}"
		cp "$out" "$root/$3"
	fi
}

status=0
generate kernel source kmod/netlink-gen.c
generate kernel header kmod/netlink-gen.h
generate uapi header kmod/include/uapi/linux/vmbond.h
exit $status
