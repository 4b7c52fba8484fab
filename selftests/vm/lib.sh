# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts of this folder share. Sourced by bash scripts that have set
# "set -euo pipefail".

# What the make that may have called us was told is not meant for the kernel's
# build; and messages are looked at in English.
unset MAKEFLAGS MFLAGS MAKELEVEL
export LC_ALL=C

CACHE=${VMBOND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vmbond}

# Standard output is for answers, so everything said goes to standard error.
say()
{
	echo "vm: $*" >&2
}

die()
{
	say "$*"
	exit 1
}

# locked FILE FUNCTION [ARG]...: run FUNCTION while nobody else holds FILE.
# Not to be called in a condition: that would switch "set -e" off inside.
locked()
{
	local file=$1
	shift
	(
		flock -w 3600 9 || die "waited for an hour for $file"
		"$@"
	) 9>"$file"
}

# provide NAME FUNCTION [ARG]...: make sure that the folder NAME is in the
# cache. FUNCTION gets a folder to fill as its last argument. The folder takes
# its name when it is complete, so whatever is in the cache is whole.
provide()
{
	[ ! -d "$CACHE/$1" ] || return 0
	mkdir -p "$CACHE"
	locked "$CACHE/$1.lock" fill "$@"
}

fill()
{
	local dir=$CACHE/$1

	[ ! -d "$dir" ] || return 0
	shift
	rm -rf "$dir.tmp"
	mkdir "$dir.tmp"
	"$@" "$dir.tmp"
	mv -T "$dir.tmp" "$dir"
}
