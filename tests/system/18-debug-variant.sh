#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The debug variant (lockdep with the nesting rules of raw locks, KASAN, RCU and
# object checks) boots three OSes and goes through what Mint does; no OS's log
# has a report.
#
# Covers: 9
# Short: each operation once
# Long: 10 rounds
# Limit: 1200
# Long limit: 5400

. "$(dirname "$0")/lib.sh"

if ! "$repo/kernel-glue/scripts/kernel-build" --path debug > /dev/null 2>&1; then
	skip "the debug variant" "it has not been built for this checkout; run: make kernel-debug"
	finish
fi

nics=()
for n in 1 2 3; do
	nics+=(--arg -device --arg "pcie-root-port,id=rp$n,chassis=$n"
		--arg -netdev --arg "hubport,hubid=0,id=net$n"
		--arg -device --arg "e1000e,netdev=net$n,bus=rp$n,mac=52:54:00:00:00:0$n")
done

vm_ok vm --variant debug --on-panic continue --memory 3G --timeout "$(rounds 600 5000)" \
	--cmdline "rounds=$(rounds 1 10)" "${nics[@]}" << 'END'
nic=0000:03:00.0 other=0000:02:00.0
rounds=$(sed 's/.*rounds=\([0-9]*\).*/\1/' /proc/cmdline)

lockdep_on() { grep -q '^ *debug_locks: *1$' /proc/lockdep_stats; }

work_of_a_life()
{
	check "create os2 with com2 and a NIC" \
		mintctl os create os2 --cpus 2 --memory 512M --legacy com2 --dev $nic
	check "create os3" mintctl os create os3 --cpus 3 --memory 512M
	check "start os2" start os2
	check "start os3" start os3
	check "a command in each" sh -c 'for os in os2 os3; do mintctl os exec $os -- uname -a || exit 1; done'
	check "the NIC in os2" in_os os2 "net-up $nic 10.0.0.2/24 60 && ping -c 3 10.0.0.1"
	check "com2 in os2" in_os os2 'echo hello > /dev/ttyS1'
	check "its console" sh -c 'echo | mintctl os console os2'
	check "move a NIC from os1 to os3" mintctl dev move $other --to os3
	check "use it there" in_os os3 "net-up $other 10.0.0.3/24 60 && ping -c 3 10.0.0.1"
	check "move it on to os2" mintctl dev move $other --to os2 --force
	check "and home" mintctl dev move $other --to os1
	check "look at everything" sh -c 'mintctl os list; mintctl os show os2; mintctl dev list
		mintctl irq list; mintctl os log os2; cat /sys/kernel/mint/*'
	refused "a core twice" 1 . mintctl os create os4 --cpus 3 --memory 128M
	check "lockdep is still on in os2" in_os os2 "grep -q '^ *debug_locks: *1$' /proc/lockdep_stats"
	check "lockdep is still on in os3" in_os os3 "grep -q '^ *debug_locks: *1$' /proc/lockdep_stats"
	check "stop os3" mintctl os stop os3
	check "destroy os3" mintctl os destroy os3
	in_os os2 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1
	check "os2 panics" wait_for 60 is os2 panicked
	check "destroy the dead os2" mintctl os destroy os2
	check "the cores are back" test "$(cat /sys/devices/system/cpu/online)" = 0-3
}

net-up 0000:01:00.0 10.0.0.1/24 60 > /dev/null
i=0
while [ $((i += 1)) -le "$rounds" ]; do
	work_of_a_life
done
check "a running OS is destroyed by force" sh -c '
	mintctl os create os2 --cpus 2,3 --memory 512M && mintctl os start os2 --kernel /boot/bzImage \
	--initrd /boot/initrd --wait 60 && mintctl os destroy os2 --force'
check "lockdep is still on in os1" lockdep_on
finish
END

# The panic that was asked for prints "Kernel panic" and a trace, no report.
reports='WARNING: |BUG: |INFO: (task|possible|inconsistent|rcu|suspicious)|possible (circular|recursive) locking'
reports+='|Invalid wait context|suspicious RCU usage|inconsistent lock state|KASAN|ODEBUG|UBSAN|unreferenced object'
reports+='|soft lockup|hard LOCKUP|blocked for more than|scheduling while atomic|sleeping function called|Oops|list_(add|del) corruption'
for os in os1 os2 os3; do
	check_log "$os ran with lockdep" 'Lock dependency validator' "$os"
	check_log "$os ran with KASAN" 'KernelAddressSanitizer initialized' "$os"
	check_no_log "no report in the log of $os" "$reports" "$os"
done

finish
