#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Have DKMS build the module:
#
#   dkms.sh install             for the running kernel and those to come
#   dkms.sh uninstall           no longer
#   dkms.sh check KERNEL...     try it in scratch folders, against the headers
#                               of Debian's KERNEL, and load what comes out
#
# With DESTDIR set, install only puts the sources there, for a package.

set -euo pipefail
top=$(realpath "$(dirname "$0")/..")
vm=$top/selftests/vm
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")
package=vmbond/$version
source=${DESTDIR-}/usr/src/vmbond-$version

say()
{
	echo "dkms.sh: $*" >&2
}

die()
{
	say "$*"
	exit 1
}

# put_source DIR: what DKMS needs, and nothing that was built here
put_source()
{
	rm -rf "$1"
	mkdir -p "$1"
	(cd "$top" && find dkms.conf COPYING LICENSES Kbuild kmod -type f \
		! -name '*.o' ! -name '*.ko' ! -name '*.mod' \
		! -name '*.mod.c' ! -name '.*' ! -name modules.order \
		-exec cp --parents -t "$1" {} +)
}

install()
{
	local kernel

	if [ -n "${DESTDIR-}" ]; then
		put_source "$source"
		return
	fi
	command -v dkms >/dev/null ||
		die "DKMS is missing: apt-get install dkms"
	uninstall
	put_source "$source"
	dkms add "$package"
	kernel=$(uname -r)
	if [ -e "/lib/modules/$kernel/build" ]; then
		dkms install "$package" -k "$kernel"
	else
		say "$kernel has no headers here: the module is built when" \
		    "linux-headers-$kernel is installed"
	fi
	[ ! -d /sys/module/vmbond ] ||
		say "the module that is loaded stays until rmmod vmbond"
}

# Whatever version of it there is.
uninstall()
{
	local old

	for old in "${DESTDIR-}"/usr/src/vmbond-*; do
		if [ -e "/var/lib/dkms/vmbond/${old##*/vmbond-}" ] &&
		   [ -z "${DESTDIR-}" ]; then
			dkms remove "vmbond/${old##*/vmbond-}" --all
		fi
		rm -rf "$old"
	done
}

check()
{
	local kernel=$1 scratch=$top/build/dkms-$1 release headers ko dkms

	release=$("$vm/kernel.sh" release "$kernel")
	headers=$("$vm/kernel.sh" headers "$kernel")
	rm -rf "$scratch"
	mkdir -p "$scratch"/{src,tree,"lib/$release"}
	put_source "$scratch/src/vmbond-$version"
	dkms=(--sourcetree "$scratch/src" --dkmstree "$scratch/tree"
	      --installtree "$scratch/lib" -k "$release")

	dkms add "$package" "${dkms[@]}"
	dkms build "$package" "${dkms[@]}" --kernelsourcedir "$headers" || {
		cat "$scratch/tree/$package/build/make.log" >&2
		exit 1
	}
	dkms install "$package" "${dkms[@]}" --no-depmod
	ko=$(find "$scratch/lib" -name 'vmbond.ko*')
	modinfo -F alias "$ko" | grep -qx rtnl-link-vmbond
	# shellcheck disable=SC2016 # the shell in the machine expands it
	"$vm/run" -k "$kernel" -t 120 bash -ec '
		insmod "$1"
		vmbondctl bond add br-phy
		vmbondctl bond show
		rmmod vmbond' - "$ko"
	say "DKMS builds and installs vmbond $version for $release"
}

case ${1-} in
install|uninstall)
	"$1" ;;
check)
	shift
	for kernel; do
		check "$kernel"
	done ;;
*)
	sed -n '/^#   /s/^#   //p' "$0" >&2
	exit 2 ;;
esac
