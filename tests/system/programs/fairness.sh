# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034,SC2154 # set and used by the script that sources this
#
# Loads on a line that several OSes share, for 54-irq-fairness.sh and
# 55-irq-shared-line.sh, after sharing.sh. Set before: machine, a name; n, period
# (us), idle (rounds), seen (see one_idle); oses, the names of those that share.
#
# The results are lines
#
#	fair: MACHINE STRATEGY OSES LOAD OS RAISED SERVED COUNT MEDIAN P99 LARGEST
#
# for each OS and load: what its device raised, by who raised it, and served, by
# the handler; the delays of COUNT interrupts, LARGEST and what is before it in
# cycles of the TSC.

# How many share the line, or did before one of them was killed.
nr_oses() { echo "${sharers:-$oses}" | wc -w; }
others() { echo "$oses" | tr ' ' '\n' | grep -vx "$1"; }
name() { echo "$strategy, $(nr_oses) OSes, $1"; }

# look OS: what its edu has raised and served so far, and its delays.
look() { in_os "$1" "cd /sys/bus/pci/devices/$(edu_of "$1") && cat raised served delays" | xargs; }

# forget: the next load begins with no delays, and counts from here.
forget()
{
	for forget_os in $oses; do
		put "$forget_os" delays 0
		# shellcheck disable=SC2046 # two numbers and the delays
		set -- $(look "$forget_os")
		eval "raised_$forget_os=$1 served_$forget_os=$2"
	done
}

# judge LOAD OS RAISED SERVED COUNT MEDIAN P99 LARGEST, as look has them.
judge()
{
	if [ $# -ne 8 ]; then
		not_ok "$(name "$1"): what $2 served can be read" "$*"
		return
	fi
	judge_load=$1 judge_os=$2
	eval "judge_raised=\$(($3 - raised_$2)) judge_served=\$(($4 - served_$2))"
	shift 4
	check_equal "$(name "$judge_load"): $judge_os served all that was raised, and timed each" \
		"$judge_raised $judge_raised" "$judge_served $1"
	echo "fair: $machine $strategy $(nr_oses) $judge_load $judge_os $judge_raised $judge_served $*"
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
		# shellcheck disable=SC2046 # one word each
		judge "$ends_load" "$ends_os" $(look "$ends_os")
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
	together flat-out $(each "$n:0")
}

ten_to_one()
{
	# shellcheck disable=SC2046 # one word each
	together 10:1 "os1:$((10 * n)):$period" $(others os1 | sed "s/\$/:$n:$((period * 10))/")
}

# os1 raises as fast as it can, os2 not at all; then it does. Of the idle rounds os2
# has to have been interrupted in that many percent: where a core can be kept from
# running while it has the table's lock, "mask" does without masking after a
# millisecond, and one round may serve os1 twice.
one_idle()
{
	forget
	idle_foreign=$(of os2 foreign)
	raise os1 "$idle" &
	ends alone $!
	check "$(name alone): os2 took part in $seen % of $idle rounds" \
		test $(($(of os2 foreign) - idle_foreign)) -ge $((idle * seen / 100))
	together after os2:20:"$period"
}

# os2's handler takes twice the time-out: it is evicted, and comes back.
one_stalled()
{
	forget
	put os2 handler "slow $((line_timeout_ms * 2000)) 1"
	raise os2 1 &
	stalled_os2=$!
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
	storm_pids=
	for storm_os in $(others os2); do
		raise "$storm_os" 200 2000 &
		storm_pids="$storm_pids $!"
	done
	# os2's own load has to wait until its handler serves again.
	storm_bad=0
	for storm_other in $storm_pids; do
		wait "$storm_other" || storm_bad=$((storm_bad + 1))
	done
	check_equal "$(name storming): the others are served meanwhile" 0 $storm_bad
	put os2 handler serve
	ends storming $storm_pid
}

line_stands()
{
	line_stands_at=$(of os1 served)
	usleep 300000
	[ "$(of os1 served)" = "$line_stands_at" ]
}

# os2 is destroyed in the middle of a handler, and made again.
one_killed()
{
	forget
	killed_pids=
	for killed_os in $(others os2); do
		raise "$killed_os" 1000 5000 &
		killed_pids="$killed_pids $!"
	done
	put os2 handler "slow 20000000 1"
	# shellcheck disable=SC2016 # os2's shell expands it
	in_os os2 '. /usr/lib/mint/test.sh; . /root/irq.sh; load $(edus) 1 &' > /dev/null 2>&1
	check "$(name killed): os2 is in its handler, and the line waits" wait_for 10 line_stands
	check "$(name killed): destroy os2 in its handler" mintctl os destroy os2 --force
	sharers=$oses
	oses=$(others os2 | xargs)
	# shellcheck disable=SC2086 # one word each
	ends killed $killed_pids
	oses=$sharers
	sharers=
	check "$(name killed): os1 did have to wait" waited_more os1 200
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
	check "$strategy is used from now on" sh -c "echo $strategy > /sys/kernel/debug/mint_irq_rearm"
	for use_os in $oses; do
		put "$use_os" irq_mode intx
	done
	check_equal "$(name use): it is one line, and shared" "$(for use_os in $oses; do echo "shared $use_gsi"; done)" \
		"$(for use_os in $oses; do echo "$(table "$use_os" "$(edu_of "$use_os")" type) $(table "$use_os" "$(edu_of "$use_os")" gsi)"; done)"
}

# three_oses: os1 and os2 share the line; os3 is there, and its device not on it yet.
three_oses()
{
	echo "khz: $machine $khz"
	check "the line is open" open_line
	use_gsi=$(table os1 "$edu1" gsi)
	check "os2 joins the line" join os2 2-3
	check "os3 is made" up os3 4-5 256M --dev "$edu3"
	mintctl os exec os3 -- sh -c 'cat > /root/irq.sh' < irq.sh
}
