#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/run itself, on a checkout that has nothing but made-up tests: rounds,
# the table, and what --resume keeps when a run is stopped, killed, or its
# checkout changes. No machine is booted.
#
# Covers: -
# Short: no boots
# Limit: 120

# shellcheck disable=SC2317 # functions that check calls
. "$(dirname "$0")/lib.sh"

fake=$dir/checkout
tests=$fake/tests/system
mkdir -p "$tests" "$fake/kernel-glue/scripts"
cp "$repo/tests/run" "$repo/tests/results.sh" "$fake/tests/"
cat > "$fake/kernel-glue/scripts/kernel-build" << END
#!/bin/sh
[ "\$1 \$2" = "--path normal" ] && cat "$dir/kernel"
END
echo image-1 > "$dir/kernel"

# made_up NAME < body: a test that notes each of its runs in $dir/NAME.runs.
made_up()
{
	{ printf '#!/usr/bin/env bash\n# Limit: 60\n\necho x >> "%s"\n' "$dir/$1.runs"; cat; } > "$tests/$1.sh"
	chmod +x "$tests/$1.sh"
}

ran() { cat /dev/null "$dir/$1.runs" 2>/dev/null | wc -l; }

# run STATUS NAME [OPTION]...
run()
{
	local wanted=$1 name=$2 status=0
	shift 2
	"$fake/tests/run" "$@" > "$dir/out" 2> "$dir/err" || status=$?
	if [ "$status" -eq "$wanted" ]; then
		ok "$name"
	else
		not_ok "$name" "status $status, wanted $wanted: $(cat "$dir/out" "$dir/err")"
	fi
}

# says NAME PATTERN: standard output of the last run has such a line.
says() { check "$1" grep -qE -- "$2" "$dir/out" || cat "$dir/out"; }
equals() { check "$1" test "$2" = "$3"; }

# until COMMAND...: for 20 s at most.
until_true()
{
	local end=$((SECONDS + 20))

	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

chmod +x "$fake/kernel-glue/scripts/kernel-build"
made_up 10-good <<< 'echo "ok 1 - good"'
made_up 11-bad <<< 'echo "ok 1 - good"; echo "not ok 2 - bad"; exit 1'
made_up 12-absent <<< 'echo "ok 1 - absent # SKIP not here"'

run 1 "a failed test fails the run"
says "the closing line counts checks" '^2 passed, 1 failed, 1 skipped$'
check "what failed is kept" grep -q '^not ok 2' "$fake/build/test-logs/system-11-bad.1/output"
check "a run without --resume keeps no results" test ! -e "$fake/build/test-results"
run 1 "three rounds" --repeat 3
says "the table counts rounds: passed" '^system/10-good +3 +3 +0 +0 +[0-9]+ +[0-9.]+ +[0-9]+$'
says "failed" '^system/11-bad +3 +0 +3 +0 '
says "skipped" '^system/12-absent +3 +0 +0 +3 '
says "and the closing line sums up" '^6 passed, 3 failed, 3 skipped$'
equals "each ran as often" "4 4 4" "$(ran 10-good) $(ran 11-bad) $(ran 12-absent)"

run 0 "a skip alone does not fail a run" --filter absent
run 1 "with --no-skip it does" --filter absent --no-skip
says "and is counted" '^0 passed, 0 failed, 1 skipped$'
run 0 "--no-skip without a skip" --filter good --no-skip

rm -f "$dir"/*.runs
run 1 "--resume without an earlier result starts anew" --repeat 2 --resume
run 1 "a second time" --repeat 2 --resume
says "it has all results from before" '^4 passed, 2 failed, 2 skipped$'
says "and the table, too" '^system/11-bad +2 +0 +2 +0 '
equals "nothing ran again, not even what failed" "2 2 2" "$(ran 10-good) $(ran 11-bad) $(ran 12-absent)"
check "output of a failure from before is still there" \
	sh -c "ls '$fake'/build/test-logs/system-11-bad.2.*/output"
run 1 "more rounds" --repeat 3 --resume
equals "only those that were missing ran" "3 3 3" "$(ran 10-good) $(ran 11-bad) $(ran 12-absent)"

run 0 "one test in its long form" --repeat 2 --resume --long --filter good
equals "is another thing" 5 "$(ran 10-good)"
run 0 "back in the short form" --repeat 2 --resume --filter good
equals "it is known" 5 "$(ran 10-good)"
made_up 10-good <<< 'echo "ok 1 - better"'
run 1 "after a change of one test" --repeat 3 --resume
equals "it runs again, the others do not" "8 3" "$(ran 10-good) $(ran 11-bad)"
echo image-2 > "$dir/kernel"
run 1 "after a change of the kernel" --resume
equals "all run again" "9 4 4" "$(ran 10-good) $(ran 11-bad) $(ran 12-absent)"
echo '# more' >> "$tests/helpers.sh"
run 0 "after a change of what tests share" --resume --filter good
equals "a test runs again" 10 "$(ran 10-good)"
run 0 "--fresh" --fresh --filter good
equals "runs again" 11 "$(ran 10-good)"
echo image-1 > "$dir/kernel"
rm "$tests/helpers.sh"
run 1 "in the state of the checkout from before" --repeat 3 --resume
equals "what was not forgotten counts again" "14 4" "$(ran 10-good) $(ran 11-bad)"

made_up 10-good << END
echo image-3 > "$dir/kernel"
END
run 0 "a checkout that changes while a test runs" --resume --filter good
check "is told" grep -q 'changed while system/10-good ran' "$dir/err"
made_up 10-good <<< 'echo "ok 1 - good"'

# A test that waits until it is let go, and by which one sees that it is alive.
made_up 13-slow << END
exec 5> "$dir/alive"
flock 5
[ \$(wc -l < "$dir/13-slow.runs") -ne 2 ] || read -r _ < "$dir/gate"
echo "ok 1 - slow"
END
mkfifo "$dir/gate"
# Started but not over: it holds the lock on "alive".
working() { [ "$(ran 13-slow)" -eq 2 ] && ! flock -n "$dir/alive" true; }
idle() { flock -w 20 "$dir/alive" true; }

for signal in TERM KILL; do
	rm -f "$dir"/13-slow.runs
	"$fake/tests/run" --repeat 4 --fresh --filter slow > "$dir/out" 2> "$dir/err" &
	runner=$!
	check "$signal: the second round is under way" until_true working
	kill -$signal "$runner"
	wait "$runner"
	if [ "$signal" = TERM ]; then
		check "TERM: the test is stopped, too" idle
	else
		# Whoever was in the middle of a round ends it, and it counts.
		timeout 10 sh -c "echo > '$dir/gate'"
	fi
	run 0 "$signal: it goes on" --repeat 4 --resume --filter slow
	says "$signal: with all rounds" '^system/13-slow +4 +4 +0 +0 '
	equals "$signal: each round ran once, but for the one that was stopped" \
		"$([ "$signal" = TERM ] && echo 5 || echo 4)" "$(ran 13-slow)"
done

# Half a line at the end, as a machine that lost power leaves it.
run 0 "two rounds of a test" --fresh --repeat 2 --filter good
count=$(ran 10-good)
size=$(stat -c %s "$fake/build/test-results")
truncate -s $((size - 12)) "$fake/build/test-results"
run 0 "a torn line" --resume --repeat 2 --filter good
equals "counts as no result" $((count + 1)) "$(ran 10-good)"
run 0 "and what follows it" --resume --repeat 2 --filter good
equals "does" $((count + 1)) "$(ran 10-good)"

# Two at a time share the work.
rm -f "$dir"/10-good.runs
"$fake/tests/run" --fresh --repeat 1 --filter good > /dev/null 2>&1
"$fake/tests/run" --resume --repeat 6 --filter good > "$dir/other" 2>&1 &
run 0 "two runs at once" --resume --repeat 6 --filter good
wait $!
equals "both end well" 0 $?
says "with all rounds" '^system/10-good +6 +6 +0 +0 '
equals "of which each ran once" 6 "$(ran 10-good)"

finish
