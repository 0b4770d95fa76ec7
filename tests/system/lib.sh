# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For system tests. Sourced first:
#
#	. "$(dirname "$0")/lib.sh"
#
# A test reports with ok, not_ok and skip, or lets the guest report with the
# functions of tests/guest/lib.sh, whose lines are the same; it ends with
# "finish".

set -u

# The kernel of vm without --variant: one that has the driver of the edu device and
# the hooks of the kernel's test files. A test that needs neither, or measures or
# shows something, says "variant=normal": the kernel as it is shipped.
variant="test"

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Where this test may leave files; tests/run keeps them when it fails.
dir=${MINT_TEST_DIR:-$(mktemp -d)}
reported=0
failed=0

ok()
{
	reported=$((reported + 1))
	printf 'ok %d - %s\n' "$reported" "$1"
}

# not_ok NAME [REASON]
not_ok()
{
	reported=$((reported + 1))
	failed=$((failed + 1))
	printf 'not ok %d - %s\n' "$reported" "$1"
	[ $# -lt 2 ] || printf '# %s\n' "${2//$'\n'/$'\n'# }"
}

skip()
{
	reported=$((reported + 1))
	printf 'ok %d - %s # SKIP %s\n' "$reported" "$1" "$2"
}

# check NAME COMMAND...: the command must succeed.
check()
{
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "$* failed with status $?:"$'\n'"$out"
	fi
}

# check_log NAME PATTERN OS [VM]: the log of OS of the last (or named) vm has a
# line that matches the extended regular expression.
check_log()
{
	check "$1" grep -qE -- "$2" "$dir/${4:-vm}/$3.log"
}

# check_no_log NAME PATTERN OS [VM]
check_no_log()
{
	local name=$1 found

	if [ ! -s "$dir/${4:-vm}/$3.log" ]; then
		not_ok "$name" "there is no log of $3"
	elif found=$(grep -E -m 5 -- "$2" "$dir/${4:-vm}/$3.log"); then
		not_ok "$name" "$found"
	else
		ok "$name"
	fi
}

# "rounds SHORT LONG": how often, or for how long, in this form of the test.
rounds()
{
	if [ -n "${MINT_TEST_LONG:-}" ]; then
		printf '%s\n' "$2"
	else
		printf '%s\n' "$1"
	fi
}

# program NAME: builds tests/system/programs/NAME.c for the guest, and prints where.
program()
{
	gcc -O2 -Wall -D_GNU_SOURCE -static -o "$dir/$1" "$repo/tests/system/programs/$1.c" && printf '%s\n' "$dir/$1"
}

# vm NAME [OPTION]... < script: runs the script in a machine, logs in $dir/NAME.
# The script can use tests/guest/lib.sh. Its KTAP lines are numbered on.
# Returns what tests/vm returned.
vm()
{
	local name=$1 status=0
	shift
	{ echo '. /usr/lib/mint/test.sh'; cat; } > "$dir/$name.script"
	"$repo/tests/vm" --variant "$variant" --out "$dir/$name" "$@" "$dir/$name.script" > "$dir/$name.out" 2> "$dir/$name.err" || status=$?
	take_over "$dir/$name.out"
	sed 's/^/# /' "$dir/$name.err"
	return "$status"
}

# Prints the guest's lines with the KTAP ones numbered on from our own.
take_over()
{
	local line

	while IFS= read -r line; do
		case $line in
		'ok - '*) reported=$((reported + 1)); printf 'ok %d %s\n' "$reported" "${line#ok }" ;;
		'not ok - '*) reported=$((reported + 1)) failed=$((failed + 1)); printf 'not ok %d %s\n' "$reported" "${line#not ok }" ;;
		'# '*) printf '%s\n' "$line" ;;
		*) printf '# %s\n' "$line" ;;
		esac
	done < "$1"
}

# vm_ok NAME [OPTION]... < script: the same, and the script must succeed.
vm_ok()
{
	local status=0

	vm "$@" || status=$?
	if [ "$status" -eq 0 ]; then
		ok "$1: the script ended well"
	else
		not_ok "$1: the script ended with status $status" "$(cat "$dir/$1/result")"
	fi
}

finish()
{
	printf '1..%d\n' "$reported"
	[ "$failed" -eq 0 ]
	exit
}
