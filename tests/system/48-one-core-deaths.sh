#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Of two OSes on one core one dies on its way from the core or back, at each step of that:
# of a panic, and by hanging with interrupts off. The other one goes on within two turns,
# and the one that died starts again. One that only takes long there is made to leave, too,
# and finds all as it was.
#
# Covers: one-core
# Short: the one that came second dies; of a panic at the first and the last step only
# Long: each of the two, at each step
# Limit: 240
# Long limit: 700

. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2054 # the commas are steps
steps=seat-begin,seat-lapic,seat-saved,seat-gates,seat-msrs,seat-back
victims=$(rounds os3 os2,os3)
panics=$(rounds seat-begin,seat-back "$steps")

expect_panic vm os3 'dies at seat-.*, as ordered'
[ -z "$MINT_TEST_LONG" ] || expect_panic vm os2 'dies at seat-.*, as ordered'
vm_ok vm --smp 3 --on-panic continue --timeout "$(rounds 220 660)" --file "$(program registers)" \
	< <(echo "steps='${steps//,/ }' victims='${victims//,/ }' panics='${panics//,/ }'"; cat << 'GUEST'
slice_ms=200
# Two turns, and as much again, as this is emulated; and for as long as the host had stopped the
# machine meanwhile, which shows on a core that nobody shares.
bound_ms=$((4 * slice_ms))
usual_ms=100
beats() { in_os "$1" 'wc -l < /tmp/beat'; }
has_beaten() { [ "$(beats "$1")" -ge "$2" ]; }
# longest OS N: ms between two beats of it, from the N'th on.
longest()
{
	in_os "$1" "tail -n +$2 /tmp/beat" | gap_of 1
}
# gap_of N: the same of beats on standard input.
gap_of()
{
	tail -n "+$1" |
		awk 'NR > 1 && $1 - last > gap { gap = $1 - last } { last = $1 } END { printf "%d\n", gap * 1000 }'
}
# works OS: it looks at the clock all the time, and notes each tick.
works()
{
	# shellcheck disable=SC2016 # for there
	in_os "$1" 'while read -r now _ < /proc/uptime; do
		[ "$now" = "$last" ] || echo "$now"
		last=$now
	done > /tmp/beat 2> /dev/null &'
}
# waited WHAT OS N
waited()
{
	gap=$(longest "$2" "$3")
	stopped=$(($(gap_of "$here" < /tmp/beat) - usual_ms))
	[ $stopped -gt 0 ] || stopped=0
	check "$1: $2 waited $bound_ms ms at most" test "$gap" -le $((bound_ms + stopped))
	echo "# $gap ms; the machine stood still for $stopped ms"
	here=$(wc -l < /tmp/beat)
}
# dies VICTIM WITNESS STEP NUMBER STATE
dies()
{
	what="$1 is $5 at $3" before=$(beats "$2")
	in_os "$1" "echo $3:$4 > /sys/kernel/debug/mint_fault" > /dev/null 2>&1 & order=$!
	check "$what" wait_for 30 is "$1" "$5"
	check "$what: $2 goes on" wait_for 20 has_beaten "$2" $((before + 100))
	waited "$what" "$2" "$before"
	check "$what: $1 starts again" mintctl os restart "$1" --force --wait 60
	wait $order
	check "$what: and works" works "$1"
}

heartbeat /tmp/beat &
here=1
check "there is an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
check "os2 has the core" mintctl os create os2 --cores 2 --memory 192M
check "os2 starts" mintctl os start os2 --image web --wait 60
check "os3 shares it" mintctl os create os3 --cores 2:50% --slice ${slice_ms}ms --memory 192M
check "os3 starts" mintctl os start os3 --image web --wait 60

# ---- one takes its time ----

turns() { field "$1" TURNS; }
has_turns() { [ "$(turns "$1")" -ge "$2" ]; }
for os in os2 os3; do mintctl os exec $os -- sh -c 'cat > /tmp/registers; chmod +x /tmp/registers' < registers; done
check "os2 works" works os2
in_os os2 '/tmp/registers 2 15' > /tmp/of2 & of2=$!
in_os os3 '/tmp/registers 3 15' > /tmp/of3 & of3=$!
for step in $steps; do
	# Twice as long as it may, and as much again.
	in_os os3 "echo none > /sys/kernel/debug/mint_fault; echo $step:$((5 * slice_ms)) > /sys/kernel/debug/mint_fault"
	before=$(beats os2)
	check "$step: both go on" wait_for 20 has_turns os2 $(($(turns os2) + 4))
	waited "$step" os2 "$before"
done
wait $of2 $of3
check_equal "os2 finds its registers as it left them" looked "$(cut -d ' ' -f 1 /tmp/of2)"
check_equal "os3 finds its registers as it left them" looked "$(cut -d ' ' -f 1 /tmp/of3)"

# ---- one dies ----

check "os3 works" works os3
for victim in $victims; do
	witness=$([ "$victim" = os3 ] && echo os2 || echo os3)
	for step in $steps; do
		case " $panics " in
		*" $step "*) dies "$victim" "$witness" "$step" 1 panicked ;;
		esac
		dies "$victim" "$witness" "$step" 2 hung
	done
done
check "table and hardware agree" mintctl irq verify
finish
GUEST
)

finish
