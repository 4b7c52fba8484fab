#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian's kernels, unpacked in a cache of our own: the host's package database
# and apt configuration stay as they are.
#
#   kernel.sh headers KERNEL   print the folder to build modules against
#   kernel.sh modules KERNEL   print the folder that holds lib/modules
#   kernel.sh image KERNEL     print the path of the kernel's image
#   kernel.sh release KERNEL   print its release (uname -r)
#   kernel.sh source           print the folder of the newest kernel's source,
#                              with our patches
#
# KERNEL is 6.1, 6.12 or 7.2, or a flavour of it: 6.1-rt, 6.1-cloud; for builds
# only, 5.10 too. What the cache has is used as it is, without network. What it
# lacks is fetched in the newest version there is, since Debian's mirrors drop
# the others.

set -euo pipefail
here=$(dirname "$(realpath "$0")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
newest=7.2
# What a kernel of our own needs to be of use; each says why.
patches=("$here"/patches/*.patch)

# mirror debian|debian-security: where this host gets that archive from.
mirror()
{
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' |
		awk -v name="$1" '
			{ sub("/*$", "") }
			$0 ~ "^https?:.*/" name "$" && !uri { uri = $0 }
			END { print uri ? uri : "http://deb.debian.org/" name }'
}

# use_suites DIR SUITE...: let APT mean an apt that knows these suites only and
# keeps its state in DIR.
use_suites()
{
	local dir=$1 suite archive

	shift
	rm -rf "$dir"
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	touch "$dir/status"
	for suite; do
		archive=debian
		[[ $suite != *-security ]] || archive=debian-security
		echo "deb [signed-by=$keyring] $(mirror $archive) $suite main"
	done >"$dir/sources.list"
	APT=(-q
		-o APT::Architecture=amd64
		-o APT::Architectures=amd64
		-o APT::Sandbox::User=
		-o Dir::Cache="$dir/cache"
		-o Dir::Etc::Preferences=/dev/null
		-o Dir::Etc::PreferencesParts=/dev/null
		-o Dir::Etc::SourceList="$dir/sources.list"
		-o Dir::Etc::SourceParts=/dev/null
		-o Dir::State::Lists="$dir/lists"
		-o Dir::State::status="$dir/status")
	apt-get "${APT[@]}" update >&2 ||
		say "not everything could be updated, trying with what there is"
}

# closure PATTERN PACKAGE...: which of the packages that these depend on, they
# themselves included, match PATTERN.
closure()
{
	local pattern=$1

	shift
	apt-cache "${APT[@]}" depends --recurse --no-recommends --no-suggests \
		--no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
		grep -Ex "$pattern" | sort -u
}

# unpack DIR PACKAGE...: fetch these packages and unpack them into DIR.
unpack()
{
	local dir=$1 deb

	shift
	say "fetching $*"
	mkdir "$dir/debs"
	(cd "$dir/debs" && apt-get "${APT[@]}" download "$@" >&2)
	for deb in "$dir"/debs/*.deb; do
		dpkg -x "$deb" "$dir"
	done
	rm -r "$dir/debs"
}

# names PACKAGE: what follows PACKAGE in the names of those there are
names()
{
	apt-cache "${APT[@]}" pkgnames "$1" | sed "s/^$1//" | sort
}

# find_release VERSION FLAVOUR DIR: set release to the newest kernel of that
# version and flavour there is, and APT to one that can fetch it. Headers are
# there some hours before the image is, which has to be signed.
find_release()
{
	local version=$1 flavour=$2 dir=$3 choices suites pattern

	case $version in
	5.10) choices=("bullseye bullseye-security" bullseye) ;;
	6.1) choices=("bookworm bookworm-security") ;;
	6.12) choices=("trixie trixie-security") ;;
	7.2) choices=("trixie trixie-backports" sid) ;;
	*) die "no such kernel: $version$flavour" ;;
	esac
	pattern="${version//./\\.}\.[0-9.]+([-+][^-]*)?$flavour-amd64"
	for suites in "${choices[@]}"; do
		# shellcheck disable=SC2086
		use_suites "$dir" $suites
		release=$(comm -12 <(names linux-headers-) <(names linux-image-) |
			grep -Ex "$pattern" | sort -V | tail -n 1) || :
		[ -z "$release" ] || return 0
	done
	die "$(mirror debian) has no kernel $version$flavour"
}

# Programs of a newer Debian want a newer libc than an older one has. run_here
# DIR TOOLCHAIN puts a script before each program in DIR that cannot run here,
# which starts it with the libc from TOOLCHAIN. (Not by LD_LIBRARY_PATH, which
# the host's own programs would inherit from it.)
run_here()
{
	local dir=$1 lib=$2/usr/lib/x86_64-linux-gnu prog

	find "$dir" -type f -perm -u+x ! -name '*.so*' | while read -r prog; do
		[[ $(ldd "$prog" 2>&1) == *" not found"* ]] || continue
		mv "$prog" "$prog.bin"
		cat >"$prog" <<-END
		#!/bin/sh
		exec $lib/ld-linux-x86-64.so.2 --library-path $lib \\
			--argv0 "\$0" "\$0.bin" "\$@"
		END
		chmod +x "$prog"
	done
}

# fill_gcc VERSION DIR: a kernel's headers were configured for the compiler that
# built it and pass options which an older one does not know. So modules are
# built with that compiler, fetched from the same release with its assembler.
fill_gcc()
{
	local version=$1 dir=$2 final=${2%.tmp} packages cc1

	packages=$(closure '[a-z].*' "gcc-$version")
	# shellcheck disable=SC2086
	unpack "$dir" $packages
	run_here "$dir/usr" "$final"
	# This is where the compiler looks before it takes the host's.
	cc1=$(find "$dir/usr" -name cc1)
	cat >"${cc1%/*}/as" <<-END
	#!/bin/sh
	exec $final/usr/bin/x86_64-linux-gnu-as "\$@"
	END
	chmod +x "${cc1%/*}/as"
	rm -rf "${dir:?}/usr/share"
}

# Only what a machine without hardware can use is kept, unpacked: the modules'
# index is made anew whenever ours is built.
trim_modules()
{
	local dir=$1/kernel

	rm -rf "$dir/sound" "$dir/drivers/net/"{wireless,can,ieee802154,wwan}
	find "$dir/drivers" -mindepth 1 -maxdepth 1 ! -name net ! -name virtio \
		! -name char ! -name vhost ! -name ptp ! -name pps \
		-exec rm -rf {} +
	find "$dir/drivers/net/ethernet" -mindepth 1 -maxdepth 1 \
		! -name intel -exec rm -rf {} +
	find "$dir/fs" -mindepth 1 -maxdepth 1 ! -name '*9p*' ! -name netfs \
		! -name fscache ! -name fuse ! -name overlayfs ! -name configfs \
		! -name 'binfmt*' \
		-exec rm -rf {} +
	find "$dir" -name '*.ko.xz' -exec xz -d {} +
}

# A header tree names its parts by absolute paths and the compiler by a name
# that this host may not know.
adapt_headers()
{
	local dir=$1 final=$2 tree=$1/usr/src/linux-headers-$3 version gcc

	sed -i "s,/usr/src/,$final/usr/src/,g" "$tree/Makefile"
	version=$(sed -n 's/^CC = .*gcc-\([0-9]*\)$/\1/p' "$tree/.kernelvariables")
	[ -n "$version" ] || die "cannot tell the compiler of $3"
	if ! command -v "x86_64-linux-gnu-gcc-$version" >/dev/null; then
		provide "gcc-$version" fill_gcc "$version"
		gcc=$CACHE/gcc-$version/usr/bin/x86_64-linux-gnu-gcc-$version
		sed -i "s,^CC = .*,CC = $gcc," "$tree/.kernelvariables"
		run_here "$dir/usr/lib" "$CACHE/gcc-$version"
	fi
	# Without vmlinux no BTF is made for the module, so which pahole there
	# is makes no difference.
	rm -f "$tree/vmlinux"
	# shellcheck disable=SC2016
	echo 'override PAHOLE_VERSION = $(CONFIG_PAHOLE_VERSION)' \
		>>"$tree/.kernelvariables"
}

fill_kernel()
{
	local version=$1 flavour=$2 dir=$3 final=${3%.tmp} release packages

	find_release "$version" "$flavour" "$dir/apt"
	packages=$(closure 'linux-(image|headers|kbuild|base|binary|modules)-[0-9].*' \
		"linux-image-$release" "linux-headers-$release" |
		grep -v -e '-unsigned$')
	# shellcheck disable=SC2086
	unpack "$dir" $packages
	adapt_headers "$dir" "$final" "$release"
	[ -d "$dir/lib" ] || ln -s usr/lib "$dir/lib"
	# Newer packages hold the image beside the modules.
	find "$dir" -name 'vmlinuz*' -exec mv {} "$dir/vmlinuz" \;
	trim_modules "$dir/lib/modules/$release"
	depmod -b "$dir" "$release"
	echo "$release" >"$dir/release"
	rm -rf "$dir/apt" "${dir:?}/usr/share" "${dir:?}/boot"
}

fill_source()
{
	local dir=$1

	use_suites "$dir/apt" trixie-backports
	[ -n "$(apt-cache "${APT[@]}" pkgnames "linux-source-$newest")" ] ||
		use_suites "$dir/apt" sid
	unpack "$dir" "linux-source-$newest"
	say "unpacking the source"
	tar -xf "$dir/usr/src/linux-source-$newest.tar.xz" -C "$dir" \
		--strip-components=1
	rm -r "$dir/apt" "$dir/usr/src/linux-source-$newest.tar.xz"
	cat "${patches[@]}" | patch -s -p 1 -d "$dir" >&2
}

case ${1-} in
headers|modules|image|release)
	kernel=${2-}
	version=${kernel%%-*}
	dir=$CACHE/kernel-$kernel
	provide "kernel-$kernel" fill_kernel "$version" "${kernel#"$version"}"
	release=$(cat "$dir/release")
	;;
source)
	dir=$CACHE/source-$newest-$(cat "${patches[@]}" | sha256sum | head -c 8)
	provide "${dir##*/}" fill_source
	;;
esac

case ${1-} in
headers) echo "$dir/usr/src/linux-headers-$release" ;;
modules) echo "$dir" ;;
image)   echo "$dir/vmlinuz" ;;
release) echo "$release" ;;
source)  echo "$dir" ;;
*)       sed -n '/^#   /s/^#   //p' "$0" >&2; exit 2 ;;
esac
