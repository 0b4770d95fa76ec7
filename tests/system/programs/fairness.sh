# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154 # set and used by the script that sources this
#
# Loads on a line that several OSes share, for 54-irq-fairness.sh, after sharing.sh. Set before: n,
# idle (rounds), period (us), machine; oses, the names of those that share; strategy.
#
# The results are lines
#
#	fair: MACHINE STRATEGY OSES LOAD OS RAISED SERVED COUNT MEDIAN P99 LARGEST
#
# where LARGEST and what is before it are cycles of the TSC, over the COUNT
# interrupts of that load.

nr_oses() { echo "$oses" | wc -w; }
others() { echo "$oses" | tr ' ' '\n' | grep -vx "$1"; }
note() { echo "fair: $machine $strategy $(nr_oses) $1 $2 $(of "$2" raised) $(of "$2" served) $(of "$2" delays)"; }
name() { echo "$strategy, $(nr_oses) OSes, $1"; }

forget()
{
	for forget_os in $oses; do
		put "$forget_os" delays 0
	done
}

# ends LOAD PID...: they end well, and everything was served.
ends()
{
	ends_load=$1 ends_bad=0
	shift
	for ends_pid; do
		wait "$ends_pid" || ends_bad=$((ends_bad + 1))
	done
	check_equal "$(name "$ends_load"): no load gets stuck" 0 $ends_bad
	for ends_os in $oses; do
		check "$(name "$ends_load"): $ends_os served all that was raised" served_all_of "$ends_os"
		note "$ends_load" "$ends_os"
	done
}

# together LOAD OS:N:PERIOD...: at the same time.
together()
{
	together_load=$1 together_pids=
	shift
	forget
	together_start=$(soon)
	for together_what; do
		# shellcheck disable=SC2046 # three words
		raise $(echo "$together_what" | tr : ' ') "$together_start" &
		together_pids="$together_pids $!"
	done
	# shellcheck disable=SC2086 # one word each
	ends "$together_load" $together_pids
}

# each N:PERIOD: that for every OS, as together wants it.
each()
{
	for each_os in $oses; do
		printf '%s:%s ' "$each_os" "$1"
	done
}

equal()
{
	# shellcheck disable=SC2046 # one word each
	together equal $(each "$n:$period")
}

flat_out()
{
	# shellcheck disable=SC2046 # one word each
	together flat-out $(each "$((n / 2)):0")
}

ten_to_one()
{
	# shellcheck disable=SC2046 # one word each
	together 10:1 "os1:$((2 * n)):$period" $(others os1 | sed "s/\$/:$((n / 5)):$((period * 10))/")
}

# The others raise as fast as they can, os2 not at all; then it does.
one_idle()
{
	forget
	idle_foreign=$(of os2 foreign)
	raise os1 "$idle" &
	wait $!
	check_equal "$(name idle): $idle rounds of os1" 0 $?
	check "$(name idle): os2 took part in them" test $(($(of os2 foreign) - idle_foreign)) -ge "$idle"
	together idle os2:20:"$period"
}

# os2's handler takes twice the time-out: it is evicted, and comes back.
one_stalled()
{
	forget
	put os2 handler "slow $((line_timeout_ms * 2000)) 1"
	raise os2 1 &
	stalled_os2=$!
	# shellcheck disable=SC2046 # one word each
	stalled_pids=
	for stalled_os in $(others os2); do
		raise "$stalled_os" "$((line_timeout_ms * 4 / 5))" 5000 &
		stalled_pids="$stalled_pids $!"
	done
	check "$(name stalled): os2 is evicted" wait_for 20 state_is os2 evicted
	check "$(name stalled): it is re-admitted" wait_for 20 state_is os2 active
	# shellcheck disable=SC2086 # one word each
	ends stalled $stalled_os2 $stalled_pids
	check "$(name stalled): os1 did have to wait" waited_more os1 500
	check "$(name stalled): os2 takes part again" raise os2 50 1000
}

foreign_more() { [ "$(of os1 foreign)" -gt "$1" ]; }

# os2's device wants something, and its driver does not look.
one_storming()
{
	forget
	put os2 handler ignore
	raise os2 1 &
	storm_pid=$!
	storm_foreign=$(of os1 foreign)
	check "$(name storming): the storm reaches os1" wait_for 20 foreign_more $((storm_foreign + 500))
	check "$(name storming): os1 is served meanwhile" raise os1 200 2000
	put os2 handler serve
	ends storming $storm_pid
}

# os2 is destroyed in the middle of a handler, and made again.
one_killed()
{
	forget
	put os2 handler "slow 20000000 1"
	# shellcheck disable=SC2016 # os2's shell expands it
	in_os os2 '. /usr/lib/mint/test.sh; . /root/irq.sh; load $(edus) 1 &' > /dev/null 2>&1
	killed_pids=
	for killed_os in $(others os2); do
		raise "$killed_os" 500 5000 &
		killed_pids="$killed_pids $!"
	done
	check "$(name killed): destroy os2 in its handler" mintctl os destroy os2 --force
	killed_oses=$oses
	oses=$(others os2 | xargs)
	# shellcheck disable=SC2086 # one word each
	ends killed $killed_pids
	oses=$killed_oses
	check "$(name killed): os2 is made again" join os2 2-3
	check "$(name killed): it takes part again" raise os2 200 1000
	check "$(name killed): table and hardware agree" verify
}

# use STRATEGY: while no line is shared.
use()
{
	strategy=$1
	for use_os in $oses; do
		put "$use_os" irq_mode none
	done
	echo "$strategy" > /sys/kernel/debug/mint_irq_rearm || return
	for use_os in $oses; do
		put "$use_os" irq_mode intx
	done
}
