# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# For scripts that run in the guest: /usr/lib/mint/test.sh there. Each check
# prints a KTAP line, which tests/system/lib.sh numbers.

failed=0

ok() { printf 'ok - %s\n' "$1"; }

# not_ok NAME [REASON]
not_ok()
{
	failed=$((failed + 1))
	printf 'not ok - %s\n' "$1"
	[ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/# /'
}

# check NAME COMMAND...: the command must succeed.
check()
{
	check_name=$1
	shift
	check_status=0
	check_output=$("$@" 2>&1) || check_status=$?
	if [ "$check_status" -eq 0 ]; then
		ok "$check_name"
	else
		not_ok "$check_name" "$* failed with status $check_status:
$check_output"
	fi
}

# check_equal NAME WANTED GOT
check_equal()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "wanted '$2', got '$3'"
	fi
}

# refused NAME STATUS PATTERN COMMAND...: the command must fail with STATUS and
# say something on stderr that matches the extended regular expression.
refused()
{
	check_name=$1 check_wanted=$2 check_pattern=$3
	shift 3
	check_status=0
	check_output=$("$@" 2>&1 > /dev/null) || check_status=$?
	if [ "$check_status" -ne "$check_wanted" ]; then
		not_ok "$check_name" "$* ended with status $check_status, not $check_wanted: $check_output"
	elif ! printf '%s\n' "$check_output" | grep -qE -- "$check_pattern"; then
		not_ok "$check_name" "$* said '$check_output', which does not match '$check_pattern'"
	else
		ok "$check_name"
	fi
}

# wait_for SECONDS COMMAND...: waits until the command succeeds.
wait_for()
{
	wait_until=$(($(cut -d. -f1 /proc/uptime) + $1))
	shift
	until "$@" > /dev/null 2>&1; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt "$wait_until" ] || return 1
		usleep 50000
	done
}

# The last line of every script.
finish() { exit $((failed != 0)); }
