#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is set by netlink is what is read, in pieces and by filters too.

. "${0%/*}/lib.sh"
. "$selftests/netlink/part.sh"

part objects
