#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# To register and free a route, to resolve and to apply it costs the same, in
# instructions, however many routes and OSes there are: from 16 routes of two OSes
# to 12160 of sixteen, in a booted kernel.
#
# Covers: irq-8
# Short: each number once

. "$(dirname "$0")/lib.sh"

vm_ok vm --icount --smp 1 --timeout 240 << 'END'
cd /sys/kernel/debug

# cost ROUTES OSES: with so many routes in each of so many OSes besides this one's.
cost()
{
	check "$2 more OSes with $1 routes each" sh -c "echo $1 $2 > mint_irq_synth"
	echo "cost: $((($2 + 1) * $1)) $(($2 + 1)) $(cat mint_irq_cost)"
}

cost 8 1
cost 500 1
cost 1 15
cost 62 15
cost 760 15
cost 8 1
check "they go" sh -c 'echo 0 0 > mint_irq_synth'
check "table and hardware agree" mintctl irq verify
finish
END

# "cost: ROUTES OSES route X resolve Y apply Z"
grep '^cost: ' "$dir/vm.out" > "$dir/costs"
sed 's/^cost: \([0-9]*\) \([0-9]*\)/# \1 routes, \2 OSes, instructions:/' "$dir/costs"
for what in route resolve apply; do
	# shellcheck disable=SC2016 # awk expands it
	check "$what: the same cost within 10 %" awk -v what="$what" '
	{
		for (i = 4; i < NF; i += 2) {
			if ($i != what)
				continue
			n++
			low = n == 1 || $(i + 1) < low ? $(i + 1) : low
			high = $(i + 1) > high ? $(i + 1) : high
		}
	}
	END { printf "%d to %d\n", low, high; exit !(n == 6 && low > 0 && high <= 1.1 * low) }' "$dir/costs"
done

finish
