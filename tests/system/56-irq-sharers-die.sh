#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An OS that shares a line stops or dies: its core outside and inside a handler, and
# at each step of the interrupt layer. The others wait less than twice the time-out,
# nobody takes a lock from it while it may live, and when it is made again it takes
# part again.
#
# Covers: irq-5, irq-6
# Short: skipped
# Long: 5 times
# Limit: 600
# Long limit: 3000

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

if [ -z "${MINT_TEST_LONG:-}" ]; then
	skip "sharers that stop or die" "has only a long form for now; run: make check-long"
	finish
fi

vm_ok vm --smp 6 --on-panic continue --timeout "$(rounds 500 2700)" --file "$irq_guest" --file "$repo/tests/system/programs/sharing.sh" \
	--arg -device --arg edu,addr=3 --arg -device --arg edu,addr=7 --arg -device --arg edu,addr=0xb \
	--arg -device --arg edu,addr=4 < <(echo "rounds=$(rounds 1 5)"; cat << 'END'
. ./irq.sh
. ./sharing.sh
own=0000:00:04.0
check "the line is open" open_line
check "os3 joins the line" join os3 4-5

# alone_again WHAT: os2 is gone; what it shared is as it should be.
gone()
{
	check "$1: destroy os2" mintctl os destroy os2 --force
	check "$1: table and hardware agree" verify
	check "$1: the others are served" raise os1 200
}

# The others' devices interrupt all the time, about every 5 ms, for SECONDS.
others_begin()
{
	for other in os1 os3; do
		put $other delays 0
	done
	raise os1 $(($1 * 200)) 5000 & others_pids=$!
	raise os3 $(($1 * 200)) 5000 & others_pids="$others_pids $!"
}

# others_end WHAT: all was served, nobody waited twice the time-out.
others_end()
{
	others_bad=0
	for pid in $others_pids; do
		wait "$pid" || others_bad=$((others_bad + 1))
	done
	check_equal "$1: the others' loads are served" 0 $others_bad
	for other in os1 os3; do
		check "$1: all of $other's were" served_all_of $other
		check "$1: $other waited less than $((2 * line_timeout_ms)) ms" waited_less $other $((2 * line_timeout_ms))
		printf '# %s: the longest delay in %s: %s\n' "$1" "$other" "$check_output"
	done
}

in_os2() { mintctl os exec -n os2 -- sh -c ". /usr/lib/mint/test.sh; . /root/irq.sh; $1"; }

# stops WHAT COMMAND: os2 does it and comes to a stop by it.
stops()
{
	check "$1: os2 joins" join os2 2-3
	check "$1: it takes part" raise os2 50
	others_begin 7
	in_os2 "$2" > /dev/null 2>&1 & victim=$!
	others_end "$1"
}

# ---- cores that stop ----

core_stops()
{
	stops "core stopped" "taskset 1 sh -c 'echo 1 > /sys/bus/pci/devices/$edu2/stop'"
	check "core stopped: os2 was evicted" state_is os2 evicted
	gone "core stopped"
	stops "core stopped in the handler" "echo hang > /sys/bus/pci/devices/$edu2/handler; load $edu2 1"
	check "core stopped in the handler: os2 was evicted" state_is os2 evicted
	check "core stopped in the handler: the others did have to wait" waited_more os1 $((line_timeout_ms / 2))
	gone "core stopped in the handler"
	check "killed in the handler: os2 joins" join os2 2-3
	others_begin 7
	in_os2 "echo slow 20000000 1 > /sys/bus/pci/devices/$edu2/handler; load $edu2 1 & usleep 500000"
	gone "killed in the handler"
	others_end "killed in the handler"
}

# ---- every step of the layer ----

# What makes os2 come by that step.
provoke()
{
	case $1 in
	begin|ack|acked|evict) echo "load $edu2 20" ;;
	*) echo "cd /sys/bus/pci/devices/$edu2; while :; do echo none > irq_mode; echo intx > irq_mode; done" ;;
	esac
}

# bounded COMMAND...: it may fail, but not take for ever.
bounded()
{
	bounded_from=$(cut -d. -f1 /proc/uptime)
	"$@" > /dev/null 2>&1
	bounded_took=$(($(cut -d. -f1 /proc/uptime) - bounded_from))
	echo "$bounded_took s"
	[ $bounded_took -lt 5 ]
}

# os2's first core stops there for ever; os1's handler is slow for os2 to evict it.
stops_at()
{
	what="stopped at step $1"
	check "$what: os2 joins" join os2 2-3
	check "$what: it is told" in_os2 "echo $1 1 hlt > /sys/kernel/debug/mint_irq_step"
	others_begin 8
	[ "$1" != evict ] || put os1 handler "slow $((line_timeout_ms * 1500)) 1"
	in_os2 "$(provoke "$1")" > /dev/null 2>&1 &
	check "$what: a core of os2 stops" wait_for 20 is os2 hung
	check "$what: a registration in os1 ends, one way or the other" bounded set_edu $own irq_mode intx
	others_end "$what"
	check "$what: nobody took a lock from it" test "$(lock_broken)" = "$broken"
	gone "$what"
	set_edu $own irq_mode intx
	check "$what: registrations work" load $own 20
	set_edu $own irq_mode none
	broken=$(lock_broken)
}

# os2 dies there.
dies_at()
{
	what="dead at step $1"
	check "$what: os2 joins" join os2 2-3
	check "$what: it is told" in_os2 "echo $1 1 panic > /sys/kernel/debug/mint_irq_step"
	others_begin 8
	[ "$1" != evict ] || put os1 handler "slow $((line_timeout_ms * 1500)) 1"
	in_os2 "$(provoke "$1")" > /dev/null 2>&1 &
	check "$what: os2 panics" wait_for 20 is os2 panicked
	gone "$what"
	others_end "$what"
}

round=0
while [ $((round += 1)) -le "$rounds" ]; do
	core_stops
	for step in locked unlock section control index half masked begin ack acked evict; do
		stops_at $step
		dies_at $step
	done
done
check "os2 joins again" join os2 2-3
check "and takes part" raise os2 500
check "table and hardware agree" verify
finish
END
)
check_no_log "os1 has nothing to complain of" 'BUG:|Oops|Call Trace|nobody cared' os1

finish
