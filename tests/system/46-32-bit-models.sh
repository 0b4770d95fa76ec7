#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is portable and shared by all kernels, compiled for i386: the models of the
# interrupt layer and of the hand-over, of cores and fences, the loader, rings, and
# the fuzzer. Their suites run on this machine, with the libraries of the 32-bit OS. And
# the programs take files of any size.
#
# Covers: 32-4
# Short: the short form of each
# Limit: 400

. "$(dirname "$0")/lib.sh"

suites=(hotplug_{bar,bridge,core,fence,handover,model} irq_{away,chaos,chip,corrupt,fuzz,model,rounds,table}
	clock last_out loader loader_clone params rank rings turn turn_model)

if ! sysroot=$("$repo/tests/tools/programs-32" build mintctl mint-agent "${suites[@]/#/tests/unit/test_}" 2> "$dir/build.log"); then
	not_ok "all is built for i386" "$(tail -n 20 "$dir/build.log")"
	finish
fi

# What loads them is where this machine does not look.
# shellcheck disable=SC2317 # called by check
run()
{
	MINT_FUZZ_SECONDS=5 "$sysroot/lib/ld-linux.so.2" \
		--library-path "$sysroot/lib/i386-linux-gnu:$sysroot/usr/lib/i386-linux-gnu" \
		"$repo/build/32/tests/unit/test_$1"
}

# Functions that there are twice, and whose names say 64 if sizes have 64 bits.
find "$repo/build/32/obj/mintctl" -name '*.o' -exec nm -u {} + | awk '$1 == "U" { print $2 }' | sort -u > "$dir/undefined"
check "the programs open files" grep -qx open64 "$dir/undefined"
check_equal "of any size" "" \
	"$(grep -xE 'f?open|openat|creat|[fl]?stat|fstatat|pread|pwrite|lseek|f?truncate|readdir|mmap|fseeko|ftello|f?statv?fs' "$dir/undefined")"

for suite in "${suites[@]}"; do
	check "test_$suite is a program for i386" sh -c "readelf -h '$repo/build/32/tests/unit/test_$suite' | grep -q 'Class: *ELF32'"
	check "test_$suite passes" run "$suite"
done
finish
