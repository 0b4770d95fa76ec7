# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # dir and repo are from lib.sh, which sources this
#
# The logs of the OSes of a machine: vm of lib.sh holds each of them against what a
# kernel prints when something is wrong. A test whose subject is something that goes
# wrong says so beforehand, as narrowly as it can:
#
#	expect_panic VM OS REASON	it panics, for that
#	expect_log VM OS PATTERN	it prints such a line
#	allow_log VM OS PATTERN		it may, and need not
#
# PATTERN and REASON are extended regular expressions, without braces. What is expected
# and does not come fails the test like what comes and is not expected.

# One a line.
complaints=$(paste -s -d '|' << 'END'
WARNING:
(^|[^A-Za-z])BUG:
Oops
Call Trace:
Kernel panic
stall
soft lockup
hard LOCKUP
blocked for more than
INFO: (task|possible|inconsistent|rcu|suspicious)
possible (circular|recursive) locking
inconsistent lock state
Invalid wait context
suspicious RCU usage
scheduling while atomic
sleeping function called
KASAN:
UBSAN:
ODEBUG
unreferenced object
list_(add|del) corruption
refcount_t:
general protection
unable to handle
nobody cared
Tx Unit Hang
I/O error
APIC: Stale
Spurious LAPIC
broke a queue
mint: .*(cannot|does not|gives no sign|damaged)
END
)

declare -A logs_panics=() logs_expected=() logs_allowed=()

expect_panic() { logs_panics[$1/$2]+="$3"$'\n'; }
expect_log() { logs_expected[$1/$2]+="$3"$'\n'; }
allow_log() { logs_allowed[$1/$2]+="$3"$'\n'; }

# All of several patterns as one.
one_of() { sed '/^$/d' <<< "$1" | paste -s -d '|'; }

# complaints_of LOG VM/OS: what that OS complains of that nobody allowed it.
complaints_of()
{
	COMPLAINTS=$complaints PANICS=$(one_of "${logs_panics[$2]:-}") \
	ALLOWED=$(one_of "${logs_expected[$2]:-}${logs_allowed[$2]:-}") \
		LC_ALL=C awk -f "$repo/tests/system/complaints.awk" "$1"
}

# check_logs VM: of all OSes that the machine had. Without Mint there is one, and its
# log is what it sent to the serial port.
check_logs()
{
	local vm=$1 log os key

	for log in "$dir/$vm"/*.log; do
		os=$(basename "$log" .log)
		case $os in
		serial|com2) ;;
		*) check_complaints "$vm" "$os" "$log" ;;
		esac
	done
	if [ ! -e "$dir/$vm/os1.log" ]; then
		if grep -aq 'mint: .*shared area at' "$dir/$vm/serial.log" &&
			! grep -aq 'Mint stays off' "$dir/$vm/serial.log"; then
			not_ok "$vm: there is a log of os1"
		else
			check_complaints "$vm" os1 "$dir/$vm/serial.log"
		fi
	fi
	for key in "${!logs_panics[@]}" "${!logs_expected[@]}"; do
		[ "${key%/*}" != "$vm" ] || check_expected "$vm" "${key#*/}"
	done
}

check_complaints()
{
	local found

	found=$(complaints_of "$3" "$1/$2" | head -n 8)
	if [ ! -s "$3" ]; then
		# Others may never have been started.
		[ "$2" != os1 ] || not_ok "$1: there is a log of os1"
	elif [ -n "$found" ]; then
		not_ok "$1: $2 has nothing to complain of" "$found"
	else
		ok "$1: $2 has nothing to complain of"
	fi
}

# check_expected VM OS
check_expected()
{
	local log=$dir/$1/$2.log pattern

	[ -e "$log" ] || log=$dir/$1/serial.log
	{
		sed '/^$/d; s/.*/Kernel panic - not syncing: .*(&)/' <<< "${logs_panics[$1/$2]:-}"
		sed '/^$/d' <<< "${logs_expected[$1/$2]:-}"
	} | sort -u > "$dir/expected"
	while IFS= read -r pattern; do
		grep -aqE -- "$pattern" "$log" ||
			not_ok "$1: $2 complains of what it should" "nothing in its log is like '$pattern'"
	done < "$dir/expected"
}
