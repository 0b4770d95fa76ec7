#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What concerns the machine as a whole: it sleeps and wakes up, somebody presses the
# NMI button, cores are plugged and unplugged.
#
# Covers: faults-5 faults-10
# Short: two machines

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

# What the guest may ask for, besides what irq.sh knows:
#
#	host: monitor COMMAND	of QEMU's monitor
#	host: wake		wakes the machine up, as soon as it sleeps
#	host: press		presses the power button, until it is awake
#	host: awake		it is
follow_guest()
{
	local word what text waker=

	while read -r word what text; do
		[ "$word" = host: ] || continue
		case $what in
		monitor) qmp "$1" "$text" ;;
		wake|press) rouse "$1" "$what" & waker=$! ;;
		awake) kill "$waker"; wait "$waker" 2> /dev/null ;;
		esac
	done
}

# What comes while the machine is awake does nothing; the test's time is the bound.
rouse()
{
	local command=system_wakeup

	[ "$2" = wake ] || command=system_powerdown
	while sleep 0.3; do
		printf '{"execute":"%s"}\n' "$command" > "$1/qmp.in"
	done
}

truncate -s 16M "$dir/disk.img"
# Core 0 is QEMU's; the others can be unplugged by name, and there is room for two.
cores=()
for core in 1 2 3; do
	cores+=(--arg -device --arg "max-x86_64-cpu,id=c$core,socket-id=$core,die-id=0,core-id=0,thread-id=0")
done

serve_host vm
vm_ok vm --input --smp 1 --arg -smp --arg 1,maxcpus=6,sockets=6,cores=1 "${cores[@]}" \
	--arg -drive --arg "if=none,id=disk,file=$dir/disk.img,format=raw" \
	--arg -device --arg ide-hd,drive=disk,bus=ide.0 \
	--arg -device --arg virtio-rng-pci,addr=5,id=rng << 'END'
rng=0000:00:05.0

online() { cat /sys/devices/system/cpu/online; }
kernel_says() { dmesg | tail -n +$((marked + 1)) | grep -qE "$1"; }
mark() { marked=$(dmesg | wc -l); }
sum() { dd if=/dev/sda bs=64k iflag=direct 2> /dev/null | md5sum; }

# sleeps HOW WORD: and wakes up by the host.
sleeps()
{
	mark
	echo "host: $2"
	check "$1: the machine sleeps and wakes up" sh -c "echo $1 > /sys/power/state"
	echo "host: awake"
	check "$1: it says so" kernel_says 'PM: suspend exit'
	refused "$1: nothing to complain of" 1 '^$' kernel_says 'WARNING|BUG|Call Trace|link is slow|failed to'
	check_equal "$1: the disk has what was written" "$written" "$(sum)"
	check_equal "$1: table and chips agree" "table and hardware agree" "$(mintctl irq verify)"
	check_equal "$1: no core is silent" up "$(field os1 STATE)"
}

# no_sleep NAME WORD WHY: refused, and the kernel says why.
no_sleep()
{
	mark
	refused "$1" 1 '.' sh -c "echo $2 > /sys/power/state"
	check "$1: with the reason" kernel_says "sleep refused: .*$3"
}

check_equal "four cores" 0-3 "$(online)"
dd if=/dev/urandom of=/dev/sda bs=64k count=64 oflag=direct 2> /dev/null
written=$(sum)

check "os2 is up" up os2 3 256M --dev $rng

# ---- beside another OS ----
no_sleep "mem beside another OS" mem 'other OSes'
no_sleep "freeze beside another OS" freeze 'other OSes'
no_sleep "disk beside another OS" disk 'lose'
refused "freeze in a further OS" 1 '.' mintctl os exec -n os2 -- sh -c 'echo freeze > /sys/power/state'

# ---- the NMI button ----
check "os2 would panic of it" in_os os2 'echo 1 > /proc/sys/kernel/unknown_nmi_panic'
mark
echo "host: monitor nmi"
check "the first OS gets the NMI" wait_for 20 kernel_says 'NMI received for unknown reason'
check "os2 still runs" in_os os2 true
check_equal "os2 has seen nothing of it" 0 "$(in_os os2 "awk '/NMI:/ { print \$2 + 0 }' /proc/interrupts")"
refused "os2 has no way to change the memory types" 1 'No such' mintctl os exec -n os2 -- cat /proc/mtrr

# ---- cores are unplugged ----
mark
echo "host: monitor device_del c3"
check "a core of os2: ACPI asks for it" wait_for 20 kernel_says 'Eject disabled'
check "os2 still runs on it" in_os os2 'dd if=/dev/hwrng of=/dev/null bs=16 count=1'
mark
echo "host: monitor device_del c1"
check "a core of os1: ACPI asks for it" wait_for 20 kernel_says 'Eject disabled'
check_equal "it stays" 0-2 "$(online)"

check "os2 goes" mintctl os destroy os2 --force
check_equal "its core comes home" 0-3 "$(online)"

# ---- alone ----
no_sleep "hibernation" disk 'hibernation would lose'
refused "or an image by hand" 1 'busy' dd if=/dev/snapshot of=/dev/null bs=4096 count=1
sleeps freeze press

# ---- to RAM. QEMU's firmware wakes up without the ports of the power management, so no
# ACPI event comes after that, with plain Linux either, and there is no second time. A core was offline before, a function is nobody's ----
echo 0 > /sys/devices/system/cpu/cpu3/online
check "a function becomes nobody's" mintctl dev release $rng
sleeps mem wake
check_equal "mem: the cores are there that were" 0-2 "$(online)"
check "the core that was offline makes an OS" up os2 3 256M
check "that works" in_os os2 true
check "the function goes to it" mintctl dev move $rng --to os2
check "and works there" in_os os2 'dd if=/dev/hwrng of=/dev/null bs=16 count=1'

check "os2 goes" mintctl os destroy os2 --force
check "an OS of cores that slept" up os2 1-2 256M
check_equal "it has both" 0-1 "$(in_os os2 cat /sys/devices/system/cpu/online)"
finish
END
end_host

# A late core, in a machine of its own: QEMU's firmware does not wake up with one.
# Linux knows of no room for it: a machine that is no guest has none for processors that
# its tables call neither enabled nor to be enabled later.
serve_host late
vm_ok late --input --smp 1 --memory 512M --arg -smp --arg 1,maxcpus=6,sockets=6,cores=1 "${cores[@]}" << 'END'
check_equal "four cores" 0-3 "$(cat /sys/devices/system/cpu/online)"
echo "host: monitor device_add max-x86_64-cpu,id=c5,socket-id=5,die-id=0,core-id=0,thread-id=0"
check "a core is plugged, and refused" wait_for 20 sh -c "dmesg | grep 'Unable to map lapic'"
check_equal "there is no more than before" 0-3 "$(cat /sys/devices/system/cpu/present)"
check_equal "nobody has more cores" 0-3 "$(mintctl os list --noheadings -o CPUS | xargs)"
refused "it cannot be given" 1 'core 4 does not exist' mintctl os create os2 --cpus 4 --memory 64M
check "another can" mintctl os create os2 --cpus 3 --memory 64M
finish
END
end_host

finish
