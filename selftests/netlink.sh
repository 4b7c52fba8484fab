#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The generic netlink family refuses what it should, says why, and changes
# nothing by it.

. "${0%/*}/lib.sh"
. "$selftests/netlink/part.sh"

part refusals
