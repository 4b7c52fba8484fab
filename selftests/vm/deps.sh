#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Install the Debian packages that a purpose needs, as far as they are missing:
#
#   deps.sh build|vm|cloud|uml|demo|dkms|test|bench|lint ...

set -euo pipefail

packages_for()
{
	case $1 in
	build) # the module, given its kernel's headers, and the tool; with
	       # W=1 kernel-doc runs too, in Perl and later in Python
		echo gcc libc6-dev libelf-dev libjansson-dev libmnl-dev \
			libncurses-dev make perl pkg-config python3 ;;
	vm) # fetching kernels, building for them and booting them
		echo busybox-static debian-archive-keyring iproute2 kmod \
			qemu-system-x86 rsync util-linux xz-utils ;;
	cloud) # booting cloud kernels, where QEMU does not bring it along
		echo virtiofsd ;;
	uml) # building a User-mode Linux kernel
		echo bc bison flex gcc libc6-dev libelf-dev make patch perl \
			python3 ;;
	demo) # what the demonstration calls inside the machine
		echo iproute2 iputils-ping jq ;;
	dkms)
		echo dkms kmod ;;
	test) # what the selftests call inside the machine
		echo dkms ethtool iproute2 iputils-arping iputils-ping jq \
			nftables openvswitch-switch procps python3-jsonschema \
			python3-scapy python3-yaml tcpdump ;;
	bench) # what the measurements compare with
		echo ethtool gnuplot-nox iproute2 jq nftables \
			openvswitch-switch procps ;;
	lint)
		echo codespell git mandoc perl python3-jsonschema python3-yaml \
			shellcheck sparse yamllint ;;
	*)
		echo "deps.sh: no such purpose: $1" >&2
		return 2 ;;
	esac
}

wanted=
for purpose; do
	wanted+=" $(packages_for "$purpose")"
done
# shellcheck disable=SC2016,SC2086
installed=$(dpkg-query -W -f '${Package} ${Status}\n' $wanted 2>/dev/null |
	awk '$4 == "installed" { print $1 }') || :
# shellcheck disable=SC2086
missing=$(comm -23 <(printf '%s\n' $wanted | sort -u) \
	<(sort -u <<<"$installed") | xargs)
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	echo "deps.sh: missing packages: $missing" >&2
	exit 1
fi
echo "deps.sh: installing $missing" >&2

# Services of these packages are for the machines only: they are not started
# here, neither now nor at the next boot.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	trap 'rm -f $policy' EXIT
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod +x $policy
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >&2
# shellcheck disable=SC2086
apt-get -qq -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
	install --no-install-recommends $missing >&2
if [[ " $missing " == *" openvswitch-switch "* ]] &&
   command -v systemctl >/dev/null; then
	systemctl -q disable openvswitch-switch.service >&2 || :
fi
