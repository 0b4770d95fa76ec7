#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What it costs that two OSes have one core by turns: how far a program comes in one of them
# while the other one sleeps, against how far two come, one in each.

. "$(dirname "$0")/lib.sh"

window_ms=600
spin=$(program spin)

# counted WORDS: what was printed after these, of the last machine.
counted() { sed -n "s/^$1: //p" "$dir/$name.out"; }

for n in $(seq "$MINT_BENCH_REPS"); do
	name=turns-$n
	machine "$name" --icount --smp 2 --memory 1G --pool 512M --timeout 580 --file "$spin" \
		< <(echo "window_ms=$window_ms"; cat << 'GUEST'
khz=$(sed -n 's/.*tsc_early_khz=\([0-9]*\).*/\1/p' /proc/cmdline)
mintctl os create os2 --cores 1 --memory 128M || exit
start os2 || exit
mintctl os create os3 --cores 1:50% --memory 128M || exit
start os3 || exit
for os in os2 os3; do
	mintctl os exec $os -- sh -c 'cat > /tmp/spin; chmod +x /tmp/spin' < spin || exit
done
# window: both are told before it begins.
window() { from=$(($(./spin) + 2000 * khz)) to=$((from + window_ms * khz)); }
window
in_os os2 /tmp/spin $from $to > /tmp/of2 || exit
echo "alone: $(cat /tmp/of2)"
for slice in 20 5 1; do
	mintctl os set os3 --slice ${slice}ms || exit
	window
	in_os os2 /tmp/spin $from $to > /tmp/of2 & of2=$!
	in_os os3 /tmp/spin $from $to > /tmp/of3 || exit
	wait $of2 || exit
	echo "of $slice: $(cat /tmp/of2 /tmp/of3 | xargs)"
done
GUEST
)
	alone=$(counted alone | cut -d ' ' -f 1)
	for slice in 20 5; do
		read -r count2 _ count3 _ < <(counted "of $slice")
		sample "of-$slice" alone "$alone"
		sample "of-$slice" both $((count2 + count3))
	done
	# The clock counts instructions, one a nanosecond. Of two runs that differ in nothing but
	# how often they switch: many times, or what else the machine does would be more.
	many=$(counted "of 1")
	sample switch instructions "$(awk -v few="$(counted "of 20")" -v many="$many" -v ns=$((window_ms * 1000000)) 'BEGIN {
		split(few, f); split(many, m)
		if (m[2] + m[4] < 4 * (f[2] + f[4])) exit 1
		printf "%d\n", (1 - (m[1] + m[3]) / (f[1] + f[3])) * ns / (m[2] + m[4] - f[2] - f[4])
	}')"
done
