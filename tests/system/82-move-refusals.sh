#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Moves that are refused leave everything as it was; siblings go together.
#
# Covers: move-8
# Short: each refusal once

. "$(dirname "$0")/lib.sh"
variant=normal
. "$(dirname "$0")/hotplug.sh"

truncate -s 64M "$dir/disk.img"
mke2fs -q -F "$dir/disk.img"

vm_ok vm --timeout 300 --file "$devices_guest" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -netdev --arg user,id=n2,restrict=on \
	--arg -device --arg virtio-net-pci,netdev=n1,addr=5.0,multifunction=on,disable-legacy=on \
	--arg -device --arg virtio-net-pci,netdev=n2,addr=5.1,disable-legacy=on \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=3 \
	--arg -drive --arg "file=$dir/disk.img,format=raw,if=none,id=d1" \
	--arg -device --arg virtio-blk-pci,drive=d1,bus=rp1,disable-legacy=on \
	< <(printf '%s\n' "$moves_prelude"; cat << 'GUEST'
first=0000:00:05.0 second=0000:00:05.1 disk=0000:01:00.0 port=0000:00:03.0

check "os2 is up" up os2 2 256M
check "os3 is created" mintctl os create os3 --cpus 3 --memory 256M
before=$(snapshot)

no()
{
	refused "$@"
	check_equal "$1: all is as it was" "$before" "$(snapshot)"
}

no "no such function" 1 'no PCI function 0000:1f:1e.5' mintctl dev move 1f:1e.5 --to os2
no "a bridge" 1 "$port is a PCI bridge" mintctl dev move $port --to os2
no "the chipset" 1 '0000:00:1f.2 is part of the chipset' mintctl dev move 00:1f.2 --to os2
no "the host bridge" 1 '0000:00:00.0 is part of the chipset' mintctl dev release 00:00.0
no "an unknown OS" 1 "no OS is named 'os9'" mintctl dev move $disk --to os9
no "the same OS" 1 "os1 has $disk already" mintctl dev move $disk --to os1
no "an OS that was not started" 1 'os3 does not run' mintctl dev move $disk --to os3
no "one of two functions" 1 "$first and $second share a slot" mintctl dev move $first --to os2
no "a good one and a bad one" 1 "$port is a PCI bridge" mintctl dev move $disk $port --to os2
no "from another OS" 1 'os3 does not run' mintctl os exec -n os2 -- mintctl dev move $disk --to os3

mkdir -p /tmp/fs
mount /dev/vda /tmp/fs
before=$(snapshot)
no "a disk with a mounted file system" 1 "$disk is in use in os1: vda is mounted \(ext2\)" mintctl dev move $disk --to os2
no "the same, by a dry run" 1 'vda is mounted' mintctl dev move $disk --to os2 --dry-run
no "the same, ordered elsewhere" 1 'vda is mounted' mintctl os exec -n os2 -- mintctl dev move $disk --to os2
check "the file system works" sh -c 'echo fine > /tmp/fs/file && sync'
umount /tmp/fs
before=$(snapshot)
check "a dry run of what can be done" mintctl dev move $disk --to os2 --dry-run
check_equal "does nothing" "$before" "$(snapshot)"

# ---- together ----

check "siblings go together" mintctl dev move $first --to os2 --with-siblings
check_equal "both are there" "os2 os2" "$(owner $first) $(owner $second)"
check "both named come back" mintctl dev move $first $second --to os1
check_equal "both are here" "os1 os1" "$(owner $first) $(owner $second)"
net-up $second 10.0.2.15/24 > /dev/null
refused "one of them is in use" 1 "$second is in use in os1" mintctl dev move $first --to os2 --with-siblings
check_equal "both are still here" "os1 os1" "$(owner $first) $(owner $second)"
check "both work" uses os1 net $first 10.0.2.15/24 10.0.2.2
finish
GUEST
)

finish
