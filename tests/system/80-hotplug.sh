#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device is plugged below a port of the first OS: it appears in the table and in
# the monitor, goes to the OS that the policy names, and can be moved. It is asked
# back while another OS has it: that OS lets go in order, and only then the slot is
# powered off; the same in the middle of a move. By ACPI hot-plug and by pciehp.
#
# A card with several functions goes as one, by the most specific of the policies about
# any of them, or stays as one, whatever happens on the way; and its ejection always ends.
#
# Covers: move-6, faults
# Short: each once; what is about several functions by one of the two
# Limit: 1200
# Long limit: 1800

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"
. "$(dirname "$0")/hotplug.sh"

for way in acpi pciehp; do
	arguments=()
	[ $way = acpi ] || arguments+=(--arg -global --arg ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off)
	serve_host $way
	# The OS that hangs.
	[ $way = pciehp ] || expect_log $way os1 'os2 does not let go, its slot goes off all the same'
	vm_ok $way --input --timeout 700 --file "$devices_guest" "${arguments[@]}" \
		--arg -device --arg pcie-root-port,id=rp1,chassis=1,slot=1,addr=3 \
		--arg -device --arg pcie-root-port,id=rp2,chassis=2,slot=2,addr=4 \
		--arg -netdev --arg user,id=n1,restrict=on \
		--arg -device --arg x3130-upstream,id=up,bus=rp2 \
		--arg -device --arg xio3130-downstream,id=dp,bus=up,chassis=3,slot=3 \
		< <(echo "way=$way long=${MINT_TEST_LONG:-}"; printf '%s\n' "$moves_prelude"; cat << 'GUEST'
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
mintctl dev policy --json > /tmp/json
keep_json /tmp/json
check "$way: it is told as JSON" sh -c 'tr -d " \n" < /tmp/json | grep -F "\"policies\":[{\"key\":\"0000:00:03.0\",\"kind\":\"port\",\"owner\":\"os2\"}]"'
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
unplug
check "$way: it goes" wait_for 60 gone

# ==== cards with several functions ====

net=virtio-net-pci,disable-legacy=on
rng=virtio-rng-pci,disable-legacy=on
serial=virtio-serial-pci,disable-legacy=on
bus=rp1 slot=1 card=0000:01:00 last=1

# plug FUNCTION0 FUNCTION1 [FUNCTION2]: function 0 last, which shows them.
plug()
{
	last=1
	[ $# -lt 3 ] || { last=2; echo "host: device_add $3,id=f2,bus=$bus,addr=0.2"; }
	echo "host: device_add $2,id=f1,bus=$bus,addr=0.1"
	echo "host: device_add $1,id=f0,bus=$bus,addr=0.0,multifunction=on"
}
unplug() { echo "host: device_del f0"; }

every() { for every_nr in $(seq 0 $last); do "$@" "$every_nr" || return 1; done; }
is_with() { with "$card.$2" "$1"; }
all_with() { every is_with "$1"; }
is_gone() { ! mintctl dev show "$card.$1"; }
all_gone()
{
	every is_gone || return 1
	[ $way = acpi ] || grep -q 0 /sys/bus/pci/slots/$slot/adapter
}
has_driver() { [ "$(dev "$card.$1" DRIVER)" = virtio-pci ]; }
all_driven() { every has_driver; }

# goes NAME OS: what was plugged is that OS's, all of it, with drivers.
goes()
{
	check "$way: $1: all are with $2" wait_for 20 all_with "$2"
	check "$way: $1: drivers there have them" wait_for 20 all_driven
}
leaves()
{
	unplug
	check "$way: $1: it goes" wait_for 60 all_gone
}
policy() { mintctl dev policy "$@" || echo "# no policy $*"; }

# In the short form each of them runs by one way.
by() { [ -n "$long" ] || [ $way = "$1" ]; }

# ---- which policy ----

policy class:0200 os2
if by acpi; then
	plug $rng $net
	goes "the class of .1" os2
	leaves "the class of .1"
	plug $net $rng $serial
	goes "the class of .0, of three" os2
	# Nobody's, and ejected.
	check "$way: released" mintctl dev release $card.0 --with-siblings
	check "$way: they are nobody's" all_with -
	leaves "nobody's"
	policy $card.1 os3
	plug $net $rng
	goes "the function .1 before the class of .0" os3
	leaves "the function .1"
	policy $card.1 -
	policy class:00ff os3
	plug $rng $net
	goes "two classes: the lowest function's" os3
	leaves "two classes"
	policy class:00ff -
	policy class:0200 os9
	plug $rng $net
	goes "an OS that does not run" os1
	leaves "an OS that does not run"
	policy class:0200 os2
fi
if by pciehp; then
	policy 0000:00:03.0 os3
	plug $net $rng
	goes "the port before the class" os3
	leaves "the port"
	policy ${card#0000:} os2
	plug $rng $rng
	goes "the slot before the port" os2
	leaves "the slot"
	policy $card -
	policy 0000:00:03.0 -
	bus=dp slot=3 card=0000:04:00
	policy 0000:00:04.0 os3
	plug $rng $rng
	goes "a port further up" os3
	leaves "a port further up"
	policy 0000:00:04.0 -
	bus=rp1 slot=1 card=0000:01:00
fi

# ---- in the middle ----

# Its OS ends when it has the first of them.
if by pciehp; then
	at_phase os1 'stall 1'
	plug $rng $net
	check "$way: ends: the first is on its way" wait_for 20 stalled os1
	at_phase os1 'stall 1'
	at_phase os1 go
	check "$way: ends: os2 has it" wait_for 20 is_with os2 0
	check "$way: ends: the second waits" wait_for 20 stalled os1
	in_os os2 'poweroff -f' > /dev/null 2>&1 &
	check "$way: ends: os2 is off" wait_for 20 is os2 'powered off'
	at_phase os1 go
	goes "its OS ends" os1
	leaves "its OS ends"
	check "$way: os2 is destroyed" mintctl os destroy os2
	check "$way: os2 is up again" up os2 2 256M
fi

# Ejected on its way.
at_phase os2 'stall 6'
plug $rng $net
check "$way: ejected on its way: os2 is in the middle" wait_for 20 stalled os2
unplug
check "$way: ejected on its way: it is known" wait_for 20 sh -c "mintctl dev show $card.1 | grep -q 'powered off'"
at_phase os2 go
check "$way: ejected on its way: it goes" wait_for 60 all_gone

# Its OS hangs.
if by acpi; then
	plug $rng $net
	goes "hangs" os2
	in_os os2 'echo spin > /sys/kernel/debug/mint_test' > /dev/null 2>&1 &
	check "$way: hangs: os2 does" wait_for 30 is os2 hung
	unplug
	check "$way: hangs: os2 is given up" wait_for 40 sh -c "dmesg | grep -q '$card.*os2 does not let go'"
	check "$way: hangs: os2 is destroyed" mintctl os destroy os2 --force
	check "$way: hangs: it is gone" wait_for 20 all_gone
	plug $rng $net
	goes "the place can be used again" os1
	leaves "the place can be used again"
fi
check "$way: table and hardware agree" mintctl irq verify
finish
GUEST
)
	end_host
done

finish
