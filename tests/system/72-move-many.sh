#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# One NIC moves again and again in one boot, and a disk whose file system is
# verified and written at each stop: no failure, no leak, nothing in a log.
#
# What a move costs: from the driver's going in the old OS to its being bound in
# the new one at most 1.3 times what unbind, the same reset and bind of that driver
# take inside one OS, in the same run; the layer's own part is below 5 %.
#
# Covers: move-2, move-4
# Short: 30 moves of a NIC, 10 of a disk; the cost as the median of 10 moves and 5 plain times
# Long: 1000 moves of a NIC, 200 of a disk; of 62 and 31
# Long limit: 7200

. "$(dirname "$0")/lib.sh"
variant=normal
. "$(dirname "$0")/hotplug.sh"

nic_moves=$(rounds 30 1000)
disk_moves=$(rounds 10 200)
rounds=$(rounds 5 31)
# The slope of the first OS's memory that is taken for none, in KiB a move.
slope=$(rounds 100 8)
truncate -s 64M "$dir/nvme.img"
truncate -s 512M "$dir/disk.img"
mke2fs -q -F "$dir/disk.img"

vm_ok vm --timeout $((200 + nic_moves * 4 + disk_moves * 12 + rounds * 30)) --file "$devices_guest" \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=3 \
	--arg -device --arg pcie-root-port,id=rp2,chassis=2,addr=4 \
	--arg -netdev --arg user,id=n1,restrict=on \
	--arg -device --arg e1000e,netdev=n1,bus=rp1 \
	--arg -drive --arg "file=$dir/disk.img,format=raw,if=none,id=d1" \
	--arg -device --arg virtio-blk-pci,drive=d1,bus=rp2,disable-legacy=on \
	--arg -device --arg pcie-root-port,id=rp3,chassis=3,addr=5 \
	--arg -drive --arg "file=$dir/nvme.img,format=raw,if=none,id=d2" \
	--arg -device --arg nvme,drive=d2,serial=1,bus=rp3 \
	< <(echo "nic_moves=$nic_moves disk_moves=$disk_moves slope=$slope rounds=$rounds"
	printf '%s\n' "$moves_prelude"; cat << 'GUEST'
nic=0000:01:00.0 disk=0000:02:00.0

# Names without what counts, and without numbers that drivers choose anew.
tables()
{
	sed -n 's/^ *[0-9]*:[ 0-9]*//p' /proc/interrupts | sort
	cat /proc/iomem
	awk '{ print $1, $2, $3, $4, $5, $6, $7, $13 }' /sys/kernel/mint/irqtable | sort
}

other() { [ "$1" = os1 ] && echo os2 || echo os1; }

check "os2 is up" up os2 2-3 256M
# Once round first: caches that stay are filled.
check "the NIC goes to os2" mintctl dev move $nic --to os2
check "and comes back" mintctl dev move $nic --to os1
# As at the end: interrupts that were never started look different from stopped ones.
check "it works" uses os1 net $nic 10.0.2.15/24 10.0.2.2
tables > /tmp/tables.before

at=os1 n=0
: > /tmp/memory
while [ $((n += 1)) -le "$nic_moves" ] && [ "$failed" -eq 0 ]; do
	to=$(other $at)
	mintctl dev move $nic --to "$to" > /tmp/out 2>&1 || not_ok "move $n of the NIC" "$(cat /tmp/out)"
	at=$to
	[ $at = os2 ] || echo "$n $(free_memory)" >> /tmp/memory
done
[ "$failed" -ne 0 ] || ok "$nic_moves moves of the NIC"
[ $at = os1 ] || mintctl dev move $nic --to os1 || not_ok "the NIC comes home"
check "it works" uses os1 net $nic 10.0.2.15/24 10.0.2.2
check_slope "the memory of os1 does not shrink by more than $slope KiB a move" "$slope" 1 /tmp/memory
tables > /tmp/tables.after
check "interrupts, iomem and irqtable are back where they began" cmp /tmp/tables.before /tmp/tables.after
diff /tmp/tables.before /tmp/tables.after | sed 's/^/# /'

n=0 at=os1
while [ $((n += 1)) -le "$disk_moves" ] && [ "$failed" -eq 0 ]; do
	to=$(other $at)
	{ mintctl dev move $disk --to "$to" && uses "$to" fs $disk "file$n"; } > /tmp/out 2>&1 ||
		not_ok "move $n of the disk" "$(cat /tmp/out)"
	at=$to
done
[ "$failed" -ne 0 ] || ok "$disk_moves moves of the disk, its file system verified and written at each stop"
[ $at = os1 ] || mintctl dev move $disk --to os1 || not_ok "the disk comes home"

# ---- what a move costs ----

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

for device in e1000e:$nic virtio-blk:$disk nvme:0000:03:00.0; do
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
	check_equal "$name: all was timed" "$rounds $((2 * rounds))" "$(echo $(wc -l < /tmp/plain) $(wc -l < /tmp/moves))"
	check "$name: the downtime is at most 1.3 times the plain time" test $((moved * 10)) -le $((plain * 13))
	check "$name: the layer's part is below 5 %" test "$own" -lt 50
done
check "table and hardware agree" mintctl irq verify
finish
GUEST
)
check "the file system is sound" e2fsck -fn "$dir/disk.img"

finish
