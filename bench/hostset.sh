#!/bin/bash
# Host lookup, bytes a domain and compile speed, over a made-up list of 5,000,000 names
# (DOMAINS=), and with DATA=folder over real lists too.  About twenty seconds.
set -eu
cd "$(dirname "$0")/.."
build=build/release
out=${OUT:-build/bench}
mkdir -p "$out"
cc -O2 -std=gnu17 -o "$out/gen" bench/gen.c -lm
cc -O2 -std=gnu17 -D_GNU_SOURCE -Isrc -include src/base/banned.h -o "$out/hostset" bench/hostset.c \
	"$build/libpolicy_compile.a" "$build/libpolicy_scan.a" "$build/libpolicy_read.a" "$build/libwire.a" "$build/libio.a" "$build/libbase.a" \
	-lsodium -lcrypto -lz -lzstd -lidn2 -lpsl -lpthread
cc -O2 -std=gnu17 -D_GNU_SOURCE -Isrc -include src/base/banned.h -o "$out/decide" bench/decide.c \
	"$build/libpolicy_compile.a" "$build/libpolicy_scan.a" "$build/libpolicy_decide.a" "$build/libpolicy_read.a" "$build/libwire.a" "$build/libio.a" "$build/libbase.a" \
	-lsodium -lcrypto -lz -lzstd -lidn2 -lpsl -lpthread
[ -f "$out/queries.txt" ] || "$out/gen" "$out" "${DOMAINS:-5000000}"
printf '\ncompile, one core, text to a tested file on disk\n'
TIMEFORMAT='processor time of it: %U + %S s'
time "$build/gatehouse" lists compile --data data --category pornography --from "$out/domains.txt" --out "$out" --quiet
[ -z "${DATA:-}" ] || "$build/gatehouse" lists compile --data data --from "$DATA" --out "$out/real" --without-damaged --quiet 2>/dev/null
printf '\nlookup\n'
"$out/hostset" "$out/lists.snap" "$out/queries.txt" "${ROUNDS:-7}" "$out/domains.txt"
mkdir -p "$out/school/lists" "$out/school/policy"
cp "$out/lists.snap" "$out/school/lists/lists.snap"
"$build/gatehouse" policy publish --prefix "$out/school" --profile junior >/dev/null 2>&1
"$out/decide" "$out/school/policy/current" "$out/queries.txt" "${ROUNDS:-7}"
[ -z "${DATA:-}" ] || { printf '\nlookup in the real lists\n'; "$out/hostset" "$out/real/lists.snap" "$out/queries.txt" "${ROUNDS:-7}"; }
