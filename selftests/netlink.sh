#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The generic netlink family as its description has it: what is refused and how,
# what is set and read, what is told. Driven by YNL as a library.

. "${0%/*}/lib.sh"

export PYTHONDONTWRITEBYTECODE=1

# part NAME: in a namespace of its own; OTHER is another one
part()
{
	setup_ns here OTHER
	export OTHER
	# shellcheck disable=SC2154 # setup_ns sets it
	ip netns exec "$here" /usr/bin/python3 "$selftests/netlink/$1.py"
}

require_command ip python3
/usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null ||
	skip_all "python3-jsonschema or python3-yaml is not installed"
LINUX=$("$selftests/vm/kernel.sh" source 2>/dev/null) ||
	skip_all "the kernel's source, for its YNL, is not in the cache"
export LINUX
load_module

for name in refusals objects events; do
	check "$name.py" part $name
	log_test "the family: $name"
done
