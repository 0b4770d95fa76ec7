#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An interrupt that is one OS's alone takes no more instructions from its vector to
# the driver's handler than without Mint: counted, on one core, with the kernel of
# this checkout, to which only the driver is added that raises interrupts, and with
# the same kernel without Mint.
#
# Covers: irq-3
# Kernel: plain
# Short: 3000 interrupts of each kind
# Long: 30000 of each kind

. "$(dirname "$0")/lib.sh"

for needed in plain measured; do
	"$repo/kernel-glue/scripts/kernel-build" --path "$needed" > /dev/null 2>&1 && continue
	skip "the cost of an interrupt" "the $needed variant has not been built for this checkout; run: make kernel-$needed"
	finish
done

n=$(rounds 3000 30000)
# Of those that are counted, so many are the test driver's own: from reading the
# clock to raising the interrupt, and from its handler's entry to reading it again.
own=10

# With --icount the clock counts instructions, and the interrupt is taken at once
# by the core that raised it.
measure()
{
	vm_ok "$1" --variant "$1" --icount --smp 1 --timeout 240 --arg -device --arg edu < <(echo "n=$n"; cat << 'END'
edu=$(echo /sys/bus/pci/drivers/edu/0*)
for mode in msi intx; do
	echo $mode > "$edu/irq_mode"
	echo 500 > "$edu/load"
	echo > "$edu/delays"
	echo "$n" > "$edu/load" || not_ok "the load"
	echo "cost: $mode $(cat "$edu/delays")"
	check_equal "$mode: each was served" "$(cat "$edu/raised")" "$(cat "$edu/served")"
done
finish
END
)
}

# cost VARIANT MODE: instructions, the median.
cost() { sed -n "s/^cost: $2 [0-9]* \([0-9]*\) .*/\1/p" "$dir/$1.out"; }

# compare MODE BOUND: prints "WITHOUT WITH RATIO"; the ratio must not exceed BOUND.
compare()
{
	awk -v own="$own" -v without="$(cost plain "$1")" -v with="$(cost measured "$1")" -v bound="$2" 'BEGIN {
		without -= own
		with -= own
		printf "%d %d %.3f\n", without, with, (without > 0 ? with / without : 99)
		exit !(without > 100 && with <= bound * without)
	}'
}

measure plain
measure measured
for mode in msi intx; do
	bound=1.00
	[ "$mode" = msi ] || bound=1.02
	check "$mode: at most $bound of the instructions without Mint" compare "$mode" "$bound"
	read -r without with ratio <<< "$(compare "$mode" "$bound")"
	printf '# instructions from vector to handler, %s: %d without Mint, %d with it, ratio %s\n' \
		"$mode" "$without" "$with" "$ratio"
done

finish
