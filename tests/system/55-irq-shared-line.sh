#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two and three OSes with a device each on one interrupt line, with each way to re-arm
# it, on cores that really run at the same time: every interrupt that is raised is
# served, under every load; and an OS that stalls, lets its device storm or is killed
# costs the others a bounded delay.
#
# Covers: irq-4
# Short: 2000 interrupts a device; each accident with one or two of the four
# Long: 200000 a device; idle for 300000; each accident with all four
# Limit: 600
# Long limit: 7200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

# It stalls, storms, is killed; the first whose watch sees it says so, itself maybe.
for os in os1 os2 os3; do
	allow_log parallel $os 'GSI [0-9]+: os2 does not acknowledge, it is out of the rounds'
done
fair_vm_ok parallel --timeout "$(rounds 540 7000)" "${fair_machine[@]}" < <(cat << END
machine=parallel seen=99 period=$(rounds 400 200) equal=$(rounds 2000 200000) tenth=$(rounds 300 20000)
flat=$(rounds 2000 50000) idle=$(rounds 5000 300000) long=${MINT_TEST_LONG:-no}
END
cat << 'END'
. ./irq.sh
. ./sharing.sh
. ./fairness.sh

# loads STRATEGY ANOTHER...: two loads with everything, others only in the long form.
loads()
{
	use "$1"
	shift
	[ $long = no ] || set -- flat_out one_idle one_stalled one_storming one_killed
	n=$tenth
	ten_to_one
	n=$equal
	equal
	n=$flat
	for another; do
		$another
	done
}

three_oses
oses="os1 os2"
loads self-ipi one_stalled one_killed
loads mask one_storming
oses="os1 os2 os3"
loads self-ipi flat_out one_storming
loads mask flat_out one_idle one_stalled one_killed
check "table and hardware agree" verify
finish
END
)

fair_table "$dir/parallel.out"
fair_rows "$dir/parallel.out" > "$dir/fair"

# For each way and number of OSes, who shares has a row of each load.
# shellcheck disable=SC2016 # awk expands it
check "all that was raised was served" awk -v kinds="equal 10:1$(rounds "" " flat-out alone after stalled storming")" '
	$7 != $8 || ($5 == "equal" && !$7) { print; bad = 1 }
	{ n[$5, $3, $4]++ }
	END {
		split("self-ipi mask", ways)
		nr = split(kinds, kind)
		for (i = 1; i <= nr; i++)
			for (w = 1; w <= 2; w++)
				for (oses = 2; oses <= 3; oses++)
					if (n[kind[i], ways[w], oses] != oses - (kind[i] == "killed")) {
						print "no", kind[i], ways[w], oses
						bad = 1
					}
		exit bad
	}' "$dir/fair"

# No other waits twice the time-out, 2 s, whatever one of them does.
# shellcheck disable=SC2016 # awk expands it
check "nobody waits 4 s for an OS that stalls, storms or dies" awk '
	$5 ~ /stalled|storming|killed/ && $6 != "os2" { n[$5]++; if ($12 >= 4000000) { print; bad = 1 } }
	END { exit bad || n["stalled"] < 3 || n["storming"] < 3 || n["killed"] < 3 }' "$dir/fair"

finish
