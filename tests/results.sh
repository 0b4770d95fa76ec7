# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # repo, build, form, common are set by tests/run
#
# What tests/run keeps of rounds that have ended, so that a run that was killed
# goes on where it was ("--resume"), and the table at its end. Sourced by
# tests/run, which sets repo, build and form.
#
# One line for each round, only ever appended, in $results:
#
#	KEY ROUND PASSED FAILED SKIPPED SECONDS NAME .
#
# KEY stands for all that the result came from. A line that was only half
# written lacks the dot, and counts as none.

results=$build/test-results
times=$build/test-times

# All that system tests have in common. Unit tests are programs, and what they
# were built from is in them.
common_hash()
{
	(cd "$repo" && {
		find tests/system -type f ! -name '[0-9]*.sh'
		find tests/vm tests/guest tests/tools tests/guide docs/guide mintctl include -type f || :
	} 2>/dev/null | LC_ALL=C sort | xargs -r sha256sum | sha256sum)
}

# Which kernels test $1 boots: the usual ones, and each variant that it names.
# One that has not been built is another input than one that has.
kernels_of()
{
	local variant

	for variant in normal test $(grep -owE -- 'debug|plain|measured|debian' "$1" | sort -u); do
		printf '%s %s\n' "$variant" "$("$repo/kernel-glue/scripts/kernel-build" --path "$variant" 2>/dev/null)"
	done
}

# result_key TEST: in $common the hash of what system tests share.
result_key()
{
	{
		printf '%s\n' "$form"
		sha256sum < "$1"
		case $1 in
		*.sh) printf '%s\n' "$common"; kernels_of "$1" ;;
		esac
	} | sha256sum | cut -c1-16
}

# find_result KEY ROUND: "PASSED FAILED SKIPPED SECONDS", nothing if there is none.
find_result()
{
	[ -f "$results" ] || return 0
	awk -v key="$1" -v round="$2" '
	$1 == key && $2 == round && NF == 8 && $8 == "." {
		print $3, $4, $5, $6
		exit
	}' "$results"
}

# alone FUNCTION [ARG]...: no other run of tests changes these files meanwhile.
alone()
{
	(
		flock 7
		"$@"
	) 7> "$build/.test-results-lock"
}

# keep_result KEY ROUND "PASSED FAILED SKIPPED" SECONDS NAME
keep_result()
{
	# The empty line ends what a killed run may have left half written.
	alone append "$results" '\n%s %s %s %s %s .\n' "$1" "$2" "$3" "$4" "$5"
}

# append FILE FORMAT [ARG]...
append()
{
	# shellcheck disable=SC2059 # the caller's format
	printf "$2" "${@:3}" >> "$1"
}

# forget_results NAME...: whatever they came from, in this form or another.
forget_results() { alone drop_results "$@"; }

drop_results()
{
	[ -f "$results" ] || return 0
	printf '%s\n' "$@" | awk '
	NR == FNR { forget[$1]; next }
	NF == 8 && !($7 in forget)' - "$results" > "$results.new"
	mv "$results.new" "$results"
}

# The table of all rounds, from lines "PASSED FAILED SKIPPED SECONDS NAME". A
# round counts once: failed if anything failed, skipped if anything was skipped.
show_table()
{
	LC_ALL=C sort -s -k5,5 -k4,4n | awk '
	function flush() {
		if (!rounds)
			return
		median = rounds % 2 ? s[(rounds + 1) / 2] : (s[rounds / 2] + s[rounds / 2 + 1]) / 2
		printf "%-32s %6d %6d %6d %7d %6d %6g %6d\n", name, rounds,
			rounds - failed - skipped, failed, skipped, s[1], median, s[rounds]
	}
	BEGIN {
		printf "%-32s %6s %6s %6s %7s %6s %6s %6s\n", "TEST", "ROUNDS",
			"PASSED", "FAILED", "SKIPPED", "MIN-S", "MEDIAN", "MAX-S"
	}
	$5 != name { flush(); name = $5; rounds = failed = skipped = 0 }
	{
		s[++rounds] = $4
		if ($2)
			failed++
		else if ($3)
			skipped++
	}
	END { flush() }'
}

# ---- where time goes ("--times") ----------------------------------------------
#
# One line for each run of a test, the last one counts, in $times:
#
#	NAME FORM SECONDS MACHINE=SECONDS... .

# keep_times NAME SECONDS DIR: the machines that it booted are in DIR/machines.
keep_times()
{
	alone append "$times" '\n%s %s %s %s .\n' "$1" "$form" "$2" \
		"$([ ! -f "$3/machines" ] || paste -s -d ' ' "$3/machines")"
}

# Of each test its last run: the file does not grow for ever.
forget_old_times() { alone drop_old_times; }

drop_old_times()
{
	[ -f "$times" ] || return 0
	awk 'NF > 3 && $NF == "." { last[$1, $2] = $0 } END { for (i in last) print last[i] }' \
		"$times" > "$times.new"
	mv "$times.new" "$times"
}

# show_times: of the tests whose names come in, the longest first.
show_times()
{
	awk -v form="$form" '
	FILENAME == "-" { wanted[$1]; next }
	NF > 3 && $NF == "." && $2 == form && $1 in wanted {
		seconds[$1] = $3
		machines[$1] = ""
		for (i = 4; i < NF; i++)
			machines[$1] = machines[$1] " " $i
	}
	END {
		for (test in seconds)
			print seconds[test], test machines[test]
	}' - "$([ -f "$times" ] && echo "$times" || echo /dev/null)" | sort -k1,1nr -k2 | awk '
	{
		n++; all += $1; seconds[n] = $1; test[n] = $2
		for (i = 3; i <= NF; i++) {
			split($i, machine, "=")
			in_machines += machine[2]
			booted++
			text[n] = text[n] (i > 3 ? ", " : "") machine[1] " " machine[2]
		}
	}
	END {
		printf "%-32s %6s %6s  %s\n", "TEST", "S", "%", "OF THAT IN MACHINES"
		for (i = 1; i <= n; i++)
			printf "%-32s %6d %6.1f  %s\n", test[i], seconds[i], all ? 100 * seconds[i] / all : 0, text[i]
		printf "%d tests, %d s one after the other, %d s of them in %d machines\n", n, all, in_machines, booted
	}'
}
