#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/vm itself: what it promises about output, exit status, failures, files
# and options. Nothing here starts a second OS.
#
# Covers: -
# Short: 10 boots

. "$(dirname "$0")/lib.sh"

# expect NAME STATUS RESULT PATTERN [OPTION]... < script: the run ends with that
# status and result, and stderr matches.
expect()
{
	local name=$1 wanted=$2 result=$3 pattern=$4 status=0
	shift 4
	"$repo/tests/vm" --out "$dir/vm" "$@" - > "$dir/out" 2> "$dir/err" || status=$?
	if [ "$status" -ne "$wanted" ]; then
		not_ok "$name" "status $status, wanted $wanted: $(cat "$dir/err")"
	elif [ "$(cat "$dir/vm/result")" != "$result" ]; then
		not_ok "$name" "result $(cat "$dir/vm/result"), wanted $result"
	elif [ -n "$pattern" ] && ! grep -qE -- "$pattern" "$dir/err"; then
		not_ok "$name" "stderr does not match '$pattern': $(cat "$dir/err")"
	else
		ok "$name"
	fi
}

usage_error()
{
	local name=$1 status=0
	shift
	"$repo/tests/vm" "$@" < /dev/null > "$dir/out" 2> "$dir/err" || status=$?
	if [ "$status" -eq 2 ] && grep -qF -- "$name" "$dir/err"; then
		ok "bad usage names $name"
	else
		not_ok "bad usage names $name" "status $status: $(cat "$dir/err")"
	fi
}

usage_error --smp --smp none
usage_error --memory --memory 12
usage_error --pool --memory 512M --pool 512M
usage_error --timeout --timeout 0
usage_error nightly --variant nightly
usage_error ignore --on-panic ignore
usage_error /nonexistent --file /nonexistent
usage_error --bogus --bogus
usage_error restrict=on --arg -netdev --arg user,id=n0

expect "the status of the script is returned" 3 "exit 3" 'to stderr' << 'END'
echo to stdout
echo to stderr >&2
sleep 1000 &
exit 3
END
check "stdout is copied" grep -qx 'to stdout' "$dir/out"
check "stderr is not mixed into stdout" test "$(cat "$dir/out")" = 'to stdout'
check_log "the log of the first OS is there" 'Linux version' os1

MINT_TEST_VARIANTS='normal test' "$repo/tests/vm" --variant plain - <<< 'exit 0' > "$dir/out" 2> "$dir/err"
check_equal "a kernel that the test did not ask for is not booted" 125 $?
check "and the test is told" grep -q "the plain kernel is not in the line 'Kernel:'" "$dir/err"

# Binary, and more than any buffer on the way.
head -c 3000000 /dev/urandom > "$dir/blob"
expect "a large binary file gets through both ways" 0 "exit 0" '' --file "$dir/blob" << 'END'
cat /root/blob
END
check "it is the same" cmp "$dir/blob" "$dir/out"

expect "files, programs with their libraries, directories" 0 "exit 0" '' \
	--file "$(command -v xz)" --file "$repo/tests/guest:/srv/guest" --file /etc/passwd:there/ << 'END'
set -e
echo x | ./xz -c | ./xz -dc
test -x /srv/guest/run
grep -q root there/passwd
END

expect "machine and kernel are what the options say" 0 "exit 0" '' --smp 3 --memory 3G --pool 0 \
	--cmdline "mint.test=a b" --arg -device --arg virtio-rng-pci << 'END'
set -e
test "$(nproc)" = 3
test "$(awk '/MemTotal/ { print ($2 > 2800000) }' /proc/meminfo)" = 1
grep -q 'mint.test=a b$' /proc/cmdline
! grep -q mint_pool /proc/cmdline
lspci -n | grep -q 1af4:
test -s /boot/bzImage
test -s /boot/initrd
setpci -s 0:0 VENDOR_ID > /dev/null
ping -c 1 127.0.0.1 > /dev/null
END

expect "a panic fails the run" 125 "panic os1" 'os1 panicked: .*sysrq' << 'END'
echo c > /proc/sysrq-trigger
END
expect "a CPU that does not get on is no end" 0 "exit 0" '' --smp 2 << 'END'
echo 'watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [nobody:1]' > /dev/kmsg
sleep 1
END
cpus_of() { awk -f "$repo/tests/system/machine.awk" "$1" | grep -c '^CPU [01]: .* at '; }
check_equal "but then it is noted where the CPUs are" 2 "$(cpus_of "$dir/vm/stalled")"
expect "a hang fails the run" 124 timeout 'no result within 10 s' --timeout 10 << 'END'
sleep 1000
END
# However late the reporter's turn comes.
expect "power-off without a report fails the run" 125 poweroff 'powered off' --smp 1 << 'END'
. /usr/lib/mint/test.sh
renice -n 19 -p $(pidof vm-report) > /dev/null
for spinner in 1 2 3 4; do
	while :; do :; done &
done
ok "said at the last moment"
poweroff -f
END
check "what the script said at its last moment is there" grep -qx 'ok - said at the last moment' "$dir/out"
expect "a reset fails the run" 125 reset 'was reset' << 'END'
reboot -f
END
expect "a report through the kernel log counts after a panic" 7 "exit 7" '' --on-panic continue << 'END'
echo 'mint-vm: exit 7' > /dev/kmsg
echo c > /proc/sysrq-trigger
END

# The initramfs of a machine is kept, and made anew when what it came from changes.
mkdir -p "$dir/build/tests"
cp "$repo/build/mintctl" "$repo/build/mint-agent" "$dir/build/"
cp "$repo/build/tests/vm-report" "$dir/build/tests/"
# shellcheck disable=SC2317 # called by check
# initramfs NAME: its archive, of what is in $dir/build now.
initramfs() { "$repo/tests/guest/make-initramfs" "$dir/build" "$dir/$1.cpio"; }
# kept NAME: when the archive was made that is kept.
kept() { stat -c %i:%.9Z "$dir/build/initramfs/archive" > "$dir/$1.kept"; }
check "an initramfs is made" initramfs one
kept one
check "a second time" initramfs two
kept two
check "it is the one that was kept" cmp "$dir/one.kept" "$dir/two.kept"
check "and the same" cmp "$dir/one.cpio" "$dir/two.cpio"
# Neither its size nor its time of modification tells.
touch -r "$dir/build/mint-agent" "$dir/time"
printf 'Mint' | dd of="$dir/build/mint-agent" bs=1 seek=1000 conv=notrunc status=none
touch -r "$dir/time" "$dir/build/mint-agent"
check "after a change of a program" initramfs three
check "the program that is in it" sh -c "cd '$dir' && cpio --extract --quiet --to-stdout usr/bin/mint-agent < three.cpio > agent"
check "is the new one" cmp "$dir/agent" "$dir/build/mint-agent"
check "one of several at a time" sh -c "
	touch '$dir/build/mintctl'
	for i in a b c d; do '$repo/tests/guest/make-initramfs' '$dir/build' '$dir/'\$i.cpio & pids=\"\$pids \$!\"; done
	for pid in \$pids; do wait \$pid || exit; done
	for i in b c d; do cmp '$dir/a.cpio' '$dir/'\$i.cpio || exit; done"

# A check of a guest's script that is none.
mkdir "$dir/none"
{ echo ". '$repo/tests/system/lib.sh'"; cat; } > "$dir/none.sh" << 'END'
vm_ok vm < <(echo 'chekc one true; ok two; finish')
finish
END
check "a command that the guest's script lacks fails the test" sh -c "! MINT_TEST_DIR='$dir/none' bash '$dir/none.sh' > '$dir/none/said'"
check "it says which" sh -c "grep -A 1 '^not ok .* all commands are there' '$dir/none/said' | grep 'chekc: not found'"

# What a ping lost is, by a ping that says what it is told.
mkdir "$dir/bin"
printf '#!/bin/sh\ncat "%s"\n' "$dir/said" > "$dir/bin/ping"
chmod +x "$dir/bin/ping"
# pings NAME STATUS WORDS < what ping says
pings()
{
	local status=0

	cat > "$dir/said"
	PATH=$dir/bin:$PATH "$repo/tests/guest/pinger" "$dir/pings" 10.0.0.1 > "$dir/out" 2>&1 || status=$?
	check_equal "pinger: $1" "$2: $3" "$status: $(cat "$dir/out")"
}
answers() { seq "$1" "$2" | awk '{ print "64 bytes from 10.0.0.1: icmp_seq=" $1 % 65536 " ttl=64" }'; }
sent() { printf '\n--- statistics ---\n%s packets transmitted, 1 received\n' "$1"; }
pings "all answered" 0 "5 sent, 5 answered, 0 lost" < <(answers 1 5; sent 5)
pings "the last is on its way" 0 "6 sent, 5 answered, 0 lost" < <(answers 1 5; sent 6)
pings "one lost" 1 "6 sent, 5 answered, 1 lost" < <(answers 1 3; answers 5 6; sent 6)
pings "late is not lost" 0 "3 sent, 3 answered, 0 lost" < <(answers 2 2; answers 1 1; answers 3 3; sent 3)
pings "no answers any more" 1 "30 sent, 2 answered, 28 lost" < <(answers 1 2; sent 30)
pings "more than the numbers" 0 "70000 sent, 70000 answered, 0 lost" < <(answers 1 70000; sent 70000)
pings "one lost of these" 1 "70000 sent, 69999 answered, 1 lost" < <(answers 1 66000; answers 66002 70000; sent 70000)
pings "no network" 1 "0 sent, 0 answered, 0 lost
ping said: ping: connect: Network is unreachable" < <(echo 'ping: connect: Network is unreachable')

expect "QEMU that does not start fails the run" 125 "error: QEMU ended by itself with status 1" 'QEMU ended' --arg -device --arg no-such-device < /dev/null

finish
