# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For system tests. Sourced first:
#
#	. "$(dirname "$0")/lib.sh"
#
# A test reports with ok, not_ok and skip, or lets the guest report with the
# functions of tests/guest/test.sh, whose lines are the same; it ends with
# "finish". One that ends before, or whose guest's script does, has failed.

set -u

# The kernel of vm without --variant: one that has the driver of the edu device and
# the hooks of the kernel's test files. A test that needs neither, or measures or
# shows something, says "variant=normal": the kernel as it is shipped.
variant="test"

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Where this test may leave files; tests/run keeps them when it fails.
dir=${MINT_TEST_DIR:-$(mktemp -d)}
: "${MINT_TEST_LONG:=}"
reported=0
failed=0
finished=''
. "$repo/tests/system/logs.sh"
trap leave EXIT

: > "$dir/reported"
: > "$dir/missing"
# bash calls this for a command that is not there, maybe in a subshell: the checks that
# it should have made would be missed by nobody.
# shellcheck disable=SC2317 # called by bash
command_not_found_handle()
{
	printf '%s: line %s: %s: no such command\n' "${0##*/}" "${BASH_LINENO[0]}" "$1" | tee -a "$dir/missing" >&2
	return 127
}

ok()
{
	reported=$((reported + 1))
	printf 'ok %d - %s\n' "$reported" "$1"
	printf '%s\n' "$1" >> "$dir/reported"
}

# not_ok NAME [REASON]
not_ok()
{
	reported=$((reported + 1))
	failed=$((failed + 1))
	printf 'not ok %d - %s\n' "$reported" "$1"
	printf '%s\n' "$1" >> "$dir/reported"
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

# check_equal NAME WANTED GOT
check_equal()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "wanted '$2', got '$3'"
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

# check_json NAME NUMBER [VM]: the guest of the last (or named) vm has kept at least
# NUMBER documents of mintctl, by keep_json or keep_json_lines, and they are as
# docs/json/mintctl.schema.json says.
check_json()
{
	local kept="$dir/${3:-vm}.json" number

	sed -n 's/^json //p' "$dir/${3:-vm}.out" > "$kept"
	number=$(wc -l < "$kept")
	if [ "$number" -lt "$2" ]; then
		not_ok "$1" "$number documents were kept, not $2 or more"
	else
		check "$1" "$repo/tests/tools/json-check" --lines "$kept"
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

# program_32 NAME: the same for a 32-bit OS, as NAME-32.
program_32()
{
	"$repo/tests/tools/programs-32" --compile "$repo/tests/system/programs/$1.c" "$dir/$1-32" && printf '%s\n' "$dir/$1-32"
}

# vm NAME [OPTION]... < script: runs the script in a machine, logs in $dir/NAME, and
# no OS of it may complain (logs.sh). The script can use tests/guest/test.sh. Its KTAP
# lines are numbered on. Returns what tests/vm returned.
vm()
{
	local name=$1 status=0 start=$SECONDS
	shift
	{ echo '. /usr/lib/mint/test.sh; script=main'; cat; } > "$dir/$name.script"
	"$repo/tests/vm" --variant "$variant" --out "$dir/$name" "$@" "$dir/$name.script" > "$dir/$name.out" 2> "$dir/$name.err" || status=$?
	echo "$name=$((SECONDS - start))" >> "$dir/machines"
	take_over "$dir/$name.out"
	sed 's/^/# /' "$dir/$name.err"
	grep -ahE '^/vm/script: .*: not found$' "$dir/$name.out" "$dir/$name.err" >> "$dir/missing"
	check_logs "$name"
	return "$status"
}

# Prints the guest's lines with the KTAP ones numbered on from our own.
take_over()
{
	local line

	while IFS= read -r line; do
		case $line in
		'ok - '*) ok "${line#ok - }" ;;
		'not ok - '*) not_ok "${line#not ok - }" ;;
		'# '*) printf '%s\n' "$line" ;;
		'json '*) ;;	# for check_json
		*) printf '# %s\n' "$line" ;;
		esac
	done < "$1"
}

# Where the script was: the last that it said, what each OS wrote last, and of a machine
# that hung where its CPUs are, and were when a kernel complained that one does not get on.
last_words()
{
	local log state

	printf 'the last it said: %s\n' "$(grep -a . "$dir/$1.out" | tail -n 1)"
	for log in "$dir/$1"/os*.log; do
		[ ! -s "$log" ] || printf '%s: %s\n' "$(basename "$log" .log)" "$(tail -n 1 "$log")"
	done
	for state in stalled machine; do
		[ ! -s "$dir/$1/$state" ] || awk -f "$repo/tests/system/machine.awk" "$dir/$1/$state"
	done
}

# vm_ok NAME [OPTION]... < script: the same, and the script must succeed, to its end.
vm_ok()
{
	local status=0

	vm "$@" || status=$?
	if [ "$status" -ne 0 ]; then
		not_ok "$1: the script ended with status $status" "$(cat "$dir/$1/result")
$(last_words "$1")"
	elif ! came_to_its_end "$1"; then
		not_ok "$1: the script came to its end" "its last line should be finish"
	else
		ok "$1: the script ended well"
	fi
}

# Or somebody else reported, by the kernel log, when the script's OS was gone.
came_to_its_end()
{
	grep -qx '# end of script' "$dir/$1.out" ||
		grep -qaE 'mint-vm: exit 0.?$' "$dir/$1"/*.log
}

# The last line of every test.
finish()
{
	[ ! -s "$dir/missing" ] || not_ok "all commands are there" "$(cat "$dir/missing")"
	[ "$failed" -ne 0 ] || check_declared
	finished=yes
	printf '1..%d\n' "$reported"
	[ "$failed" -eq 0 ]
	exit
}

# At the end, whatever made it come. What lacks the plan has failed, for tests/run, too.
# shellcheck disable=SC2317 # called by trap
leave()
{
	local status=$?

	[ -z "$finished" ] || exit "$status"
	not_ok "the test came to its end" "it ended before that, with status $status"
	exit 1
}

# ---- what was to be reported ----

# Checks that this form of the test leaves out: extended regular expressions, one a line.
left_out=''
leaves_out() { left_out+="$1"$'\n'; }

# declare_checks FILE: a script that runs in another OS than the first one.
declared=()
declare_checks() { declared+=("$1"); }

# Each check that stands in a script of the guest was reported, by one machine at least:
# a loop without rounds, a function that nobody calls are not taken for good.
check_declared()
{
	local scripts=("$dir"/*.script ${declared[@]+"${declared[@]}"}) missing

	[ -e "${scripts[0]}" ] || return 0
	awk -f "$repo/tests/system/declared.awk" "${scripts[@]}" | sort -u > "$dir/declared"
	missing=$(while IFS= read -r pattern; do
		grep -qxE -e "$pattern" "$dir/reported" || printf '%s\n' "$pattern"
	done < "$dir/declared" | grep -vE -e "$(one_of "$left_out"$'\n''^$')")
	if [ -n "$missing" ]; then
		not_ok "every check of the guest's scripts was reported" "never: $missing"
	else
		ok "every check of the guest's scripts was reported"
	fi
}
