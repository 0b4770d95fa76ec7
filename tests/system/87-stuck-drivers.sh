#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A driver that comes late gets its device; one that never comes back from probe or
# remove keeps its device, and nothing else: other OSes are destroyed, other devices
# move. So does an OS that stops with the lock of the table. A move ends in its time,
# however many take a part of it.
#
# Covers: faults
# Short: each once

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hotplug.sh"

# Linux brings no core online while a PCI driver is in probe.
expect_log vm os1 'mint: CPUs cannot come online now; tried again'
vm_ok vm --timeout 300 --file "$devices_guest" \
	--arg -device --arg edu,addr=6 --arg -device --arg edu,addr=7 \
	--arg -device --arg edu,addr=8.0,multifunction=on --arg -device --arg edu,addr=8.1 \
	--arg -netdev --arg user,id=n1,restrict=on \
	--arg -device --arg virtio-net-pci,netdev=n1,addr=5,disable-legacy=on \
	< <(printf '%s\n' "$moves_prelude"; cat << 'GUEST'
edu=0000:00:06.0 other=0000:00:07.0 nic=0000:00:05.0 slot=0000:00:08
knobs=/sys/module/edu/parameters

now() { cut -d. -f1 /proc/uptime; }
# timed SECONDS CHECK NAME ...: the check, which must not take longer.
timed()
{
	timed_start=$(now) timed_limit=$1
	shift
	"$@"
	timed_took=$(($(now) - timed_start))
	[ $timed_took -le "$timed_limit" ] || not_ok "$2: in time" "it took $timed_took s"
}
# others NAME: what has nothing to do with the driver that hangs goes on.
others()
{
	timed 15 check "$1: another OS is destroyed" mintctl os destroy os3 --force
	timed 30 check "$1: and made anew" up os3 3 256M
	timed 10 check "$1: another device moves" mintctl dev move $nic --to os2
	timed 10 check "$1: and back" mintctl dev move $nic --to os1
}

check "os2 is up" up os2 2 256M
check "os3 is up" up os3 3 256M

# ---- late ----

in_os os2 "echo Y > $knobs/defer; { sleep 3; echo N > $knobs/defer; echo $edu > /sys/bus/pci/drivers/edu/bind; } > /dev/null 2>&1 &"
check "late: a move waits for the driver" mintctl dev move $edu --to os2
check "late: it works" uses os2 edu $edu
in_os os2 "echo Y > $knobs/defer"
timed 8 check "late: back" mintctl dev move $edu --to os1
timed 6 refused "never: it comes back" 1 'no driver in os2 took .*back with os1' \
	mintctl dev move $edu --to os2 --timeout 4
check "never: it works in os1" uses os1 edu $edu
timed 3 check "never: none is wanted" mintctl dev move $edu --to os2 --allow-no-driver
in_os os2 "echo N > $knobs/defer"
check "never: it comes back" mintctl dev move $edu --to os1

# ---- one time for all: who comes later has what those before him have left ----

in_os os3 "echo Y > $knobs/defer"
check "slow: os2 has it" mintctl dev move $edu --to os2
in_os os2 "echo remove > $knobs/hang; { sleep 6; echo no > $knobs/hang; } > /dev/null 2>&1 &"
timed 10 refused "slow: the new side has the rest" 1 'no driver in os3 took .*back with os2' \
	mintctl dev move $edu --to os3 --timeout 8
check "slow: it works in os2" uses os2 edu $edu
check "slow: it comes back" mintctl dev move $edu --to os1
in_os os3 "echo N > $knobs/defer"

in_os os2 "echo Y > $knobs/defer"
at_phase os1 'stall 1'
{ sleep 6; at_phase os1 go; } &
timed 10 refused "several: the second has the rest" 1 'no driver in os2 took .*back with os1' \
	mintctl dev move $nic $edu --to os2 --timeout 8
check_equal "several: the first went" os2 "$(owner $nic)"
check "several: the second works in os1" uses os1 edu $edu
check "several: the first comes back" mintctl dev move $nic --to os1
in_os os2 "echo N > $knobs/defer"

in_os os2 "echo probe > $knobs/hang"
timed 16 refused "slot: one that hangs is where it should be" 1 "os2 has $slot.0 but does not finish" \
	mintctl dev move $slot.0 --with-siblings --to os2 --timeout 3
check_equal "slot: the rest follows, though the time is over" "os2 os2" "$(owner $slot.0) $(owner $slot.1)"
in_os os2 "echo no > $knobs/hang"
check "slot: both work" wait_for 10 uses os2 edu $slot.0 $slot.1
check "slot: both come back" mintctl dev move $slot.0 --with-siblings --to os1

# ---- it hangs in remove ----

echo remove > $knobs/hang
refused "remove: the move ends in time and says why" 1 "$edu stays with os1: driver edu hangs in remove for [1-9]" \
	mintctl dev move $edu --to os2 --timeout 3
refused "remove: so does a second one" 1 "driver edu hangs in remove for [1-9]" mintctl dev move $edu --to os2 --timeout 3
others remove
check "remove: the log says so" sh -c "dmesg | grep '$edu: mint: driver edu hangs in remove'"
echo no > $knobs/hang
check "remove: it works again" wait_for 10 uses os1 edu $edu
check "remove: it moves" mintctl dev move $edu --to os2

# ---- it hangs in probe ----

echo probe > $knobs/hang
refused "probe: the move ends in time and says why" 1 "os1 has $edu but does not finish: driver edu hangs in probe" \
	mintctl dev move $edu --to os1 --timeout 3
others probe
timed 15 check "probe: os3 is destroyed once more" mintctl os destroy os3 --force
check_equal "probe: its core is offline" 0 "$(cat /sys/devices/system/cpu/cpu3/online)"
echo no > $knobs/hang
check "probe: then it comes online" wait_for 10 grep -qx 1 /sys/devices/system/cpu/cpu3/online
check "os3 is up again" up os3 3 256M
check "probe: it works" wait_for 10 uses os1 edu $edu
in_os os2 "echo probe > $knobs/hang"
refused "probe there: the same" 1 "os2 has $edu but does not finish: driver edu hangs in probe" \
	mintctl dev move $edu --to os2 --timeout 3
timed 20 check "probe there: its OS is destroyed" mintctl os destroy os2 --force
check "probe there: it came home and works" wait_for 10 uses os1 edu $edu

# ---- an OS stops with the lock of the table ----

heartbeat /tmp/beat &
in_os os3 'echo spin-lock > /sys/kernel/debug/mint_test' > /dev/null 2>&1 &
check "lock: os3 hangs" wait_for 30 is os3 hung
echo 1 > /sys/bus/pci/devices/$other/remove
timed 5 check "lock: a look at all devices ends soon" sh -c 'sleep 1; echo 1 > /sys/bus/pci/rescan'
timed 5 refused "lock: a move says who has it" 1 'OS 3 core 3 holds the table' mintctl dev move $nic --to os1
check_heartbeat "lock: nobody waited with interrupts off" 3 /tmp/beat
check "lock: its OS is destroyed" mintctl os destroy os3 --force
check "lock: all works" wait_for 10 uses os1 edu $other
check "table and hardware agree" mintctl irq verify
finish
GUEST
)

finish
