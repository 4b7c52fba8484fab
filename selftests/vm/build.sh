#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Kernels of our own, built from Debian's source package, once, in the cache.
# Most are User-mode Linux: a boot takes under a second and code in the kernel
# runs at the speed of the machine.
#
#   build.sh headers VARIANT   print the build tree, to pass as KDIR
#   build.sh image VARIANT     print the path of the kernel
#   build.sh modules VARIANT   print the folder that holds lib/modules
#   build.sh release VARIANT   print its release (uname -r)
#   build.sh built VARIANT     succeed if it has been built; build nothing
#
# VARIANT is uml (small and fast), uml-debug (with everything that finds
# mistakes) or uml-gcov (for coverage), to be built for with ARCH=um; or kcsan,
# for QEMU, which finds data races. Their configurations are in config/.

set -euo pipefail
here=$(dirname "$(realpath "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"

usage()
{
	sed -n '/^#   /s/^#   //p' "$0" >&2
	exit 2
}

kernel_make()
{
	nice make -s -C "$source" ARCH="$arch" O="$dir" "$@" >&2
}

# An option whose dependencies are missing is dropped without a word.
check_config()
{
	local option missing=

	while read -r option; do
		case $option in
		*=n) ! grep -q "^${option%n}" "$dir/.config" ;;
		*)   grep -qx -e "$option" "$dir/.config" ;;
		esac || missing+=" $option"
	done < <(grep -h '^CONFIG_' "${fragments[@]}")
	[ -z "$missing" ] || die "$variant could not have:$missing"
}

# The tree knows its own path, so it is built where it stays; what an
# interrupted build left is taken up again.
build()
{
	[ ! -e "$dir/complete" ] || return 0
	say "building the kernel $variant, once; this takes some minutes"
	mkdir -p "$dir"
	cat "${fragments[@]}" >"$dir/all.config"
	kernel_make KCONFIG_ALLCONFIG="$dir/all.config" allnoconfig
	check_config
	kernel_make -j"$(nproc)" "${image##*/}" modules
	kernel_make INSTALL_MOD_PATH="$dir/root" modules_install
	touch "$dir/complete"
}

[[ $# -eq 2 && $1 =~ ^(headers|image|modules|release|built)$ ]] || usage
variant=$2
fragments=("$here/config/base.config")
arch=um image=linux
case $variant in
uml) ;;
uml-*) fragments+=("$here/config/uml.config") ;;
kcsan) arch=x86 image=arch/x86/boot/bzImage ;;
*) usage ;;
esac
fragments+=("$here/config/$variant.config")
[ -e "${fragments[-1]}" ] || usage

# Checkouts with different configurations or patches do not get each other's
# kernels.
dir=$CACHE/$variant-$(cat "${fragments[@]}" "$here"/patches/*.patch |
	sha256sum | head -c 8)
if [ "$1" = built ]; then
	[ -e "$dir/complete" ]
	exit
fi
"$here/deps.sh" uml
source=$("$here/kernel.sh" source)
locked "$dir.lock" build

case $1 in
headers) echo "$dir" ;;
image)   echo "$dir/$image" ;;
modules) echo "$dir/root" ;;
release) cat "$dir/include/config/kernel.release" ;;
esac
