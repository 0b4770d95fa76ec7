# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For system tests, after lib.sh: an OS ends in every way it can.

# dies_all BITS VM WATCHER [OPTION]...: every way, in an OS with such a kernel. WATCHER is
# who starts, looks and destroys: os1, or os2, a 32-bit one.
dies_all()
{
	local bits=$1 vm=$2 watcher=$3 os=os2

	shift 3
	[ "$watcher" = os1 ] || os=os3
	# Those that it is told, and the one of the OS that gets no root.
	expect_panic "$vm" $os 'sysrq triggered crash'
	expect_panic "$vm" $os 'VFS: Unable to mount root fs'
	# Of spin-nmi.
	expect_log "$vm" "$watcher" 'core [23] does not take NMIs: sending INIT'
	vm_ok "$vm" --on-panic continue "$@" < <(echo "bits=$bits watcher=$watcher os=$os"; cat << 'END'
suffix=
[ "$bits" = 64 ] || { suffix=-32; up() { up_32 "$@"; }; }
# start_from KERNEL INITRD [OPTION]...: from files; "" for no initrd.
start_from() { mintctl os start $os --kernel "$1" ${2:+--initrd "$2"} $(shift 2; echo "$@"); }
if [ $watcher != os1 ]; then
	check "who watches is up" up_32 os2 4-5 256M
	# It cannot give what is os1's, and has no files of a 64-bit kernel.
	mintctl()
	{
		case "$1 $2" in
		os\ create|image\ *) command mintctl "$@" ;;
		*) command mintctl os exec -n os2 -- mintctl "$@" ;;
		esac
	}
	start_from()
	{
		image=at$(cut -d. -f1 /proc/uptime)
		mintctl image load "$image" --kernel "$1" ${2:+--initrd "$2"} || return
		shift 2
		mintctl os start $os --image "$image" "$@"
	}
	mintctl image load victim --kernel /boot/bzImage --initrd /boot/initrd
	start() { mintctl os start "$1" --image victim --wait 60; }
fi
log_has() { mintctl os log $os | tail -n 40 | grep -E -e "$1"; }
as_before() { [ "$(snapshot)" = "$before" ]; }
# Whoever destroys it: cores that another OS gets back it brings online by itself.
check_before() { wait_for 20 as_before; check_equal "$1" "$before" "$(snapshot)"; }
before=$(snapshot)
heartbeat /tmp/beat &
mkfifo /tmp/never
: <> /tmp/never

# dies NAME STATE REASON LOG COMMAND: it does the command, and dies of it. os list has
# REASON in its column, word for word but for numbers, and os log ends with LOG.
dies()
{
	name=$1 state=$2 reason=$3 log=$4
	shift 4
	check "$name: it is up" up $os 2-3 256M
	# It would start again.
	mintctl os set $os --on-reboot stop
	since=$(cut -d. -f1 /proc/uptime)
	# Its end is the end of the connection, or it hangs and never ends.
	in_os $os "$1" > /dev/null 2>&1 &
	caller=$!
	if wait_for 20 is $os "$state"; then
		ok "$name: os list says it is $state"
	else
		not_ok "$name: os list says it is $state" "it says $(mintctl os list)"
	fi
	if field $os REASON | grep -qxE -e "$reason"; then
		ok "$name: the reason is there"
	else
		not_ok "$name: the reason is there" "'$(field $os REASON)' is not '$reason'"
	fi
	check "$name: os log shows it" log_has "$log"
}

# An OS that hangs says nothing by itself.
last_words() { echo "echo 'its last words: $*' > /dev/kmsg"; }

# anew NAME [OPTION]...: destroys it, all comes back.
anew()
{
	name=$1
	shift
	check "$name: destroy" mintctl os destroy $os "$@"
	wait "$caller"
	check_before "$name: all is as it was before"
}

dies panic panicked 'sysrq triggered crash' 'Kernel panic - not syncing: sysrq' 'echo c > /proc/sysrq-trigger'
refused "panic: exec is refused" 125 'does not run|panicked' mintctl os exec -n $os -- true
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
	refused "$way: destroy without --force fails" 1 'hung.*silent|--force' mintctl os destroy $os --timeout 3
	anew $way --force
done

# Whoever hangs with the lock of the table: the others do without, until it is
# destroyed.
dies spin-lock hung 'core [23] silent for [0-9]+ s' 'its last words: spin-lock' \
	"$(last_words spin-lock); echo spin-lock > /sys/kernel/debug/mint_test"
refused "spin-lock: create says who holds the lock" 1 "OS ${os#os} core [23] holds the table" mintctl os create os4 --cpus 1 --memory 64M
anew spin-lock --force

# All its cores at once, and while it starts.
dies "all spin" hung 'core [23] silent for [0-9]+ s' 'its last words: all spin' \
	"$(last_words all spin); taskset 2 sh -c 'echo spin > /sys/kernel/debug/mint_test' & taskset 1 sh -c 'echo spin > /sys/kernel/debug/mint_test'"
anew "all spin" --force
check "create to be killed early" mintctl os create $os --cpus 2-3 --memory 256M
check "start without --wait" start_from /boot/bzImage$suffix /boot/initrd$suffix
check "destroy --force while it starts" mintctl os destroy $os --force
check_before "all is as it was before"
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
check "create to be stopped early" mintctl os create $os --cpus 2-3 --memory 256M
check "start with a user space that is slow" start_from /boot/bzImage$suffix /tmp/slow-initrd --cmdline rdinit=/slow
begins() { mintctl os log $os | grep -q 'slow: begins'; }
check "its user space begins" wait_for 30 begins
check "a stop while it starts is not forgotten" mintctl os stop $os --timeout 60
rm /tmp/slow-initrd
check_equal "it has powered off" 'powered off' "$(field $os STATE)"
check "destroy" mintctl os destroy $os
check "create to panic early" mintctl os create $os --cpus 2-3 --memory 256M
refused "start --wait fails at once when it dies, with its log" 1 'Unable to mount root|No working init|not syncing' \
	start_from /boot/bzImage$suffix "" --cmdline panic_on_oops=1 --wait 60
check_equal "which is a panic" panicked "$(field $os STATE)"
check "destroy" mintctl os destroy $os
check_before "all is as it was before"
check "create and start again" up $os 1-3 256M
check "destroy --force of a running one" mintctl os destroy $os --force
check_before "all is as it was before"

check_heartbeat "os1 did not notice" 30 /tmp/beat
finish
END
	)
}
