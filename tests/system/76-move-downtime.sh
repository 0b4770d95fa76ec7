#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a move costs: from the driver's going in the old OS to its being bound in
# the new one at most 1.3 times what unbind, the same reset and bind of that driver
# take inside one OS, in the same run; the layer's own part is below 5 %.
#
# Covers: move-4
# Short: the median of 5 moves
# Long: the median of 31 moves

. "$(dirname "$0")/lib.sh"
variant=normal
. "$(dirname "$0")/hotplug.sh"

rounds=$(rounds 5 31)
truncate -s 64M "$dir/virtio.img" "$dir/nvme.img"

vm_ok vm --timeout $((200 + rounds * 30)) --file "$devices_guest" \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=3 \
	--arg -device --arg pcie-root-port,id=rp2,chassis=2,addr=4 \
	--arg -device --arg pcie-root-port,id=rp3,chassis=3,addr=5 \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000e,netdev=n1,bus=rp1 \
	--arg -drive --arg "file=$dir/virtio.img,format=raw,if=none,id=d1" \
	--arg -device --arg virtio-blk-pci,drive=d1,bus=rp2,disable-legacy=on \
	--arg -drive --arg "file=$dir/nvme.img,format=raw,if=none,id=d2" \
	--arg -device --arg nvme,drive=d2,serial=1,bus=rp3 \
	< <(echo "rounds=$rounds"; printf '%s\n' "$moves_prelude"; cat << 'GUEST'
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# Microseconds of a bash command, by bash's own clock.
took() { bash -c 't=$EPOCHREALTIME; '"$1"'; u=$EPOCHREALTIME; echo $((10#${u/./} - 10#${t/./}))'; }

# Unbind, reset and bind in this OS.
plain()
{
	driver=$(basename "$(readlink -f "/sys/bus/pci/devices/$1/driver")")
	took "cd /sys/bus/pci/drivers/$driver && echo $1 > unbind &&
		{ [ ! -e ../../devices/$1/reset ] || echo 1 > ../../devices/$1/reset; } && echo $1 > bind"
}

# Microseconds of the downtime, and of the layer's part, of the last move.
durations()
{
	mintctl dev show "$1" | awk '
		/^downtime/ { printf "%d %d\n", $2 * 1000, $7 * 1000 }'
}

check "os2 is up" up os2 2-3 256M
for device in e1000e:0000:01:00.0 virtio-blk:0000:02:00.0 nvme:0000:03:00.0; do
	name=${device%%:*} bdf=${device#*:}
	: > /tmp/plain; : > /tmp/moves; : > /tmp/own
	n=0
	while [ $((n += 1)) -le "$rounds" ]; do
		plain "$bdf" >> /tmp/plain
		for to in os2 os1; do
			mintctl dev move "$bdf" --to $to > /tmp/out 2>&1 || not_ok "$name to $to" "$(cat /tmp/out)"
			durations "$bdf" > /tmp/times
			cut -d' ' -f1 /tmp/times >> /tmp/moves
			awk '{ printf "%d\n", $2 * 1000 / $1 }' /tmp/times >> /tmp/own
		done
	done
	plain=$(median < /tmp/plain) moved=$(median < /tmp/moves) own=$(median < /tmp/own)
	printf '# %s: plain %s us, moved %s us, the layer %s per mille\n' "$name" "$plain" "$moved" "$own"
	check "$name: the downtime is at most 1.3 times the plain time" test $((moved * 10)) -le $((plain * 13))
	check "$name: the layer's part is below 5 %" test "$own" -lt 50
done
finish
GUEST
)

finish
