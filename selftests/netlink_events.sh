#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every change is told to listeners, with its cause, in its namespace only.

. "${0%/*}/lib.sh"
. "$selftests/netlink/part.sh"

part events
