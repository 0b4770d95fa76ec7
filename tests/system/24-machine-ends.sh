#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The end of the machine: by whom it is ordered, who hangs meanwhile, who ends at the
# same moment; and that the last OS out does what it was asked to do.
#
# Covers: the end of the machine
# Short: each kind once, two OSes that end together once
# Long: with reboot=force, an ended OS beside, two that end together six times

. "$(dirname "$0")/lib.sh"

# ends NAME POWEROFF|RESET OPTION... < script: the machine ends so, and by itself.
ends()
{
	local name=$1 how=$2
	shift 2
	vm "$name" --on-panic continue --timeout 100 --memory 1536M "$@" || :
	if [ "$(cat "$dir/$name/result")" = "$how" ]; then
		ok "$name: the machine ends by $how"
	else
		not_ok "$name: the machine ends by $how" "it ended by $(cat "$dir/$name/result")"
	fi
}

# For scripts that run in another OS when the first one is gone.
cat > "$dir/there.sh" << 'END'
# there NAME SCRIPT: runs it there, in the background.
there()
{
	mintctl os exec "$1" -- sh -c 'cat > /tmp/there.sh' < "$2"
	in_os "$1" 'sh /tmp/there.sh > /tmp/there.out 2>&1 &'
}
fault() { echo "$1" > /sys/kernel/debug/mint_fault; }
silent() { [ "$(mintctl os list --json | tr -d ' ",' | awk -F: -v os="$1" '$1 == "name" { name = $2 } $1 == "silent" && name == os { print int($2) }')" -ge "$2" ]; }
END

expect_panic panic-alone os1 'sysrq triggered crash'
ends panic-alone reset --smp 2 --cmdline "panic=2" << 'END'
echo c > /proc/sysrq-trigger
END
check_log "panic-alone: it says when" 'Rebooting in 2 seconds' os1 panic-alone

# Both have said that they end before either looks for the other.
together()
{
	ends "$1" "$2" --smp 2 --file "$dir/there.sh" < <(echo "fault=$3 command='$4'"; cat << 'END'
. ./there.sh
check "os2 is up" up os2 1 256M
# It would start again.
mintctl os set os2 --on-reboot stop
in_os os2 "echo $fault > /sys/kernel/debug/mint_fault"
fault $fault
in_os os2 "$command > /dev/null 2>&1 &"
$command
END
)
}
together together poweroff look:1500 'poweroff -f'

# Of those that are ordered to end one is well, one hangs, one has died before it could say so.
expect_log order-from-os2 os1 'os3 does not stop: stopping its cores'
expect_log order-from-os2 os1 'os4 does not stop: stopping its cores'
expect_panic order-from-os2 os4 'before the shared area is mapped, as the test wants it'
ends order-from-os2 poweroff --smp 4 --file "$dir/there.sh" << 'END'
. ./there.sh
check "os2 is up" up os2 1 192M
check "os3 is up" up os3 2 192M
check "os4 is created" mintctl os create os4 --cpus 3 --memory 64M
check "os4 starts" mintctl os start os4 --kernel /boot/bzImage --cmdline mint_fault=dies
in_os os3 'echo spin > /sys/kernel/debug/mint_test' > /dev/null 2>&1 &
check "os3 hangs" wait_for 20 is os3 hung
fault patience:4000
in_os os2 'mintctl machine poweroff > /dev/null 2>&1 &'
await_the_end 60
END

# Nobody ordered anything: who is dead does not keep the machine on.
expect_log beside-the-dead os1 'os2 gives no sign of life'
expect_log beside-the-dead os1 'os3 gives no sign of life'
expect_panic beside-the-dead os3 'before the shared area is mapped, as the test wants it'
ends beside-the-dead poweroff --smp 3 --file "$dir/there.sh" << 'END'
. ./there.sh
check "os2 is up" up os2 1 192M
check "os3 is created" mintctl os create os3 --cpus 2 --memory 64M
check "os3 starts" mintctl os start os3 --kernel /boot/bzImage --cmdline mint_fault=dies
fault patience:4000
in_os os2 'echo spin > /sys/kernel/debug/mint_test' > /dev/null 2>&1 &
check "os2 hangs" wait_for 20 is os2 hung
poweroff -f
END

# The first OS, which has the hardware for it, hangs: whoever is asked does it.
cat > "$dir/when-os1-hangs.sh" << 'END'
. /usr/lib/mint/test.sh
. /tmp/lib.sh
echo patience:4000 > /sys/kernel/debug/mint_fault
wait_for 40 silent os1 5000
mintctl machine reboot
END
expect_log os1-hangs os2 'os1 does not stop: stopping its cores'
ends os1-hangs reset --smp 3 --file "$dir/there.sh" --file "$dir/when-os1-hangs.sh" << 'END'
. ./there.sh
check "os2 is up" up os2 2 192M
mintctl os exec os2 -- sh -c 'cat > /tmp/lib.sh' < there.sh
there os2 when-os1-hangs.sh
taskset 2 sh -c 'echo spin > /sys/kernel/debug/mint_test' &
taskset 1 sh -c 'echo spin > /sys/kernel/debug/mint_test'
END

if [ -n "${MINT_TEST_LONG:-}" ]; then
	for step in end look claim; do
		together "together-$step" poweroff $step:1500 'poweroff -f'
		together "reboot-together-$step" reset $step:1500 'reboot -f'
	done

	expect_panic panic-beside-ended os1 'sysrq triggered crash'
	ends panic-beside-ended reset --smp 2 --cmdline "panic=-1" << 'END'
check "os2 is up" up os2 1 192M
in_os os2 'poweroff -f' > /dev/null 2>&1 &
check "os2 ends" wait_for 20 is os2 'powered off'
echo c > /proc/sysrq-trigger
END
	ends sysrq-beside-ended reset --smp 2 << 'END'
check "os2 is up" up os2 1 192M
in_os os2 'poweroff -f' > /dev/null 2>&1 &
check "os2 ends" wait_for 20 is os2 'powered off'
echo b > /proc/sysrq-trigger
END

	# An OS that parks stops all its cores, whatever reboot= says.
	cat > "$dir/watch.sh" << 'END'
. /usr/lib/mint/test.sh
wait_for 40 is os1 rebooted
quiet() { was=$(mintctl os log os1 | tail -n 1); usleep 700000; [ "$was" = "$(mintctl os log os1 | tail -n 1)" ]; }
if wait_for 10 quiet; then reboot -f; fi
END
	ends reboot-force reset --smp 3 --cmdline "reboot=force" --file "$dir/there.sh" --file "$dir/watch.sh" << 'END'
. ./there.sh
check "os2 is up" up os2 2 192M
mintctl os set os2 --on-reboot stop
there os2 watch.sh
taskset 2 sh -c 'i=0; while :; do i=$((i + 1)); echo "beat $i" > /dev/kmsg; usleep 100000; done' &
taskset 1 reboot -f
END
fi

finish
