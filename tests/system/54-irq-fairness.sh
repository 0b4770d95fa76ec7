#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two and three OSes with a device each on one interrupt line: whatever the load,
# every interrupt that is raised is served, and all wait alike; and what one of them
# does costs the others a bounded delay. Prints what "make check-fairness" shows.
#
# Covers: irq-4
# Short: skipped
# Long: 200000, twice; idle for 300000
# Limit: 600
# Long limit: 7200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

if [ -z "${MINT_TEST_LONG:-}" ]; then
	skip "fairness on a shared line" "has only a long form for now; run: make check-long"
	finish
fi

# The devices are on one line, as q35 wires its slots.
# shellcheck disable=SC2054 # the commas are QEMU's
machine=(--smp 6 --file "$irq_guest" --file "$repo/tests/system/programs/sharing.sh"
	--file "$repo/tests/system/programs/fairness.sh"
	--arg -device --arg edu,addr=3 --arg -device --arg edu,addr=7 --arg -device --arg edu,addr=0xb)

# What both machines run: two OSes, then three, with each strategy. It is preceded
# by numbers, and by what is to be done besides.
cat > "$dir/guest" << 'GUEST'
. ./irq.sh
. ./sharing.sh
. ./fairness.sh
echo "khz: $machine $khz"

loads()
{
	use "$1"
	equal
	ten_to_one
	flat_out
	one_idle
}

oses=os1
check "the line is open" open_line
check "os2 joins the line" join os2 2-3
# os3 is there, and its device not on the line yet.
check "os3 is made" up os3 4-5 256M --dev $edu3
mintctl os exec os3 -- sh -c 'cat > /root/irq.sh' < irq.sh
oses="os1 os2"
check_equal "it is one line, and shared" "shared $(table os1 $edu1 gsi)" "$(table os1 $edu1 type) $(table os2 $edu2 gsi)"
loads self-ipi
after_two_self_ipi
loads mask
after_two_mask
oses="os1 os2 os3"
loads self-ipi
after_three_self_ipi
loads mask
after_three_mask
check "table and hardware agree" verify
finish
GUEST

# The cores really run at the same time, and the host decides how soon: so what is
# raised and served counts here. What one OS does to the others, too: with a
# time-out of 2 s a stall of the host is none of the OS.
{
	cat << END
machine=parallel n=$(rounds 3000 200000) idle=$(rounds 6000 300000) period=400 long=${MINT_TEST_LONG:-no}
accidents() { one_stalled; one_storming; one_killed; }
after_two_self_ipi() { accidents; }
after_two_mask() { [ \$long = no ] || accidents; }
after_three_self_ipi() { [ \$long = no ] || accidents; }
after_three_mask() { accidents; }
END
	cat "$dir/guest"
} > "$dir/parallel.sh"
vm_ok parallel --timeout "$(rounds 400 4000)" "${machine[@]}" < "$dir/parallel.sh"

# The clock counts instructions: so delays compare, whatever else the host does.
{
	cat << END
machine=counted n=$(rounds 3000 200000) idle=$(rounds 3000 300000) period=20
after_two_self_ipi() { :; }
after_two_mask() { :; }
after_three_self_ipi() { :; }
after_three_mask() { :; }
END
	cat "$dir/guest"
} > "$dir/counted.sh"
vm_ok counted --icount --timeout "$(rounds 400 4000)" "${machine[@]}" < "$dir/counted.sh"

# ---- the table and its bounds ----

# "fair: MACHINE STRATEGY OSES LOAD OS RAISED SERVED COUNT MEDIAN P99 LARGEST", the
# last three in us here.
awk '$1 == "khz:" { khz[$2] = $3 }
$1 == "fair:" { for (i = 10; i <= 12; i++) $i = $i / khz[$2] * 1000; print }' \
	"$dir/parallel.out" "$dir/counted.out" > "$dir/fair"

awk 'BEGIN {
	printf "# %-8s %-8s %4s  %-8s %-3s %8s %8s %10s %10s %12s\n", "machine", "re-arm", "OSes", "load", "OS",
		"raised", "served", "median/us", "p99/us", "largest/us"
}
{ printf "# %-8s %-8s %4d  %-8s %-3s %8d %8d %10.1f %10.1f %12.1f\n", $2, $3, $4, $5, $6, $7, $8, $10, $11, $12 }' "$dir/fair"

# alike LOAD BOUND: the p99 delays of the OSes are within that of each other.
# shellcheck disable=SC2317 # called by check
alike()
{
	awk -v wanted="$1" -v bound="$2" '
	$2 == "counted" && $5 == wanted {
		key = $3 " with " $4 " OSes"
		n[key]++
		if (!(key in low) || $11 < low[key]) low[key] = $11
		if ($11 > high[key]) high[key] = $11
	}
	END {
		for (key in n) {
			found++
			printf "%s: %.2f\n", key, high[key] / low[key]
			bad = bad || high[key] > bound * low[key] || n[key] < 2
		}
		exit bad || found != 4
	}' "$dir/fair"
}
check "equal load: the p99 delays are within 1.2" alike equal 1.2
check "10:1: the p99 delays are within 1.5" alike 10:1 1.5

# shellcheck disable=SC2016 # awk expands it
check "all that was raised was served" awk '$7 != $8 { print; bad = 1 } END { exit bad || NR < 60 }' "$dir/fair"

# No other waits twice the time-out, 2 s, whatever one of them does.
# shellcheck disable=SC2016 # awk expands it
check "nobody waits 4 s" awk '
	$5 ~ /stalled|storming|killed/ && $6 != "os2" { n++; if ($12 >= 4000000) { print; bad = 1 } }
	END { exit bad || n < 9 }' "$dir/fair"

finish
