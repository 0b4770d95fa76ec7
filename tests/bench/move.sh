#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How long a NIC is away when it moves to another OS, and how much of that is the layer's,
# against unbind, reset and bind of the same driver in one OS.

. "$(dirname "$0")/lib.sh"

machine moves --timeout $((120 + MINT_BENCH_REPS * 10)) \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000e,netdev=n1,addr=5 \
	< <(echo "reps=$MINT_BENCH_REPS"; cat << 'GUEST'
nic=0000:00:05.0 driver=/sys/bus/pci/drivers/e1000e
up os2 2-3 256M || exit
# Microseconds of a command, by bash's own clock.
took() { bash -c 't=$EPOCHREALTIME; '"$1"'; u=$EPOCHREALTIME; echo $((10#${u/./} - 10#${t/./}))'; }
n=0
while [ $((n += 1)) -le "$reps" ]; do
	echo "rebind $(took "cd $driver && echo $nic > unbind && { [ ! -e ../../devices/$nic/reset ] || echo 1 > ../../devices/$nic/reset; } && echo $nic > bind")"
	for to in os2 os1; do
		mintctl dev move $nic --to $to > /dev/null || exit
		mintctl dev show $nic | awk '/^downtime/ { printf "move %d %d\n", $2 * 1000, $7 * 1000 }'
	done
done
exit 0
GUEST
)
while read -r what time layer; do
	sample downtime "$what" "$(awk -v us="$time" 'BEGIN { printf "%.3f", us / 1000 }')"
	[ "$what" != move ] || {
		sample layer move "$(awk -v us="$layer" 'BEGIN { printf "%.3f", us / 1000 }')"
		sample layer downtime "$(awk -v us="$time" 'BEGIN { printf "%.3f", us / 1000 }')"
	}
done < "$dir/moves.out"
