#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A further OS ends in every way it can: panic, reboot, power-off, halt, cores
# that hang. The first OS does not notice, says what happened, and makes it anew.
#
# Covers: 5
# Short: each way once
# Long: the same, and once more in a 32-bit OS

. "$(dirname "$0")/lib.sh"

# dies_all BITS VM [OPTION]...: every way, in an OS with such a kernel.
dies_all()
{
	local bits=$1 vm=$2

	shift 2
	# Those that it is told, and the one of the OS that gets no root.
	expect_panic "$vm" os2 'sysrq triggered crash'
	expect_panic "$vm" os2 'VFS: Unable to mount root fs'
	# Of spin-nmi.
	expect_log "$vm" os1 'core [23] does not take NMIs: sending INIT'
	vm_ok "$vm" --on-panic continue "$@" < <(echo "bits=$bits"; cat << 'END'
suffix=
[ "$bits" = 64 ] || { suffix=-32; up() { up_32 "$@"; }; }
before=$(snapshot)
heartbeat /tmp/beat &
mkfifo /tmp/never
: <> /tmp/never

# dies NAME STATE REASON LOG COMMAND: os2 does the command, and dies of it. os list has
# REASON in its column, word for word but for numbers, and os log ends with LOG.
dies()
{
	name=$1 state=$2 reason=$3 log=$4
	shift 4
	check "$name: os2 is up" up os2 2-3 256M
	# It would start again.
	mintctl os set os2 --on-reboot stop
	since=$(cut -d. -f1 /proc/uptime)
	# Its end is the end of the connection, or it hangs and never ends.
	in_os os2 "$1" > /dev/null 2>&1 &
	caller=$!
	if wait_for 20 is os2 "$state"; then
		ok "$name: os list says it is $state"
	else
		not_ok "$name: os list says it is $state" "it says $(mintctl os list)"
	fi
	if field os2 REASON | grep -qxE -e "$reason"; then
		ok "$name: the reason is there"
	else
		not_ok "$name: the reason is there" "'$(field os2 REASON)' is not '$reason'"
	fi
	check "$name: os log shows it" sh -c "mintctl os log os2 | tail -n 40 | grep -E '$log'"
}

# An OS that hangs says nothing by itself.
last_words() { echo "echo 'its last words: $*' > /dev/kmsg"; }

# anew NAME [OPTION]...: destroys it, all comes back.
anew()
{
	name=$1
	shift
	check "$name: destroy" mintctl os destroy os2 "$@"
	wait "$caller"
	check_equal "$name: all is as it was before" "$before" "$(snapshot)"
}

dies panic panicked 'sysrq triggered crash' 'Kernel panic - not syncing: sysrq' 'echo c > /proc/sysrq-trigger'
refused "panic: exec is refused" 125 'does not run|panicked' mintctl os exec -n os2 -- true
anew panic
dies reboot rebooted - 'reboot: Restarting system' 'reboot -f'
anew reboot
dies power-off 'powered off' - 'reboot: Power down' 'poweroff -f'
anew power-off
dies halt halted - 'reboot: System halted' 'halt -f'
anew halt

for way in spin spin-nmi; do
	dies $way hung 'core 3 silent for [0-9]+ s' "its last words: $way" "$(last_words $way); taskset 2 sh -c 'echo $way > /sys/kernel/debug/mint_test'"
	check "$way: it was not hung before 5 s" test $(($(cut -d. -f1 /proc/uptime) - since)) -ge 4
	refused "$way: destroy without --force fails" 1 'hung.*silent|--force' mintctl os destroy os2 --timeout 3
	anew $way --force
done

# Whoever hangs with the lock of the table: the others do without, until it is
# destroyed.
dies spin-lock hung 'core [23] silent for [0-9]+ s' 'its last words: spin-lock' \
	"$(last_words spin-lock); echo spin-lock > /sys/kernel/debug/mint_test"
refused "spin-lock: create says who holds the lock" 1 'OS 2 core [23] holds the table' mintctl os create os3 --cpus 1 --memory 64M
anew spin-lock --force

# All its cores at once, and while it starts.
dies "all spin" hung 'core [23] silent for [0-9]+ s' 'its last words: all spin' \
	"$(last_words all spin); taskset 2 sh -c 'echo spin > /sys/kernel/debug/mint_test' & taskset 1 sh -c 'echo spin > /sys/kernel/debug/mint_test'"
anew "all spin" --force
check "create to be killed early" mintctl os create os2 --cpus 2-3 --memory 256M
check "start without --wait" mintctl os start os2 --kernel /boot/bzImage$suffix --initrd /boot/initrd$suffix
check "destroy --force while it starts" mintctl os destroy os2 --force
check_equal "all is as it was before" "$before" "$(snapshot)"
# A first program that takes its time, and does not hear what it is asked for meanwhile.
cat > /slow << 'SLOW'
#!/bin/sh
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
echo "slow: begins" > /dev/kmsg
sleep 3
umount /dev /proc
exec /init
SLOW
chmod 755 /slow
cat /boot/initrd$suffix > /tmp/slow-initrd
(cd / && echo slow | cpio -o -H newc 2> /dev/null) >> /tmp/slow-initrd
check "create to be stopped early" mintctl os create os2 --cpus 2-3 --memory 256M
check "start with a user space that is slow" mintctl os start os2 --kernel /boot/bzImage$suffix --initrd /tmp/slow-initrd --cmdline rdinit=/slow
begins() { mintctl os log os2 | grep -q 'slow: begins'; }
check "its user space begins" wait_for 30 begins
check "a stop while it starts is not forgotten" mintctl os stop os2 --timeout 60
rm /tmp/slow-initrd
check_equal "it has powered off" 'powered off' "$(field os2 STATE)"
check "destroy" mintctl os destroy os2
check "create to panic early" mintctl os create os2 --cpus 2-3 --memory 256M
refused "start --wait fails at once when it dies, with its log" 1 'Unable to mount root|No working init|not syncing' \
	mintctl os start os2 --kernel /boot/bzImage$suffix --cmdline "panic_on_oops=1" --wait 60
check_equal "which is a panic" panicked "$(field os2 STATE)"
check "destroy" mintctl os destroy os2
check_equal "all is as it was before" "$before" "$(snapshot)"
check "create and start again" up os2 1-3 256M
check "destroy --force of a running one" mintctl os destroy os2 --force
check_equal "all is as it was before" "$before" "$(snapshot)"

check_heartbeat "os1 did not notice" 30 /tmp/beat
finish
END
	)
}

dies_all 64 vm
[ -z "$MINT_TEST_LONG" ] || dies_all 32 vm32 --32

finish
