#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/run itself, on a checkout that has nothing but made-up tests: rounds,
# the table, and what --resume keeps when a run is stopped, killed, or its
# checkout changes. No machine is booted.
#
# Covers: -
# Short: no boots
# Limit: 240

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
made_up 10-good <<< 'echo "ok 1 - good"; echo 1..1'
made_up 11-bad <<< 'echo "ok 1 - good"; echo "not ok 2 - bad"; echo 1..2; exit 1'
made_up 12-absent <<< 'echo "ok 1 - absent # SKIP not here"; echo 1..1'

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

run 0 "--times" --times
says "--times: a test that took time" '^system/10-good +[0-9]+ +[0-9.]+ *$'
says "--times: and the sum" '^3 tests, [0-9]+ s one after the other, 0 s of them in 0 machines$'
made_up 10-good << 'END'
printf '%s\n' one=60 two=30 > "$MINT_TEST_DIR/machines"
echo "ok 1 - good"
echo 1..1
END
run 0 "a test that boots machines" --filter good
run 0 "--times of it" --times --filter good
says "names them" '^system/10-good .* one 60, two 30$'
run 0 "--times of the long form" --times --long
says "knows of none" '^0 tests, 0 s'
made_up 10-good <<< 'echo "ok 1 - good"; echo 1..1'
rm -f "$dir"/10-good.runs
for _ in 1 2 3 4; do echo x; done > "$dir/10-good.runs"

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
made_up 10-good <<< 'echo "ok 1 - better"; echo 1..1'
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
echo "ok 1 - good"
echo 1..1
END
run 0 "a checkout that changes while a test runs" --resume --filter good
check "is told" grep -q 'changed while system/10-good ran' "$dir/err"
made_up 10-good <<< 'echo "ok 1 - good"; echo 1..1'

# What ends before its end, however well, is no success.
for body in 'echo "ok 1 - good"' : 'echo "ok 1 - good"; echo 1..2' 'echo "ok 1 - good"; echo "ok 2 - good"; echo 1..1'; do
	made_up 14-early <<< "$body"
	run 1 "a test without an end: $body" --filter early
	says "counts as failed" '^[0-9] passed, 1 failed, 0 skipped$'
done
rm "$tests/14-early.sh"
mkdir -p "$fake/build/tests/unit"
printf '#!/bin/sh\n' > "$fake/build/tests/unit/test_quiet"
chmod +x "$fake/build/tests/unit/test_quiet"
run 0 "a unit test that says nothing counts by its status" unit
says "as one" '^1 passed, 0 failed, 0 skipped$'
echo 'echo "ok 1 - good"; echo 1..2' >> "$fake/build/tests/unit/test_quiet"
run 1 "but not when it says something and then ends early" unit
rm "$fake/build/tests/unit/test_quiet"

# lib.sh: a test that ends before its last line has failed, whatever its last status.
# ended NAME STATUS PATTERN < the test
ended()
{
	local status=0

	mkdir -p "$dir/early"
	{ echo ". '$repo/tests/system/lib.sh'"; cat; } > "$dir/early.sh"
	MINT_TEST_DIR=$dir/early bash "$dir/early.sh" > "$dir/out" 2>&1 || status=$?
	equals "$1" "$2" "$status"
	says "$1: it says" "$3"
}
ended "a test to its end" 0 '^1[.][.]1$' <<< 'ok one; finish'
ended "a test that exits" 1 '^not ok 2 - the test came to its end' <<< 'ok one; exit 0'
ended "a test that lacks its last line" 1 '^not ok 2 - the test came to its end' <<< 'ok one'
ended "a test with a check that is none" 1 '^# early.sh: line 2: chekc: no such command' <<< 'chekc one true; ok two; finish'
ended "in a subshell" 1 '^not ok 2 - all commands are there' <<< 'echo x | chekc one cat; ok two; finish'

# Checks of a guest's script that nobody reported.
# shellcheck disable=SC2016 # for the guest
printf '%s\n' 'check "one" true' 'for os in $all; do check "$os is (up)" true; done' \
	'refused "three $(a "b") more" 1 . false' '# check "none"' > "$dir/guest.checks"
ended "all checks were reported" 0 '^ok 4 - every check' << END
cp "$dir/guest.checks" "\$dir/guest.script"
ok one; ok "os2 is (up)"; ok "three times more"; finish
END
ended "one was not" 1 '^# never: [.][*] is' << END
cp "$dir/guest.checks" "\$dir/guest.script"
ok one; ok "three times more"; finish
END
ended "it is left out in this form" 0 '^ok 3 - every check' << END
cp "$dir/guest.checks" "\$dir/guest.script"
leaves_out '[.][*] is'
ok one; ok "three times more"; finish
END

rm "$dir/early/guest.script"

# Logs of OSes. log NAME LINE...: of OS in machine "vm".
log() { mkdir -p "$dir/early/vm"; printf '[    1.000000] %s\n' "${@:2}" > "$dir/early/vm/$1.log"; }
panic=('sysrq: Trigger a crash' 'Kernel panic - not syncing: sysrq triggered crash' 'Call Trace:'
	'---[ end Kernel panic - not syncing: sysrq triggered crash ]---')
log os1 'Linux version'
log os2 'Linux version' 'ODD: DEBUG: all is well'
ended "logs without a complaint" 0 '^ok 2 - vm: os2 has nothing' <<< 'check_logs vm; finish'
for line in 'WARNING: CPU: 1' 'BUG: KASAN' 'rcu: INFO: rcu_sched detected stalls' 'Call Trace:' \
	'mint: core 2 does not take NMIs' 'irq 16: nobody cared' 'x: Detected Tx Unit Hang'; do
	log os2 'Linux version' "$line"
	ended "a complaint: $line" 1 '^not ok 2 - vm: os2 has nothing' <<< 'check_logs vm; finish'
done
ended "one that is allowed" 0 '^ok 2 - vm: os2' <<< 'allow_log vm os2 "Unit Hang"; check_logs vm; finish'
ended "of another OS" 1 '^not ok 2 - vm: os2' <<< 'allow_log vm os1 "Unit Hang"; check_logs vm; finish'
log os2 "${panic[@]}"
ended "a panic" 1 '^not ok 2 - vm: os2' <<< 'check_logs vm; finish'
ended "that was expected" 0 '^ok 2 - vm: os2' <<< 'expect_panic vm os2 sysrq; check_logs vm; finish'
ended "for another reason" 1 '^not ok 2 - vm: os2' <<< 'expect_panic vm os2 VFS; check_logs vm; finish'
log os2 "${panic[@]}" 'Linux version' 'WARNING: CPU: 1'
ended "and a complaint after it" 1 '^not ok 2 - vm: os2' <<< 'expect_panic vm os2 sysrq; check_logs vm; finish'
log os2 'Linux version'
ended "a panic that does not come" 1 '^not ok 3 - vm: os2 complains of what it should' \
	<<< 'expect_panic vm os2 sysrq; check_logs vm; finish'
ended "nor does a line" 1 '^not ok 3 - vm: os2 complains of what it should' \
	<<< 'expect_log vm os2 "it is evicted"; check_logs vm; finish'
rm "$dir/early/vm/os1.log"
echo 'mint: shared area at 0' > "$dir/early/vm/serial.log"
ended "no log where there should be one" 1 '^not ok 2 - vm: there is a log of os1' <<< 'check_logs vm; finish'

# A test that waits until it is let go, and by which one sees that it is alive.
made_up 13-slow << END
exec 5> "$dir/alive"
flock 5
[ \$(wc -l < "$dir/13-slow.runs") -ne 2 ] || read -r _ < "$dir/gate"
echo "ok 1 - slow"
echo 1..1
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


# ---- kernels that only some tests need ----

cat > "$fake/kernel-glue/scripts/kernel-build" << END
#!/bin/sh
[ "\$1" != --path ] || { [ "\$2" = normal ] && cat "$dir/kernel"; exit; }
exec 9> "$dir/cache.lock"
flock 9
[ "\$1" != broken ] || { echo "it cannot be built"; exit 1; }
[ -e "$dir/\$1.built" ] || { sleep 1; touch "$dir/\$1.built"; }
END
for test in 60-rare 61-broken; do
	made_up "$test" <<< "test -e $dir/rare.built && echo 'ok 1 - built' || echo 'not ok 1 - built'; echo 1..1"
done
made_up 62-common <<< 'echo "ok 1 - common"; echo 1..1'
sed -i '2a # Kernel: rare' "$tests/60-rare.sh"
sed -i '2a # Kernel: broken' "$tests/61-broken.sh"
run 1 "kernels are built beside the tests" --build -j 2 --filter 60-rare --filter 61-broken --filter 62-common
says "who needs none is first" '^\[ *1/3\] system/62-common .* 1 passed'
says "who needs one has it" 'system/60-rare .* 1 passed'
says "a kernel that cannot be built is said" 'it cannot be built'
equals "and its test did not run" 0 "$(ran 61-broken)"
rm "$dir/rare.built"
run 1 "without --build nothing is built" --filter 61-broken --filter 60-rare
equals "and the test runs" 1 "$(ran 61-broken)"

rm -f "$dir/rare.built"
made_up 68-hours <<< "[ \"\$MINT_TEST_VARIANTS\" = 'normal test measured rare' ] && test -e $dir/rare.built && echo 'ok 1 - built' || echo 'not ok 1 - built'; echo 1..1"
sed -i '2a # Long kernel: rare' "$tests/68-hours.sh"
run 0 "a test whose kernel takes hours" --build --filter 68-hours --filter 62-common
says "has no short form" '^1 passed, 0 failed, 0 skipped$'
check "and its kernel is not built" test ! -e "$dir/rare.built"
run 0 "but it is listed" --list
says "with the others" '^system/68-hours'
run 0 "in the long form" --build --long --filter 68-hours --filter 62-common
says "it has its kernel" 'system/68-hours .* 1 passed'
rm "$tests/68-hours.sh"

# Which kernel the machines of a run boot is found out once, and held against the source at
# the end. tests/vm does the first, which is not here.
made_up 63-boots << END
[ -e "\$MINT_TEST_KERNELS/normal" ] || cp "$dir/kernel" "\$MINT_TEST_KERNELS/normal"
cat "\$MINT_TEST_KERNELS/normal" > "$dir/booted"
[ ! -e "$dir/edit" ] || mv "$dir/edit" "$dir/kernel"
echo 'ok 1 - booted'
echo 1..1
END
echo image-1 > "$dir/kernel"
run 0 "a run with one kernel" --repeat 2 --filter 63-boots
echo image-4 > "$dir/edit"
run 1 "one whose source was edited meanwhile" --repeat 2 --filter 63-boots
says "has nothing that failed" '^2 passed, 0 failed, 0 skipped$'
check "but says so" grep -q 'the source of the normal kernel changed: .* image-1, now it is image-4' "$dir/err"
run 0 "the next run" --filter 63-boots
equals "boots what was edited" image-4 "$(cat "$dir/booted")"
echo image-1 > "$dir/kernel"

# ---- the order ----

for test in 64-first 65-longest 66-unknown 67-built; do
	made_up "$test" <<< 'echo "ok 1 - good"; echo 1..1'
done
sed -i '2a # Kernel: rare' "$tests/67-built.sh"
printf '%s\n' '# NAME SECONDS' '64-first 3' '65-longest 300' '67-built 900' > "$fake/tests/seconds"
some=(--filter 64-first --filter 65-longest --filter 66-unknown --filter 67-built)
# order: of the tests of the last run.
order() { sed -n 's,^\[ *\([0-9]*\)/.*system/\([0-9]*\)-.*,\1 \2,p' "$dir/out" | sort -n | cut -d ' ' -f 2 | xargs; }
run 0 "several at a time" --build -j 2 "${some[@]}"
equals "the longest first, but what waits for a kernel last" "65 66 64 67" "$(order)"
run 0 "one at a time" "${some[@]}"
equals "by name" "64 65 66 67" "$(order)"
printf '%s\n' 'system/64-first long 700 .' 'system/64-first short 20 .' 'system/65-longest short 500 .' >> "$fake/build/test-times"
run 0 "when it is known how long they took here" -j 2 "${some[@]}"
equals "that counts" "65 64 66 67" "$(order)"

# ---- an emulator that fails ----

# died SIGNAL: the words of tests/system/lib.sh for it.
died() { printf '%s\n' 'not ok 1 - vm: the script ended with status 125' "# error: QEMU was killed by signal $1" 1..1; }
{
	printf '%s\n' "[ -e '$dir/died' ] && { echo 'ok 1 - good'; echo 1..1; exit; }" "touch '$dir/died'" "cat << END"
	died 11
	printf '%s\n' END 'exit 1'
} | made_up 70-dies-once
{ printf '%s\n' 'cat << END'; died 6; printf '%s\n' END 'exit 1'; } | made_up 71-dies-always
{ printf '%s\n' 'cat << END'; died 9; printf '%s\n' END 'exit 1'; } | made_up 72-killed
run 0 "a test whose QEMU failed runs once more" --filter 70-dies
says "which is said at once" 'system/70-dies-once +QEMU failed \([0-9]+ s\), once more$'
says "and at the end" '^QEMU failed, and these ran once more: system/70-dies-once$'
says "it counts once" '^1 passed, 0 failed, 0 skipped$'
equals "it ran twice" 2 "$(ran 70-dies-once)"
check "what there was of the first time is kept" grep -q 'signal 11' "$fake/build/test-logs/system-70-dies-once.1.died/output"
run 1 "one whose QEMU dies again has failed" --filter 71-dies
says "and says why" '^ +# error: QEMU was killed by signal 6$'
equals "it ran twice" 2 "$(ran 71-dies-always)"
hung='CPU 4: halts at ffffffff81717bd7, interrupts on; in service:  236 ; pending:  236 ; timer: '
cat > "$dir/machine" << 'END'
{"return": "\r\nCPU#0\r\nRIP=ffffffff81717bd7 RFL=00000246 HLT=1\r\n"}
{"return": "\r\nCPU#1\r\nRIP=ffffffff8171a6c9 RFL=00000246 HLT=0\r\n"}
{"return": "\r\nCPU#2\r\nRIP=ffffffff8171a6c9 RFL=00000246 HLT=0\r\n"}
{"return": "\r\nCPU#3\r\nRIP=ffffffff8171a6c9 RFL=00000046 HLT=0\r\n"}
{"return": "dumping local APIC state for CPU 0 \r\nISR\t 236 \r\nIRR\t 182 \r\n"}
{"return": "dumping local APIC state for CPU 1 \r\nISR\t 247 \r\nIRR\t 236 247 \r\n"}
{"return": "dumping local APIC state for CPU 2 \r\nISR\t 247 \r\nIRR\t 236 \r\n"}
{"return": "dumping local APIC state for CPU 3 \r\nISR\t 247 \r\nIRR\t 247 \r\n"}
END
awk -f "$repo/tests/system/machine.awk" "$dir/machine" > "$dir/lost"
equals "a lost end of an interrupt is seen" \
	"CPU 0: halts at ffffffff81717bd7, interrupts on; in service:  236 ; pending:  182 ; timer: ; QEMU lost the end of interrupt 236" \
	"$(head -n 1 "$dir/lost")"
equals "and where it came again, but what may be served right now is not taken for one" "0 1 " \
	"$(sed -n 's/^CPU \([0-9]\):.* QEMU lost .*/\1/p' "$dir/lost" | tr '\n' ' ')"
made_up 73-loses <<< "echo 'not ok 1 - vm: timeout'; echo \"# ${hung}; QEMU lost the end of interrupt 236\"; echo 1..1; exit 1"
run 1 "a test whose machine lost one" --filter 73-loses
equals "runs once more" 2 "$(ran 73-loses)"
cp "$tests/73-loses.sh" "$tests/74-shares.sh"
sed -i -e '2a # Covers: one-core' -e 's/73-loses/74-shares/' "$tests/74-shares.sh"
run 1 "not where two OSes share a core" --filter 74-shares
equals "it ran once" 1 "$(ran 74-shares)"
run 1 "who kills QEMU has failed the test" --filter 72-killed
equals "it ran once" 1 "$(ran 72-killed)"

finish
