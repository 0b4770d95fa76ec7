#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device is plugged below a port of the first OS: it appears in the table and in
# the monitor, goes to the OS that the policy names, and can be moved. It is asked
# back while another OS has it: that OS lets go in order, and only then the slot is
# powered off; the same in the middle of a move. By ACPI hot-plug and by pciehp.
#
# Covers: move-6
# Short: each once

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"
. "$(dirname "$0")/hotplug.sh"

for way in acpi pciehp; do
	arguments=()
	[ $way = acpi ] || arguments+=(--arg -global --arg ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off)
	serve_host $way
	vm_ok $way --input --timeout 400 --file "$devices_guest" "${arguments[@]}" \
		--arg -device --arg pcie-root-port,id=rp1,chassis=1,slot=1,addr=3 \
		--arg -device --arg pcie-root-port,id=rp2,chassis=2,slot=2,addr=4 \
		--arg -netdev --arg user,id=n1,restrict=on \
		< <(echo "way=$way"; printf '%s\n' "$moves_prelude"; cat << 'GUEST'
nic=0000:01:00.0

plug() { echo "host: device_add virtio-net-pci,netdev=n1,id=nic,bus=rp1,disable-legacy=on"; }
unplug() { echo "host: device_del nic"; }
# pciehp switches the power off, and a second later has QEMU take the card out.
gone() { ! mintctl dev show $nic && { [ $way = acpi ] || grep -q 0 /sys/bus/pci/slots/1/adapter; }; }
# The monitor has said so, since mark.
mark() { marked=$(wc -l < /tmp/monitor); }
says() { tail -n +$((marked + 1)) /tmp/monitor | grep -qE "$1"; }

mintctl monitor > /tmp/monitor &
check "os2 is up" up os2 2 256M
check "os3 is up" up os3 3 256M
refused "$way: there is nothing yet" 1 'no such PCI function' mintctl dev show $nic

mark; plug
check "$way: without a policy it is os1's" wait_for 30 with $nic os1
check "$way: the monitor says so" wait_for 10 says "$nic added, with os1"
check "$way: a driver takes it" wait_for 10 uses os1 net $nic 10.0.2.15/24 10.0.2.2
mark; unplug
check "$way: it goes" wait_for 40 gone
check "$way: the monitor says so" wait_for 10 says "$nic removed"

check "$way: a policy for the port" mintctl dev policy 0000:00:03.0 os2
mark; plug
check "$way: it is os2's" wait_for 30 with $nic os2
check "$way: the monitor says so" wait_for 10 says "$nic .*now with os2"
check "$way: it works there" uses os2 net $nic 10.0.2.15/24 10.0.2.2
check "$way: it moves on" mintctl dev move $nic --to os3
check "$way: it works there, too" uses os3 net $nic 10.0.2.15/24 10.0.2.2

mark; unplug
check "$way: asked back, it goes" wait_for 60 gone
check "$way: os3 let go in order" says "$nic unbind"
check "$way: that was before it was removed" sh -c "tail -n +$((marked + 1)) /tmp/monitor |
	awk '/unbind/ { unbound = NR } /removed/ { removed = NR } END { exit !(unbound && unbound < removed) }'"

# ---- in the middle of a move ----

# eject_at PHASE FROM TO: in that phase of a move, which the giver or the taker does.
eject_at()
{
	at="$way, $2 to $3, ${1#*:}"
	plug
	check "$at: it is os2's" wait_for 30 with $nic os2
	[ $2 = os2 ] || check "$at: it is $2's" mintctl dev move $nic --to $2
	[ "${1%%:*}" -le 4 ] && middle=$2 || middle=$3
	at_phase $middle "stall ${1%%:*}"
	mintctl dev move $nic --to $3 --timeout 20 > /tmp/out 2>&1 &
	mover=$!
	check "$at: in the middle" wait_for 10 stalled $middle
	mark; unplug
	check "$at: the eject is under way" wait_for 20 says "$nic its slot is to be powered off"
	at_phase $middle go
	wait $mover
	check "$at: it goes" wait_for 60 gone
	for os in os1 os2 os3; do
		check "$at: $os does not have it" in_os_or_here $os "! [ -e /sys/bus/pci/devices/$nic ]"
	done
}

for phase in 1:unbind 4:release 6:claim 8:bind; do
	eject_at $phase os2 os3
done
# The port's owner is one of the two.
eject_at 1:unbind os1 os3
eject_at 6:claim os2 os1

# ---- policies ----

check "$way: a place counts before its port" mintctl dev policy $nic os3
plug
check "$way: it is os3's" wait_for 30 with $nic os3
unplug
check "$way: it goes" wait_for 60 gone
check "$way: without them" sh -c "mintctl dev policy $nic - && mintctl dev policy 0000:00:03.0 -"
check "$way: a class" mintctl dev policy class:0200 os2
plug
check "$way: it is os2's" wait_for 30 with $nic os2
unplug
check "$way: it goes" wait_for 60 gone
check "$way: of an OS that is no more" mintctl dev policy class:0200 os9
plug
check "$way: it stays with os1" wait_for 30 with $nic os1
check "$way: where it works" wait_for 10 uses os1 net $nic 10.0.2.15/24 10.0.2.2
check "table and hardware agree" mintctl irq verify
finish
GUEST
)
	end_host
done

finish
