#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An OS that shares a line stops or dies: its core outside and inside a handler, and
# at each step of the interrupt layer. The others wait less than twice the time-out,
# nobody takes a lock from it while it may live, and when it is made again it takes
# part again.
#
# Covers: irq-5, irq-6
# Short: each step once: half of them stop a core, half end the OS
# Long: each step with each end, and more often
# Limit: 600
# Long limit: 4000

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

expect_panic vm os2 'mint: at a step, for a test'
# It stops with a round of the line, and is left out; whose watch is first says so.
for os in os1 os2 os3; do
	allow_log vm $os 'GSI [0-9]+: os2 does not acknowledge, it is out of the rounds'
	# Who registers while it has the lock is refused.
	allow_log vm $os 'GSI [0-9]+ cannot be used by interrupt [0-9]+: an OS sits on the interrupt table'
done
[ -n "${MINT_TEST_LONG:-}" ] || leaves_out ': the lock is taken from it$'
# shellcheck disable=SC2054 # the commas are QEMU's
vm_ok vm --smp 6 --on-panic continue --timeout "$(rounds 500 3700)" --file "$irq_guest" --file "$repo/tests/system/programs/sharing.sh" \
	--arg -device --arg edu,addr=3 --arg -device --arg edu,addr=7 --arg -device --arg edu,addr=0xb \
	--arg -device --arg edu,addr=4 < <(echo "form=$(rounds short long)"; cat << 'END'
. ./irq.sh
. ./sharing.sh
own=0000:00:04.0
limit_ms=$((2 * line_timeout_ms))
check "the line is open" open_line
check "os3 joins the line" join os3 4-5

# OS CORE TAKEN BROKEN of the lock; BROKEN: how often it was taken from somebody.
lock_broken() { cut -d' ' -f4 /sys/kernel/debug/mint_irq_lock; }

# gone WHAT: os2 is destroyed; what it shared is as it should be. Another OS may be at
# work on it, which stopped it.
gone()
{
	check "$1: destroy os2" wait_for 10 mintctl os destroy os2 --force
	wait "$victim" 2> /dev/null
	check "$1: table and hardware agree" verify
	check "$1: the others are served" raise os1 50
}

# ---- the others ----

# Commands for an OS: its device interrupts about every 5 ms until there is a file.
# From its second core, and always that: os2's cores come and go in os1.
interrupt_all_the_time()
{
	echo "cd /sys/bus/pci/devices/$(edu_of "$1")
		taskset 2 sh -c 'while [ ! -e /tmp/enough ]; do echo 100 5000 > load || exit 1; done'"
}

others_begin()
{
	others_pids=
	for other in os1 os3; do
		in_os $other "rm -f /tmp/enough; echo 0 > /sys/bus/pci/devices/$(edu_of $other)/delays"
		in_os $other "$(interrupt_all_the_time $other)" &
		others_pids="$others_pids $!"
	done
}

# others_end WHAT [MS]: all was served, nobody waited twice the time-out (or so long).
others_end()
{
	others_bad=0
	for other in os1 os3; do
		in_os $other "touch /tmp/enough"
	done
	for pid in $others_pids; do
		wait "$pid" || others_bad=$((others_bad + 1))
	done
	check_equal "$1: the others' loads are served" 0 $others_bad
	for other in os1 os3; do
		check "$1: all of $other's were" served_all_of $other
		check "$1: $other waited less than ${2:-$limit_ms} ms" waited_less $other "${2:-$limit_ms}"
		printf '# %s: the longest delay in %s: %s\n' "$1" "$other" "$check_output"
	done
}

in_os2_first='. /usr/lib/mint/test.sh; . /root/irq.sh;'
in_os2() { mintctl os exec -n os2 -- sh -c "$in_os2_first $1"; }

# made WHAT: os2 shares the line. Only when asked for it, as here, an OS says which
# device has an interrupt.
made() { check "$1: os2 joins and takes part" eval 'join os2 2-3 && raise os2 20 && wait_for 10 is_shared os2'; }

# provoke COMMAND: os2 does it, and maybe never ends.
provoke() { in_os2 "$1" > /dev/null 2>&1 & victim=$!; }

# One of os1's interrupts is not served for a while: os2 is in its handler.
line_waits()
{
	line_served=$(edu "$edu1" served)
	usleep 200000
	[ "$(edu "$edu1" raised)" != "$line_served" ] && [ "$(edu "$edu1" served)" = "$line_served" ]
}

# ---- cores that stop ----

# stops WHAT COMMAND: os2 does that, and its first core stops by it.
stops()
{
	made "$1"
	others_begin
	provoke "$2"
	check "$1: os2 is evicted" wait_for 10 state_is os2 evicted
	others_end "$1"
	check "$1: os1 did have to wait" waited_more os1 $((line_timeout_ms / 2))
	gone "$1"
}

killed_in_handler()
{
	what="killed in the handler"
	made "$what"
	others_begin
	provoke "echo slow 20000000 1 > /sys/bus/pci/devices/$edu2/handler; load $edu2 1"
	check "$what: the others wait for it" wait_for 10 line_waits
	gone "$what"
	others_end "$what"
}

core_stops()
{
	stops "core stopped" "taskset 1 sh -c 'echo 1 > /sys/bus/pci/devices/$edu2/stop'"
	stops "core stopped in the handler" "echo hang > /sys/bus/pci/devices/$edu2/handler; load $edu2 1"
	killed_in_handler
}

# ---- every step of the layer ----

# at STEP[:NTH] ACTION: as mint_irq_step wants it.
at() { echo "echo $(echo "$1:1" | cut -d: -f1,2 | tr : ' ') $2 > /sys/kernel/debug/mint_irq_step"; }

# ways STEP CPUMASK [TIMES]: commands that bring such a core of os2 by that step.
ways()
{
	case $1 in
	begin|ack|acked) echo "load $edu2 200" ;;
	evict) echo : ;;
	*) echo "taskset -p $2 \$\$; cd /sys/bus/pci/devices/$edu2
		for n in \$(seq ${3:-10000}); do echo none > irq_mode; echo intx > irq_mode; done" ;;
	esac
}

# Commands that keep the watch of an OS from coming, by setting the time-out again and
# again, until a core of os2 stays in the lock.
no_watch="
	last=
	for n in \$(seq 30); do
		read -r _ core taken _ < /sys/kernel/debug/mint_irq_lock
		[ \"\$core \$taken\" != \"\$last\" ] || [ \$core -lt 2 ] || [ \$core -gt 3 ] || break
		last=\"\$core \$taken\"
		echo $line_timeout_ms > /sys/kernel/mint/irq_timeout_ms
		usleep 100000
	done"

# os1's handler takes so long that it is evicted: by os2, if the others do not watch.
provoke_eviction()
{
	for try in 1 2 3; do
		in_os os3 "$no_watch" &
		sh -c "$no_watch" &
		put os1 handler "slow $((line_timeout_ms * 1500)) 1"
		wait_for $((line_timeout_ms * 5 / 1000)) "$@" && return
	done
	return 1
}

# wait_step STEP COMMAND...: os2 comes by there, and by that the command succeeds.
wait_step()
{
	case $1 in
	evict) shift; provoke_eviction "$@" ;;
	*) shift; wait_for 10 "$@" ;;
	esac
}

# Two of them fail one after the other where os1 is evicted by an OS that then stops.
limit_of()
{
	case $1 in
	evict) echo $((2 * limit_ms)) ;;
	*) echo $limit_ms ;;
	esac
}

uptime_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }

# bounded COMMAND...: it may fail, but not take for ever.
bounded()
{
	bounded_from=$(cut -d. -f1 /proc/uptime)
	"$@" > /dev/null 2>&1
	bounded_took=$(($(cut -d. -f1 /proc/uptime) - bounded_from))
	echo "$bounded_took s"
	[ $bounded_took -lt 6 ]
}

was_stopped() { is os2 "stopped by force"; }

# os2 was stopped, and until then nobody had taken the lock from it. Whoever stops it
# says so a moment after its cores have parked.
stopped_before_broken()
{
	stopped_broken=$(lock_broken)
	was_stopped && return
	[ "$stopped_broken" = "$broken" ] && return 1
	wait_for 5 was_stopped || stolen=yes
}

# tell STEP WHAT: os2 may come by that step at once, and its answer is lost: what
# follows shows that it was told.
tell()
{
	timeout 10 mintctl os exec -n os2 -- sh -c "$in_os2_first $(at "$1" "$2")" > /tmp/told 2>&1 ||
		sed "s/^/# $what: /" /tmp/told
}

# stops_at STEP CPUMASK: that core of os2 stops there for ever.
stops_at()
{
	what="stopped at step $1, CPU mask $2"
	made "$what"
	broken=$(lock_broken) stolen=no
	tell "$1" hlt
	others_begin
	provoke "$(ways "${1%:*}" "$2")"
	case "${1%:*}" in
	begin|ack|acked)
		check "$what: os2 is evicted" wait_for 10 state_is os2 evicted ;;
	*)
		check "$what: os2 is stopped, for it has the lock" wait_step "${1%:*}" stopped_before_broken
		check_equal "$what: nobody took a lock from it before" no $stolen ;;
	esac
	check "$what: a registration in os1 ends, one way or the other" bounded set_edu $own irq_mode intx
	others_end "$what" "$(limit_of "$1")"
	gone "$what"
	set_edu $own irq_mode none
	set_edu $own irq_mode intx
	check "$what: registrations work" load $own 20
	set_edu $own irq_mode none
}

# parks_at STEP CPUMASK: that core leaves its kernel there, which goes on without it.
parks_at()
{
	what="core lost at step $1, CPU mask $2"
	made "$what"
	broken=$(lock_broken)
	tell "$1" park
	others_begin
	provoke "$(ways "${1%:*}" "$2")"
	case "${1%:*}" in
	begin|ack|acked)
		check "$what: os2 is evicted" wait_for 10 state_is os2 evicted ;;
	*)
		check "$what: the lock is taken from it" wait_step "${1%:*}" eval '[ "$(lock_broken)" -gt "$broken" ]' ;;
	esac
	others_end "$what" "$(limit_of "$1")"
	gone "$what"
}

# os2 has ended. A panic that takes too long with the lock is cut short.
ended() { is os2 panicked || was_stopped; }

# dies_at STEP: os2 panics there.
dies_at()
{
	what="dead at step $1"
	made "$what"
	tell "$1" panic
	others_begin
	provoke "$(ways "${1%:*}" 3)"
	check "$what: os2 panics" wait_step "${1%:*}" ended
	gone "$what"
	others_end "$what" "$(limit_of "$1")"
}

# waits_at STEP...: os2 waits there for a while, with the lock, and goes on.
waits_at()
{
	what="waiting at a step"
	victim=
	made "$what"
	broken=$(lock_broken)
	others_begin
	for step; do
		waits_from=$(uptime_ms)
		check "$what: os2 waits at $step" in_os2 "$(at "$step" 700); $(ways "$step" 3 5)"
		check "$what: and did wait there" test $(($(uptime_ms) - waits_from)) -ge 700
	done
	others_end "$what"
	check "$what: os2 lives" is os2 up
	check_equal "$what: nobody took the lock from it" "$broken" "$(lock_broken)"
	check "$what: os2 takes part" raise os2 50
	gone "$what"
}

core_stops
case $form in
short)
	waits_at locked control
	stops_at locked 1
	stops_at control 2
	stops_at half 1
	stops_at begin 1
	stops_at acked 1
	stops_at evict 1
	for step in unlock section index:4 masked ack; do
		dies_at $step
	done
	;;
long)
	waits_at locked unlock section control index half masked
	for step in locked unlock section control index index:2 index:5 half half:2 masked masked:2 begin ack acked:3 evict; do
		stops_at $step 1
		stops_at $step 2
		parks_at $step 1
		dies_at $step
	done
	core_stops
	;;
esac
check "os2 joins again" join os2 2-3
check "and takes part" raise os2 500
check "table and hardware agree" verify
finish
END
)

finish
