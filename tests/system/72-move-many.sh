#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# One NIC moves again and again in one boot, and a disk whose file system is
# verified and written at each stop: no failure, no leak, nothing in a log.
#
# Covers: move-2
# Short: 30 moves of a NIC, 10 of a disk
# Long: 1000 moves of a NIC, 200 of a disk
# Long limit: 7200

. "$(dirname "$0")/lib.sh"
variant=normal
. "$(dirname "$0")/hotplug.sh"

nic_moves=$(rounds 30 1000)
disk_moves=$(rounds 10 200)
# The slope of the first OS's memory that is taken for none, in KiB a move.
slope=$(rounds 100 8)
truncate -s 512M "$dir/disk.img"
mke2fs -q -F "$dir/disk.img"

vm_ok vm --timeout $((200 + nic_moves * 4 + disk_moves * 12)) --file "$devices_guest" \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=3 \
	--arg -device --arg pcie-root-port,id=rp2,chassis=2,addr=4 \
	--arg -netdev --arg user,id=n1,restrict=on \
	--arg -device --arg e1000e,netdev=n1,bus=rp1 \
	--arg -drive --arg "file=$dir/disk.img,format=raw,if=none,id=d1" \
	--arg -device --arg virtio-blk-pci,drive=d1,bus=rp2,disable-legacy=on \
	< <(echo "nic_moves=$nic_moves disk_moves=$disk_moves slope=$slope"
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
[ $at = os1 ] || check "it comes home" mintctl dev move $nic --to os1
check "it works" uses os1 net $nic 10.0.2.15/24 10.0.2.2
check "the memory of os1 does not shrink by more than $slope KiB a move" awk -v bound="$slope" '
	{ n++; x += $1; y += $2; xx += $1 * $1; xy += $1 * $2 }
	END {
		slope = n > 1 ? (n * xy - x * y) / (n * xx - x * x) : -bound
		printf "%d samples, slope %.1f KiB a move\n", n, slope
		exit slope <= -bound
	}' /tmp/memory
printf '# %s\n' "$check_output"
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
check "table and hardware agree" mintctl irq verify
finish
GUEST
)
check "the file system is sound" e2fsck -fn "$dir/disk.img"

finish
