# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Sourced by the tests that drive the family by YNL as a library.

export PYTHONDONTWRITEBYTECODE=1

# part NAME: in a namespace of its own; OTHER is another one
part()
{
	require_command ip python3
	/usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null ||
		skip_all "python3-jsonschema or python3-yaml is not installed"
	LINUX=$("$selftests/vm/kernel.sh" source 2>/dev/null) ||
		skip_all "the kernel's source, for its YNL, is not in the cache"
	load_module
	setup_ns here OTHER
	export LINUX OTHER
	# shellcheck disable=SC2154 # setup_ns sets it
	check "$1.py" ip netns exec "$here" \
		/usr/bin/python3 "$selftests/netlink/$1.py"
	log_test "the family: $1"
}
