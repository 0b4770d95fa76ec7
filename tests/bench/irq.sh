#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Instructions from the vector of an interrupt to its driver's handler, with Mint and with the
# same kernel without it; see tests/system/60-irq-cost.sh, which has the bounds.

. "$(dirname "$0")/lib.sh"

# The test driver's own, see there.
own=10

# counted SERIES NAME
counted()
{
	machine "$2" --icount --smp 1 --timeout 240 --arg -device --arg edu << 'GUEST'
edu=$(echo /sys/bus/pci/drivers/edu/0*)
for mode in msi intx; do
	echo $mode > "$edu/irq_mode"
	echo 500 > "$edu/load"
	echo > "$edu/delays"
	echo 1000 > "$edu/load" || exit
	echo "cost: $mode $(cat "$edu/delays")"
done
exit 0
GUEST
	for mode in msi intx; do
		sample $mode "$1" $(($(sed -n "s/^cost: $mode [0-9]* \([0-9]*\) .*/\1/p" "$dir/$2.out") - own))
	done
}

for n in $(seq "$MINT_BENCH_REPS"); do
	variant=measured
	counted mint "with-$n"
	variant=plain
	counted plain "without-$n"
done
