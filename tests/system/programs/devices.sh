#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# usage: sh -s VERB BDF [ARGUMENT]... < devices.sh
#
# Runs in any OS of the guest and uses a device there, so that its data prove that
# it works; afterwards it is not in use any more.
#
#	net BDF ADDRESS PEER	its own end answers, with the bytes that were sent
#	fs BDF NEW		the file system on its disk has what other OSes
#				wrote, by checksum, and gets a file NEW
#	raw BDF NEW		the same for a disk without file system
#	serial BDF TEXT		sends a line
#	edu BDF			serves 100 interrupts
set -eu

verb=$1 bdf=$2
device=/sys/bus/pci/devices/$bdf/

# within_30s WHAT...: what the command prints, once it prints something.
within_30s()
{
	until=$(($(cut -d. -f1 /proc/uptime) + 30))
	while [ "$(cut -d. -f1 /proc/uptime)" -lt $until ]; do
		found=$("$@" | sort | head -n 1)
		[ -z "$found" ] || { basename "$found"; return; }
		usleep 50000
	done
	echo "$*: nothing of $bdf within 30 s" >&2
	return 1
}

disks()
{
	for disk in /sys/class/block/*; do
		[ -e "$disk/partition" ] || case $(readlink -f "$disk") in
		*/"$bdf"/*) echo "$disk" ;;
		esac
	done
}

terminals() { find "$device" -path '*/tty/ttyS*'; }

use_net()
{
	interface=$(net-up "$bdf" "$1")
	# A byte that comes back changed is an error of ping's.
	ping -A -q -c 50 -s 1400 -p 5aa5 -w 30 "$2"
	ip addr flush dev "$interface"
	ip link set "$interface" down
}

use_fs()
{
	disk=$(within_30s disks)
	mkdir -p /tmp/fs
	mount "/dev/$disk" /tmp/fs
	cd /tmp/fs
	[ ! -e sums ] || md5sum -c sums > /dev/null
	dd if=/dev/urandom of="$1" bs=64k count=16 2> /dev/null
	md5sum "$1" >> sums
	cd /
	umount /tmp/fs
}

# Each gets a megabyte of its own; the sums are in the first block.
use_raw()
{
	disk=/dev/$(within_30s disks)
	dd if="$disk" of=/tmp/sums bs=512 count=8 2> /dev/null
	sed -i '/^[0-9a-f]* [0-9]*$/!d' /tmp/sums
	while read -r sum place; do
		dd if="$disk" bs=1M skip="$place" count=1 iflag=direct 2> /dev/null | md5sum | grep -q "^$sum "
	done < /tmp/sums
	place=$(($(wc -l < /tmp/sums) + 1))
	dd if=/dev/urandom of=/tmp/new bs=1M count=1 2> /dev/null
	dd if=/tmp/new of="$disk" bs=1M seek="$place" conv=fsync 2> /dev/null
	echo "$(md5sum < /tmp/new | cut -d' ' -f1) $place" >> /tmp/sums
	dd if=/tmp/sums of="$disk" bs=512 count=8 conv=sync,fsync,notrunc 2> /dev/null
	sync
	echo 3 > /proc/sys/vm/drop_caches
	dd if="$disk" bs=1M skip="$place" count=1 iflag=direct 2> /dev/null | cmp - /tmp/new
}

use_serial()
{
	tty=/dev/$(within_30s terminals)
	stty -F "$tty" 115200 raw -echo
	echo "$1" > "$tty"
}

use_edu()
{
	before=$(cat "${device}served")
	echo 100 > "${device}load"
	[ "$(cat "${device}served")" -eq $((before + 100)) ]
}

shift 2
"use_$verb" "$@"
