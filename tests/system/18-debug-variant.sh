#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The debug variant (lockdep with the nesting rules of raw locks, KASAN, RCU and
# object checks) boots three OSes and goes through what Mint does, interrupt lines
# that they share among it; no OS's log has a report.
#
# Covers: 9, irq-9
# Kernel: debug
# Short: each operation once
# Long: 10 rounds
# Limit: 1200
# Long limit: 5400

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

if ! "$repo/kernel-glue/scripts/kernel-build" --path debug > /dev/null 2>&1; then
	skip "the debug variant" "it has not been built for this checkout; run: make kernel-debug"
	finish
fi

nics=() edus=()
for n in 1 2 3; do
	nics+=(--arg -device --arg "pcie-root-port,id=rp$n,chassis=$n"
		--arg -netdev --arg "hubport,hubid=0,id=net$n"
		--arg -device --arg "e1000e,netdev=net$n,bus=rp$n,mac=52:54:00:00:00:0$n")
done

# On one line, as q35 wires its slots; the root ports take what is left.
for slot in 3 7 0xb; do
	edus+=(--arg -device --arg "edu,addr=$slot")
done

# Each life of os2 ends so.
expect_panic vm os2 'sysrq triggered crash'
# It stalls, and what is written over is repaired.
for os in os1 os2 os3; do
	allow_log vm $os 'GSI [0-9]+: os[123] does not acknowledge, it is out of the rounds'
	allow_log vm $os 'interrupt table: .* damaged; restored'
done
vm_ok vm --variant debug --on-panic continue --memory 3G --timeout "$(rounds 900 5000)" \
	--file "$irq_guest" --file "$repo/tests/system/programs/sharing.sh" \
	--cmdline "rounds=$(rounds 1 10)" "${edus[@]}" "${nics[@]}" << 'END'
. ./irq.sh
. ./sharing.sh
nic=0000:03:00.0 other=0000:02:00.0
rounds=$(sed 's/.*rounds=\([0-9]*\).*/\1/' /proc/cmdline)

# ---- a shared line ----

shares() { put "$1" irq_mode intx && wait_for 20 is_shared "$1"; }
shared_by_all() { open_line && shares os2 && shares os3; }
throttled() { [ "$(table os1 $edu1 state)" = throttled ]; }
active() { [ "$(table "$1" "$(edu_of "$1")" state)" = active ]; }

# loads WHAT OSES N PERIOD COMMAND...: they raise N interrupts each while it runs.
loads()
{
	loads_what=$1 loads_oses=$2 loads_n=$3 loads_period=$4 loads_pids=
	shift 4
	for loads_os in $loads_oses; do
		raise $loads_os "$loads_n" "$loads_period" &
		loads_pids="$loads_pids $!"
	done
	check "$loads_what" "$@"
	loads_bad=0
	for loads_pid in $loads_pids; do
		wait "$loads_pid" || loads_bad=$((loads_bad + 1))
	done
	check_equal "$loads_what: all is served" 0 $loads_bad
}

# modes OS MODE...: one after the other, again and again.
modes()
{
	modes_os=$1
	shift
	for modes_round in 1 2 3; do
		for mode; do
			put "$modes_os" irq_mode "$mode" || return
		done
	done
}

# Where it goes, and whether it comes at all.
move_and_disable()
{
	for mask in 1 2 3 f; do
		echo $mask > "/proc/irq/$(virq edu)/smp_affinity" && put os2 disable 20 &&
			put os3 disable 20 || return
	done
}

raise_each() { raise os1 50 && raise os2 50 && raise os3 50; }

# os2's handler takes twice the time-out.
stall()
{
	put os2 handler "slow $((line_timeout_ms * 2000)) 1" || return
	raise os2 1 & stall_pid=$!
	raise os1 300 10000 & stall_other=$!
	wait_for 60 state_is os2 evicted && wait_for 60 active os2
	stall_status=$?
	wait $stall_pid && wait $stall_other && return $stall_status
}

# os2's device wants something, and its driver does not look.
storm()
{
	put os2 handler ignore || return
	raise os2 1 & storm_pid=$!
	wait_for 60 throttled
	storm_status=$?
	raise os1 5 1000 || storm_status=1
	put os2 handler serve && wait $storm_pid && return $storm_status
}

share_a_line()
{
	check "os1, os2 and os3 share a line" shared_by_all
	loads "loads on it" "os1 os2 os3" 200 2000 :
	loads "os2 leaves and comes back" "os1 os3" 300 5000 modes os2 none intx
	loads "os3's handler becomes a thread, and back" "os1 os2" 300 5000 modes os3 threaded intx
	loads "affinity, disable_irq()" "os1 os2 os3" 200 5000 move_and_disable
	for strategy in mask self-ipi; do
		for os in os1 os2 os3; do
			put $os irq_mode none
		done
		echo $strategy > /sys/kernel/debug/mint_irq_rearm
		check "$strategy: all share the line again" shared_by_all
		loads "$strategy: loads" "os1 os2 os3" 200 2000 :
		check "$strategy: os2 stalls, is evicted, and comes back" stall
		check "$strategy: a storm is throttled" storm
		check "$strategy: all take part again" raise_each
	done
	check "the table is in order" verify
	check "it is looked over" mintctl irq repair
	check "routes come and go on both sides" eval '
		in_os os2 "echo 200 > /sys/kernel/debug/mint_irq_churn" &
		echo 200 > /sys/kernel/debug/mint_irq_churn && wait $!'
	check "os1 waits while os2 has the lock" eval '
		in_os os2 "echo locked 1 500 > /sys/kernel/debug/mint_irq_step; echo 1 > /sys/kernel/debug/mint_irq_churn" &
		echo 200 > /sys/kernel/debug/mint_irq_churn && wait $!'
	check "random bytes over the control words are found" in_os os2 "echo control 1 > /sys/kernel/debug/mint_irq_scribble"
	check "and repaired" mintctl irq repair
	check "the table is in order again" wait_for 20 verify
	check "all take part still" raise_each
}

lockdep_on() { grep -q '^ *debug_locks: *1$' /proc/lockdep_stats; }

work_of_a_life()
{
	check "create os2 with com2 and a NIC" \
		mintctl os create os2 --cpus 2 --memory 512M --legacy com2 --dev $nic --dev $edu2
	check "create os3" mintctl os create os3 --cpus 3 --memory 512M --dev $edu3
	check "start os2" start os2
	check "start os3" start os3
	check "a command in each" sh -c 'for os in os2 os3; do mintctl os exec $os -- uname -a || exit 1; done'
	check "the NIC in os2" in_os os2 "net-up $nic 10.0.0.2/24 60 && ping -c 3 10.0.0.1"
	check "com2 in os2" in_os os2 'echo hello > /dev/ttyS1'
	check "its console answers" sh -c "printf 'echo console says \$((6 * 7))\n' |
		mintctl os console os2 --linger 20 | grep -m 1 'console says 42'"
	check "move a NIC from os1 to os3" mintctl dev move $other --to os3
	check "use it there" in_os os3 "net-up $other 10.0.0.3/24 60 && ping -c 3 10.0.0.1"
	check "move it on to os2" mintctl dev move $other --to os2 --force
	check "and home" mintctl dev move $other --to os1
	for look in "os list" "os show os2" "dev list" "irq list" "os log os2"; do
		check "look at everything: mintctl $look" sh -c "mintctl $look | grep -q os2"
	done
	check "look at everything: its files" sh -c 'cat /sys/kernel/mint/*'
	for os in os2 os3; do
		mintctl os exec $os -- sh -c 'cat > /root/irq.sh' < irq.sh
	done
	share_a_line
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

check "os1's NIC" net-up 0000:01:00.0 10.0.0.1/24 60
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

for os in os1 os2 os3; do
	check_log "$os ran with lockdep" 'Lock dependency validator' "$os"
	check_log "$os ran with KASAN" 'KernelAddressSanitizer initialized' "$os"
done

finish
