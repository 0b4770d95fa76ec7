#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who uses a device is found whatever kind of use that is, and a device that is only
# there is not taken for one in use.
#
# Covers: faults
# Short: each kind once

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hotplug.sh"

for disk in disk stick; do
	truncate -s 64M "$dir/$disk.img"
	mke2fs -q -F "$dir/$disk.img"
done

vm_ok vm --timeout 200 --smp 2 --file "$devices_guest" \
	--arg -netdev --arg user,id=n1,restrict=on \
	--arg -device --arg virtio-net-pci,netdev=n1,addr=5,disable-legacy=on \
	--arg -drive --arg "file=$dir/disk.img,format=raw,if=none,id=d1" \
	--arg -device --arg virtio-blk-pci,drive=d1,addr=6,disable-legacy=on \
	--arg -drive --arg "file=$dir/stick.img,format=raw,if=none,id=d2" \
	--arg -device --arg qemu-xhci,id=usb,addr=7 --arg -device --arg usb-storage,bus=usb.0,drive=d2 \
	--arg -device --arg pci-serial,addr=8 \
	--arg -device --arg virtio-keyboard-pci,addr=9 \
	< <(printf '%s\n' "$moves_prelude"; cat << 'GUEST'
nic=0000:00:05.0 disk=0000:00:06.0 usb=0000:00:07.0 serial=0000:00:08.0 keys=0000:00:09.0
in_use() { refused "$1" 1 "$2 is in use in os1: $3" mintctl dev move "$2" --to os2 --dry-run; }
free() { check "$1" mintctl dev move "$2" --to os2 --dry-run; }

check "os2 is up" up os2 1 256M

# ---- network ----

interface=$(net-up $nic 10.0.2.15/24)
in_use "IPv4" $nic "$interface is up with 10.0.2.15/24"
ip addr flush dev $interface scope global
check "it has an address of itself" wait_for 10 sh -c "ip -6 addr show dev $interface | grep -q 'inet6 fe80'"
free "that does not count" $nic
ip addr add 2001:db8::5/64 dev $interface nodad
in_use "IPv6" $nic "$interface is up with 2001:db8::5/64"
ip addr del 2001:db8::5/64 dev $interface
ip addr add fe80::5/64 dev $interface nodad
in_use "IPv6, link-local but set by somebody" $nic "$interface is up with fe80::5/64"
ip addr del fe80::5/64 dev $interface
free "without it" $nic
ip link add link $interface name vlan5 type vlan id 5
in_use "a VLAN" $nic "$interface carries vlan5"
ip link set $interface down
in_use "also when it is down" $nic "$interface carries vlan5"
ip link del vlan5
ip link add link $interface name above type macvlan
in_use "a macvlan" $nic "$interface carries above"
ip link del above
free "without all that" $nic

# ---- disks ----

free "a disk" $disk
losetup /dev/loop0 /dev/vda
in_use "a loop device" $disk "vda is open"
losetup -d /dev/loop0
sleep 30 < /dev/vda &
reader=$!
in_use "a reader" $disk "vda is open"
kill $reader
dd if=/dev/zero of=/dev/vda bs=1M count=16 2> /dev/null
mkswap /dev/vda > /dev/null
swapon /dev/vda
in_use "swap" $disk "vda is in use"
swapoff /dev/vda
check "a disk again" wait_for 10 mintctl dev move $disk --to os2 --dry-run
check "a stick is there" wait_for 20 test -e /dev/sda
mkdir -p /tmp/stick
mount /dev/sda /tmp/stick
in_use "a stick at an USB host" $usb "sda is mounted"
umount /tmp/stick
check "an USB host" wait_for 10 mintctl dev move $usb --to os2 --dry-run

# ---- terminals and input ----

tty=$(basename "$(find /sys/bus/pci/devices/$serial/ -path '*/tty/ttyS*' | head -n 1)")
free "a serial card" $serial
sleep 30 <> /dev/$tty &
reader=$!
in_use "an open terminal" $serial "$tty is open"
kill $reader
check "a serial card again" wait_for 10 mintctl dev move $serial --to os2 --dry-run
event=$(basename "$(find /sys/bus/pci/devices/$keys/ -name 'event*' | head -n 1)")
free "a keyboard" $keys
sleep 30 < /dev/input/$event &
reader=$!
in_use "an open keyboard" $keys "input[0-9]* is open"
kill $reader
check "a keyboard again" wait_for 10 mintctl dev move $keys --to os2 --dry-run
finish
GUEST
)

finish
