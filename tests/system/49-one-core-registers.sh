#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two OSes on one core have different values in every register that only a kernel can
# write, and find them as they left them. Each, left out on purpose, is noticed. Those that
# programs have are in 47-one-core.
#
# Covers: one-core
# Short: 200 turns; each register left out, the other OS in between twice or more
# Long: 10,000 turns
# Long limit: 700

. "$(dirname "$0")/lib.sh"

expect_panic vm os3 'Fatal exception'
allow_log vm os3 'Oops: general protection fault|Call Trace'
vm_ok vm --smp 3 --on-panic continue --timeout "$(rounds 150 600)" < <(echo "turns=$(rounds 200 10000)"; cat << 'GUEST'
file=/sys/kernel/debug/mint_registers
slice_ms=5
turns() { field os2 TURNS; }
# look OS SEED MS [NAME]: what it found is in /tmp/of-OS.
look() { in_os "$1" "echo $2 $3 ${4:-} > $file && cat $file" > /tmp/of-$1 2>&1; }
is_there() { grep -v ' none$' "/tmp/of-$1"; }
changed() { sed -n 's/ changed$//p' "/tmp/of-$1" | xargs; }

check "os2 has the core" up os2 2 192M
check "os3 shares it" mintctl os create os3 --cores 2:50% --slice ${slice_ms}ms --memory 192M
check "os3 starts" start os3

first=$(turns)
while [ $(($(turns) - first)) -lt "$turns" ] && [ "$failed" -eq 0 ]; do
	look os2 2 1000 & other=$!
	look os3 3 1000
	wait $other
	for os in os2 os3; do
		[ -z "$(changed $os)" ] || not_ok "$os keeps its registers" "$(cat /tmp/of-$os)"
	done
done
[ "$failed" -ne 0 ] || ok "both keep their registers, $turns turns"
for os in os2 os3; do
	check "$os looked at most of them" test "$(is_there $os | wc -l)" -ge 28
done
# What every x86-64 processor has.
for name in cr0 cr2 cr4 fcw mxcsr xmm0 dr0 dr3 dr7 es fs ldt fs-base kernel-gs-base EFER LSTAR tpr lint0; do
	check "$name is one of them" grep -qx "$name kept" /tmp/of-os3
done
echo "# not there: $(sed -n 's/ none$//p' /tmp/of-os3 | xargs)"

# Without XCR0 the FPU's state cannot be loaded: the last.
is_there os3 | cut -d ' ' -f 1 | grep -vx xcr0 > /tmp/names
while read -r name; do
	look os2 2 $((40 * slice_ms)) & other=$!
	look os3 3 $((20 * slice_ms)) "$name"
	wait $other
	check_equal "$name, left out by os3, is noticed there" "$name" "$(changed os3)"
	check_equal "$name, left out by os3, is as it was in os2" "$name kept" "$(grep -x "$name .*" /tmp/of-os2)$(changed os2)"
done < /tmp/names
check "os3 works" in_os os3 'echo works | md5sum'
if grep -qx 'xcr0 kept' /tmp/of-os3; then
	look os2 2 $((40 * slice_ms)) &
	look os3 3 $((20 * slice_ms)) xcr0 &
	check "xcr0, left out by os3, is noticed there" wait_for 20 is os3 panicked
fi
check "os2 works" in_os os2 'echo works | md5sum'
finish
GUEST
)

finish
