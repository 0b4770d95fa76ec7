# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For system tests of interrupts, after lib.sh.
# shellcheck disable=SC2034,SC2154 # this is for who sources it, and that is from lib.sh

irq_guest=$repo/tests/system/programs/irq.sh

# serve_host VM: does what the guest of that machine asks for by lines
#
#	host: key NAME		a key of the PS/2 keyboard
#	host: power-button
#	host: com1|com2 TEXT	a line that arrives at a serial port
#
# in the background, until end_host. The machine needs --input.
serve_host()
{
	: > "$dir/$1.out"
	tail -n +1 -s 0.1 --pid=$$ -f "$dir/$1.out" 2> /dev/null | follow_guest "$dir/$1" &
	host_pid=$!
}

end_host()
{
	kill "$host_pid" 2> /dev/null
	wait "$host_pid" 2> /dev/null
}

follow_guest()
{
	local word what text

	while read -r word what text; do
		[ "$word" = host: ] || continue
		case $what in
		key) qmp "$1" "sendkey $text" ;;
		power-button) qmp "$1" system_powerdown ;;
		com1|com2) printf '%s\n' "$text" > "$1/$what.in" ;;
		esac
	done
}

# A command of QEMU's monitor.
qmp()
{
	printf '{"execute":"human-monitor-command","arguments":{"command-line":"%s"}}\n' "$2" > "$1/qmp.in"
}

# For loads on a shared line (programs/fairness.sh): what the guest's lines
#
#	khz: MACHINE KHZ
#	fair: MACHINE STRATEGY OSES LOAD OS RAISED SERVED COUNT MEDIAN P99 LARGEST
#
# say in FILE, or in what comes in, with the last three in us.
fair_rows()
{
	awk '
	$1 == "khz:" { khz[$2] = $3 }
	$1 == "fair:" {
		for (i = 10; i <= 12; i++)
			$i = $i * 1000 / khz[$2]
		print
	}' "${1:--}"
}

# The same for people.
fair_table()
{
	fair_rows "$1" | awk '
	BEGIN {
		printf "# %-8s %-8s %4s  %-8s %-3s %8s %8s %10s %10s %12s\n", "machine", "re-arm", "OSes", "load", "OS",
			"raised", "served", "median/us", "p99/us", "largest/us"
	}
	{
		printf "# %-8s %-8s %4d  %-8s %-3s %8d %8d %10.1f %10.1f %12.1f\n",
			$2, $3, $4, $5, $6, $7, $8, $10, $11, $12
	}'
}

# fair_alike FILE LOAD BOUND NUMBER: in what fair_rows said, the p99 delays of the OSes are
# within BOUND of each other, for that load each NUMBER of times that it was run.
fair_alike()
{
	awk -v wanted="$2" -v bound="$3" -v times="$4" '
	$5 == wanted {
		key = $3 ", " $4 " OSes"
		oses[key] = $4
		n[key]++
		if (!(key in low) || $11 < low[key]) low[key] = $11
		if ($11 > high[key]) high[key] = $11
	}
	END {
		for (key in n) {
			found++
			printf "%s: p99 %s between %.1f and %.1f us, ratio %.2f\n",
				wanted, key, low[key], high[key], high[key] / low[key]
			bad = bad || n[key] != oses[key] || high[key] > bound * low[key]
		}
		exit bad || found != times
	}' "$1"
}

# Each row as it comes: awk may read ahead.
fair_watch()
{
	local line khz=''

	tail -n +1 -s 1 -f --pid=$$ "$1" 2> /dev/null | while IFS= read -r line; do
		case $line in
		khz:*) khz=$line ;;
		fair:*) printf '%s\n' "$khz" "$line" | fair_table - | tail -n 1 ;;
		esac
	done
}

# vm_ok with the table's rows as they come, for who looks on: a long form takes long.
fair_vm_ok()
{
	if [ -n "${MINT_TEST_WATCHED:-}" ]; then
		: > "$dir/$1.out"
		fair_table /dev/null >&2
		fair_watch "$dir/$1.out" >&2 &
	fi
	vm_ok "$@"
}

# The guest's part of such a test, ahead of what it does with the line.
fair_machine=(--smp 6 --file "$irq_guest"
	--file "$repo/tests/system/programs/sharing.sh" --file "$repo/tests/system/programs/fairness.sh")
# One line, as q35 wires these slots.
for fair_slot in 3 7 0xb; do
	fair_machine+=(--arg -device --arg "edu,addr=$fair_slot")
done
