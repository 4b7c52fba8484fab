#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A run of the fuzzer; RUNS= to make it long, CORPUS= to keep what it finds.
cd "$(dirname "$0")" || exit 1
runs=${RUNS:-30000}
corpus=${CORPUS:-build/corpus}

if ! [ -x build/fuzz ]; then
	echo "ok 1 fuzz # SKIP needs clang"
	echo 1..1
	exit 0
fi
mkdir -p "$corpus"
./fuzz_seeds.py build/seeds || exit 1
if build/fuzz -runs="$runs" -seed=1 -max_len=8192 -len_control=0 -timeout=60 \
	-rss_limit_mb=4096 -close_fd_mask=3 -artifact_prefix=build/ \
	"$corpus" build/seeds >build/fuzz.log 2>&1; then
	echo "ok 1 fuzz: $runs runs"
else
	tail -n 60 build/fuzz.log | sed 's/^/# /'
	echo "not ok 1 fuzz"
fi
echo 1..1
