#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# QEMU's I/O APIC and local APICs do what the simulated ones do, case by case, with
# and without an EOI register: the cases that unit/test_irq_chip runs on the
# simulated chips (tests/irqsim/cases.c), in a program without an operating system.
#
# Short: all of it
# Limit: 120

. "$(dirname "$0")/lib.sh"

# One instruction takes 8 ns, so that the chip's delays do not depend on the host.
run_cases()
{
	local version=$1 out=$dir/cases-$1 status=0

	timeout 60 qemu-system-x86_64 -machine q35 -accel tcg -icount shift=3,sleep=off \
		-smp 2 -m 64 -nodefaults -no-user-config -display none -no-reboot \
		-global "ioapic.version=$version" -device edu \
		-debugcon "file:$out" -device isa-debug-exit,iobase=0xf4,iosize=1 \
		-kernel "$repo/build/tests/irq-chip-cases" > "$out.qemu" 2>&1 || status=$?
	# The program's 0 is 1 there.
	[ "$status" -eq 1 ] || [ "$status" -eq 3 ] ||
		not_ok "version $version: the program ends" "status $status: $(tail -n 3 "$out" "$out.qemu")"
	report_cases "$version" "$out"
}

report_cases()
{
	local version=$1 out=$2 line name

	while read -r line; do
		name="version $version: ${line#* - }"
		case $line in
		"ok "*) ok "$name" ;;
		"not ok "*) not_ok "$name" ;;
		esac
	done < "$out"
	check "version $version: all cases ran" grep -q '^# version .* cases ran$' "$out"
}

run_cases 0x20
run_cases 0x11

finish
