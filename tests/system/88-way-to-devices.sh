#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The first OS cannot cut off what others have below its ports, whatever it writes to
# them. A function that takes its time after a reset is waited for, as Linux does, and
# meanwhile nobody else is held up. One without a function level reset goes by way of
# D3hot, one that sleeps is woken, before it is made silent.
#
# Covers: fault-way
# Short: each register once; 12 s of waiting

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hotplug.sh"

vm_ok vm --timeout 280 --file "$devices_guest" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -netdev --arg user,id=n2,restrict=on --arg -netdev --arg user,id=n3,restrict=on \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,slot=1,addr=3 \
	--arg -device --arg virtio-net-pci,netdev=n1,bus=rp1,disable-legacy=on \
	--arg -device --arg pcie-root-port,id=rp2,chassis=2,slot=2,addr=4 \
	--arg -device --arg virtio-net-pci,netdev=n2,bus=rp2,disable-legacy=on,x-pcie-flr-init=off \
	--arg -device --arg pcie-root-port,id=rp3,chassis=3,slot=3,addr=5 \
	--arg -device --arg e1000e,netdev=n3,bus=rp3 \
	--arg -device --arg pcie-root-port,id=rp4,chassis=4,slot=4,addr=8 \
	--arg -device --arg pcie-pci-bridge,id=pb,addr=6 \
	--arg -netdev --arg user,id=n4,restrict=on --arg -device --arg virtio-net-pci,netdev=n4,bus=pb,addr=1,disable-legacy=on \
	< <(printf '%s\n' "$moves_prelude"; cat << 'GUEST'
nic=0000:01:00.0 power=0000:02:00.0 intel=0000:03:00.0 behind=0000:04:01.0
port=00:03.0 free_port=00:08.0

check "os2 is up" eval "mintctl os create os2 --cpus 2 --memory 256M --dev $nic --dev $behind && start os2"
check "its NIC works" uses os2 net $nic 10.0.2.15/24 10.0.2.2

# flip PORT REGISTER BITS: changes them, and says what was there, wanted, and came of it.
flip()
{
	flip_before=$(setpci -s "$1" "$2")
	# What cannot be read is equal to nothing.
	[ -n "$flip_before" ] || { echo "unread a b"; return; }
	flip_wanted=$(printf "%0${#flip_before}x" $((0x$flip_before ^ $3)))
	setpci -s "$1" "$2=$flip_wanted"
	echo "$flip_before $flip_wanted $(setpci -s "$1" "$2")"
}
# keeps WHAT REGISTER BITS: these bits change in a port with nothing below, here not.
keeps()
{
	# shellcheck disable=SC2046 # three words
	set -- "$1" "$2" "$3" $(flip $free_port "$2" "$3")
	check_equal "$1: in a port with nothing below it changes" "$5" "$6"
	setpci -s $free_port "$2=$4"
	# shellcheck disable=SC2046
	set -- "$1" $(flip $port "$2" "$3")
	check_equal "$1: here it stays" "$2" "$4"
}
keeps "the slot's power" CAP_EXP+18.W 0x400
keeps "the bus, not reset," BRIDGE_CONTROL 0x40
keeps "the way of ISA" BRIDGE_CONTROL 4
keeps "forwarding" COMMAND 7
keeps "a window" 20.L 0x100000
keeps "a bus number" 18.L 0x080000
# shellcheck disable=SC2046
set -- $(flip $free_port 18.L $((0x500 ^ 0x100)))
check_equal "a port does not take the bus number of another's device" "$1" "$3"
port=00:06.0	# the only one of QEMU's with power states
# shellcheck disable=SC2046
set -- $(flip $port CAP_PM+4.W 3)
check_equal "the power state stays" "$1" "$3"
# shellcheck disable=SC2046
set -- $(flip $port CAP_PM+4.B 3)
check_equal "by a byte, too" "$1" "$3"
check "the NIC behind it still works" uses os2 net $behind 10.0.2.15/24 10.0.2.2
port=00:03.0
check "the NIC still works" uses os2 net $nic 10.0.2.15/24 10.0.2.2
# pcieport as a whole, by hand, as if it were in nobody's way.
echo 0000:$port > /sys/bus/pci/drivers/pcieport/unbind 2> /dev/null
echo auto > /sys/bus/pci/devices/0000:$port/power/control
check "without a driver of its port, too" uses os2 net $nic 10.0.2.15/24 10.0.2.2
# What it may write has its effect.
before=$(setpci -s $port CAP_EXP+18.W)
setpci -s $port CAP_EXP+18.W=$(printf %x $((0x$before ^ 0x1)))
check_equal "a slot's interrupts are its own" $(printf %04x $((0x$before ^ 0x1))) "$(setpci -s $port CAP_EXP+18.W)"

# ---- resets ----

mintctl dev list -o BDF,RESET | sed 's/^/# /'
check "how each is reset" sh -c "mintctl dev list --noheadings -o BDF,RESET > /tmp/resets &&
	grep -q '$nic *flr' /tmp/resets && grep -q '$power *pm' /tmp/resets && grep -q '$intel *pm' /tmp/resets"
pm() { setpci -s $power CAP_PM+4.W; }
check "one with a power state reset moves" mintctl dev move $power --to os2
check "it works there" uses os2 net $power 10.0.2.15/24 10.0.2.2
check "it comes back, by D3hot" mintctl dev move $power --to os1
check "it works here" uses os1 net $power 10.0.2.15/24 10.0.2.2
check "another moves, too" mintctl dev move $intel --to os2
check "it works there, too" uses os2 net $intel 10.0.2.15/24 10.0.2.2
check "both were reset" sh -c "mintctl dev list --noheadings -o BDF,FLAGS > /tmp/flags && ! grep not-reset /tmp/flags"
# In os2: asleep, with PME on; nothing there needs it any more.
in_os os2 "ip link set \$(basename /sys/bus/pci/devices/$intel/net/*) down; setpci -s $intel CAP_PM+4.W=0103"
echo slow-reset:12000 > /sys/kernel/debug/mint_fault
began=$(cut -d. -f1 /proc/uptime)
mintctl os destroy os2 --force > /tmp/destroyed 2>&1 &
destroyer=$!
fencing() { mintctl dev list --noheadings -o BDF,STATE | grep -q fence; }
check "its functions are being fenced" wait_for 5 fencing
check "who looks does not wait" timeout 2 mintctl os list
wait $destroyer
check_equal "destroyed" 0 $?
cat /tmp/destroyed
check "after 12 s at least" test $(($(cut -d. -f1 /proc/uptime) - began)) -ge 12
# One by FLR, two with their buses.
check "and in three times that at most" test $(($(cut -d. -f1 /proc/uptime) - began)) -le 50
echo none > /sys/kernel/debug/mint_fault
check_equal "all are here again" "os1 os1 os1 os1" "$(owner $nic) $(owner $power) $(owner $intel) $(owner $behind)"
check "that was said" sh -c "dmesg | grep 'takes its time after its reset; waiting'"
check "what slept works" uses os1 net $intel 10.0.2.15/24 10.0.2.2
check_equal "the power state is D0" 0 $((0x$(setpci -s $intel CAP_PM+4.W) & 0x103))
finish
GUEST
)

finish
