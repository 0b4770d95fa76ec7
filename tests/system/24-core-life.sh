#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The proof that a core is stopped holds when cores go offline and online in quick
# succession, when they change hands meanwhile, when they were never started, and
# when a fence fails: then everything is as it was. Delays at the points where it
# matters make each of these happen.
#
# Covers: faults
# Short: each once

. "$(dirname "$0")/lib.sh"

# core N: its line of /sys/kernel/mint/cores, without its APIC id.
# shellcheck disable=SC2016 # the guest expands it
prelude='
core() { sed -n "s/^$1 [0-9]* //p" /sys/kernel/mint/cores; }
core_is() { [ "$(core "$1")" = "$2" ]; }
delay() { echo "$1:$2" > /sys/kernel/debug/mint_fault; }
cpu() { echo "$2" > "/sys/devices/system/cpu/cpu$1/online"; }
'

# A slow way into the park page is what the test makes; on a busy host it is too slow.
allow_log vm os1 'CPU 3 is offline, but core 3 does not reach the park page'
# A core that is on its way may be slow to take an NMI.
allow_log vm os1 'mint: core [0-9]+ does not take NMIs: sending INIT'
vm_ok vm --on-panic continue --cmdline "maxcpus=3 unknown_nmi_panic" < <(printf '%s\n' "$prelude"; cat << 'END'
check_equal "a core that runs" "os1 os1 running os1" "$(core 1)"
check_equal "a core that was never started" "os1 os1 absent -" "$(core 3)"
check_equal "os1 does not miss it" "up -" "$(field os1 STATE,REASON | tr -s ' ' | sed 's/(self)/-/')"
cpu 3 1
before=$(snapshot)

# Offline and online at once, with a slow way into the park page and a slow way out.
delay park 1500
delay online 1000
check "core 3 goes offline" cpu 3 0
check "and online" cpu 3 1
check_equal "off and on again: the table says what is" "os1 os1 running os1" "$(core 3)"
check "and the core works" taskset 8 true

# The same in an OS that is destroyed then: nothing of it may go on to run.
check "os2 is up" up os2 2-3 256M
in_os os2 'echo park:1500 > /sys/kernel/debug/mint_fault
	echo online:1000 > /sys/kernel/debug/mint_fault
	echo 0 > /sys/devices/system/cpu/cpu1/online
	echo 1 > /sys/devices/system/cpu/cpu1/online'
check_equal "core 3 runs in os2" "os2 os1 running os2" "$(core 3)"
check "destroy --force" mintctl os destroy os2 --force
check_equal "all is as it was" "$before" "$(snapshot)"

# A core on its way out of os2 while it is destroyed.
check "os2 is up again" up os2 2-3 256M
in_os os2 'echo park:1500 > /sys/kernel/debug/mint_fault
	echo 0 > /sys/devices/system/cpu/cpu1/online &' > /dev/null 2>&1
check "destroy --force while its core goes offline" mintctl os destroy os2 --force
check_equal "all is as it was once more" "$before" "$(snapshot)"

# One on its way in: it has no handler for NMIs yet.
check "os2 is up for the third time" up os2 2-3 256M
in_os os2 'echo 0 > /sys/devices/system/cpu/cpu1/online
	echo online:60000 > /sys/kernel/debug/mint_fault
	echo 1 > /sys/devices/system/cpu/cpu1/online &' > /dev/null 2>&1
check "its core is on the way in" wait_for 10 core_is 3 "os2 os1 entering os2"
check "destroy --force meanwhile" mintctl os destroy os2 --force
check_equal "all is as it was again" "$before" "$(snapshot)"

# Brought online by somebody while it is given away: one of the two has it.
delay hand-over 1500
(
	status=0
	mintctl os create os2 --cpus 3 --memory 64M 2> /tmp/create.err || status=$?
	echo $status > /tmp/create.rc
) &
creates=$!
check "core 3 is offline and parked" wait_for 10 core_is 3 "os1 os1 parked -"
check "somebody brings it online" cpu 3 1
wait $creates
check_equal "create is refused" 1 "$(cat /tmp/create.rc)"
check "and says why" grep 'core 3 was taken meanwhile' /tmp/create.err
check_equal "nothing has changed" "$before" "$(snapshot)"

# Who gives it away gives up: it goes on where it was.
echo arrive > /sys/kernel/debug/mint_fault
status=0
mintctl os create os2 --cores 3 --memory 64M 2> /tmp/create.err || status=$?
check_equal "create with a core that does not park is refused" 1 $status
check "and says that it did not" grep 'core 3 does not reach the park page; try again' /tmp/create.err
check_equal "core 3 runs as before" "$before" "$(snapshot)"
check "and works" taskset 8 true

# Offline before: that is what it comes back to.
cpu 3 0
offline=$(snapshot)
check "create with a core that was offline" mintctl os create os2 --cpus 2-3 --memory 64M
check_equal "core 3 is os2's" "os2 os1 parked -" "$(core 3)"
check "destroy" mintctl os destroy os2
check_equal "it is offline again, the other one is not" "$offline" "$(snapshot)"
cpu 3 1

# A fence that fails: os1's boot core is the machine's, which gets no INIT, and it
# takes no NMI. The rest of os1 goes on. os2 has to do so by itself: that core is
# the one that os1 hears doorbells with.
check "os2 is up for the fence" up os2 3 256M
in_os os2 '{
	echo on > /proc/sys/kernel/printk_devkmsg
	until mintctl os list --noheadings | grep -qE "^os1 +hung .*core 0 silent"; do usleep 200000; done
	for try in 1 2; do
		mintctl os destroy os1 --force 2>&1 | sed "s/^/try $try: /" > /dev/kmsg
	done
	sed "s/^/core: /" /sys/kernel/mint/cores > /dev/kmsg
	echo "os1 was not destroyed; mint-vm: exit 0" > /dev/kmsg
} > /dev/null 2>&1 &'
for process in /proc/[0-9]*; do
	taskset -p 6 "${process#/proc/}" > /dev/null 2>&1
done
[ "$failed" -eq 0 ] || finish
taskset 1 sh -c 'echo spin-nmi > /sys/kernel/debug/mint_test' &
wait
END
)
for try in 1 2; do
	check_log "destroying os1 fails, try $try" "try $try: .*core 0 of os1 cannot be stopped; everything stays as it is" os2
done
for core in 1 2; do
	check_log "core $core of os1 stands still no more" "core: $core [0-9]+ os1 os1 running os1" os2
done

finish
