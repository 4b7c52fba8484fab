#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything that can be found by reading the sources, in TAP. The kernel's own
# checkers come from its source package.

set -uo pipefail
cd "$(dirname "$(realpath "$0")")/.." || exit
vm=selftests/vm
linux=$("$vm/kernel.sh" source) || exit
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

passed=0
failed=0

# lint WHAT COMMAND...: it should succeed without a word
lint()
{
	local what=$1 number said
	shift

	number=$((passed + failed + 1))
	if said=$("$@" 2>&1) && [ -z "$said" ]; then
		echo "ok $number $what"
		passed=$((passed + 1))
	else
		printf '# %s\n' "${said:-no word, but a bad exit status}"
		echo "not ok $number $what"
		failed=$((failed + 1))
	fi
}

# files PATTERN...: those of the project, but for what is generated
files()
{
	git -c safe.directory="*" ls-files -- "$@" | grep -vE \
		-e '^kmod/netlink-gen\.[ch]$' -e '^kmod/include/uapi/' \
		-e '^LICENSES/'
}

# What runs in a shell says so in its first line.
scripts()
{
	git -c safe.directory="*" ls-files | xargs awk '
		FNR == 1 && /^#!.*[\/ ](ba)?sh$/ { print FILENAME }
		{ nextfile }'
}

# checkpatch IGNORED FILE...
checkpatch()
{
	local ignored=$1
	shift

	perl "$linux/scripts/checkpatch.pl" --no-tree --strict --terse \
		--show-types --no-summary --max-line-length=80 \
		--ignore "$ignored" -f "$@"
}

# What older kernels do not have, and how a tracepoint has to look.
kernel_ignored=ALLOC_WITH_SIZEOF,PREFER_ETHTOOL_PUTS
kernel_ignored+=,OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT,MACRO_ARG_REUSE
# What there is in the kernel only.
user_ignored=$kernel_ignored,PREFER_KERNEL_TYPES,PREFER_FALLTHROUGH,ARRAY_SIZE
user_ignored+=,PREFER_DEFINED_ATTRIBUTE_MACRO,BIT_MACRO,AVOID_EXTERNS
user_ignored+=,STRCPY,STRNCPY,VOLATILE,EMBEDDED_FUNCTION_NAME,SPLIT_STRING
user_ignored+=,COMPLEX_MACRO,CAMELCASE

# sparse_build HEADERS: without a warning, by the compiler or by sparse. Debian's
# 7.2 headers lack the script that tries sparse, and its sparse does not know
# what that kernel uses: typeof_unqual, and strlen() in MODULE_INFO().
sparse_build()
{
	local common src

	common=$(sed -n 's,^include \(.*\)/Makefile$,\1,p' "$1/Makefile")
	cp -n "$linux/scripts/checker-valid.sh" "$common/scripts/"
	src=$(mktemp -d -p "$scratch") &&
		cp -r --parents Kbuild kmod "$src" || return
	make -s -C "$1" M="$src" C=2 W=1 -j"$(nproc)" \
		CHECK="sparse -D__typeof_unqual__=__typeof__" modules 2>&1 |
		grep -v -e '^Skipping BTF generation' \
			-e 'kmod/\(main\|tests/pure\)\.c:.*bad constant expression$'
	return "${PIPESTATUS[0]}"
}

no_versions()
{
	! printf '%s\n' "${kernel_c[@]}" | grep -v '^kmod/compat' |
		xargs grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION'
}

# Pages that are not installed here can be referred to all the same.
man_pages()
{
	! mandoc -T lint -W style "${man[@]}" 2>&1 |
		grep -v -e 'referenced manual not found' -e 'outdated mandoc.db'
}

mapfile -t kernel_c < <(files 'kmod/*.[ch]')
mapfile -t user_c < <(files 'tools/*.[ch]' 'selftests/*.[ch]')
mapfile -t man < <(files 'tools/*.[1-8]')
mapfile -t shell < <(scripts)
mapfile -t all < <(files)

lint "checkpatch, kernel" checkpatch "$kernel_ignored" "${kernel_c[@]}"
lint "checkpatch, programs" checkpatch "$user_ignored" "${user_c[@]}"
lint "no kernel versions outside of kmod/compat" no_versions
for kernel in 6.1 6.12 7.2; do
	headers=$("$vm/kernel.sh" headers $kernel) || exit
	lint "W=1, sparse: $kernel" sparse_build "$headers"
done
lint "kernel-doc" \
	python3 "$linux/scripts/kernel-doc" -none -Werror "${kernel_c[@]}"
lint "generated files are those of the specification" \
	Documentation/netlink/regen.sh --check "$linux"
lint "yamllint" yamllint -s Documentation/netlink/specs/vmbond.yaml
lint "shellcheck" shellcheck -x -P SCRIPTDIR -e SC2187 "${shell[@]}"
lint "shellcheck, completion" \
	shellcheck -s bash tools/vmbondctl/vmbondctl.bash-completion
lint "mandoc" man_pages
# A field of ARP, a macro of man pages, and slips that are meant to be.
lint "codespell" codespell -L tha,nd,acess,mdoe "${all[@]}"

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
