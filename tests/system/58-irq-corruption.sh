#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A further OS writes random bytes over its own section of the interrupt table, over
# the control words, over the whole table, in the middle of everybody's interrupts:
# the first OS neither crashes nor hangs, says what it found, keeps its interrupts,
# and "mintctl irq repair" restores the table. It says that a third OS has the lock,
# which does not: that one lives on.
#
# Covers: irq-7
# Short: each part twice
# Long: each part 40 times
# Limit: 400
# Long limit: 3600

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

# That is what is written over, and what comes of it while it is wrong: any of them may
# be the first to see it.
expect_log vm os1 'interrupt table: .* damaged; restored'
for os in os1 os2 os3; do
	allow_log vm $os 'interrupt table: .* damaged; restored'
	allow_log vm $os 'GSI [0-9]+: os[123] does not acknowledge, it is out of the rounds'
done
# shellcheck disable=SC2054 # the commas are QEMU's
vm_ok vm --smp 5 --on-panic continue --timeout "$(rounds 350 3300)" --file "$irq_guest" --file "$repo/tests/system/programs/sharing.sh" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000,netdev=n1,addr=5 \
	--arg -device --arg edu,addr=3 --arg -device --arg edu,addr=7 --arg -device --arg edu,addr=4 \
	< <(echo "rounds=$(rounds 2 40)"; cat << 'END'
. ./irq.sh
. ./sharing.sh
own=0000:00:04.0
answers() { ping -A -q -c 30 -w 20 10.0.2.2; }
os2_lives() { [ "$(field os2 STATE)" = up ] || join os2 2-3; }
told() { dmesg | grep -cE 'mint: interrupt table: .* damaged; restored'; }
# By the kernel's log, or when asked: os2 may be faster in restoring what is its own.
says() { [ "$(told)" -gt "$1" ] || ! verify; }

check "the line is open" open_line
set_edu $own irq_mode intx
net-up 0000:00:05.0 10.0.2.15/24 > /dev/null

# damage PART SEED
damage()
{
	what="$1 ($2)"
	os2_lives || { not_ok "$what: os2 is there"; return; }
	told_before=$(told)
	load $own 2000 500 & own_pid=$!
	raise os1 200 5000 & shared_pid=$!
	in_os os2 "for n in 0 1 2 3 4; do
		echo $1 $2\$n > /sys/kernel/debug/mint_irq_scribble
		usleep 100000
	done" > /dev/null 2>&1 & scribble_pid=$!
	check "$what: os1 says what it found" wait_for 10 says "$told_before"
	wait $scribble_pid
	wait $own_pid
	check_equal "$what: os1's own interrupts all arrive" 0 $?
	check "$what: its NIC answers" answers
	wait $shared_pid
	check_equal "$what: so do its shared ones" 0 $?
	# Who is gone by that takes no part in the repair.
	[ "$(field os2 STATE)" = up ] || mintctl os destroy os2 --force > /dev/null 2>&1
	check "$what: repair" mintctl irq repair
	check "$what: table and hardware agree" wait_for 10 verify
	[ "$1" = section ] || check "$what: os1 can free and register" sh -c "
		cd /sys/bus/pci/devices/$own; echo none > irq_mode && echo intx > irq_mode"
	check "$what: os2 is there, or can be made again" os2_lives
	check "$what: os1's shared interrupts arrive" raise os1 100
	check "$what: so do os2's" raise os2 100
}

# An OS that has nothing to watch does not look at the lock by itself.
lock_of_other()
{
	os2_lives || { not_ok "lock: os2 is there"; return; }
	check "lock: os3 is there" up os3 4 256M
	taken=$(cut -d' ' -f3 /sys/kernel/debug/mint_irq_lock)
	for n in 1 2 3; do
		in_os os2 "echo lock 3 > /sys/kernel/debug/mint_irq_scribble"
		check "lock: os1 gets it, time $n" wait_for 20 sh -c "
			cd /sys/bus/pci/devices/$own; echo none > irq_mode && echo intx > irq_mode"
	done
	check "lock: it was taken since" test "$(cut -d' ' -f3 /sys/kernel/debug/mint_irq_lock)" -gt "$taken"
	check_equal "lock: os3 lives" up "$(field os3 STATE)"
	check "lock: and ends when told to" mintctl os destroy os3 --force
}

lock_of_other
round=0
while [ $((round += 1)) -le "$rounds" ]; do
	for part in section control table; do
		damage $part $round
	done
done
check "os2 goes" mintctl os destroy os2 --force
check "table and hardware agree" verify
finish
END
)

finish
