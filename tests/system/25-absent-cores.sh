#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Cores that an OS has but does not run on are not silent: never started, offline,
# or unknown to its kernel.
#
# Covers: faults-4
# Short: four machines that use some of their cores

. "$(dirname "$0")/lib.sh"

cat > "$dir/quiet.sh" << 'END'
# An age at which a core that never said anything would have been silent for longer
# than any that runs is: those say something every half second.
age() { mintctl os show "$1" --json | sed -n 's/.*"age": \([0-9]*\).*/\1/p'; }
old_enough() { [ "$(age "$1")" -ge 5000 ]; }

# not_silent OS STATE
not_silent()
{
	wait_for 60 old_enough "$1" || not_ok "$1 gets old enough"
	silent=$(field "$1" SILENT)
	if [ "$silent" -lt 3000 ]; then
		ok "no core of $1 is called silent"
	else
		not_ok "no core of $1 is called silent" "core $(field "$1" SILENT-CPU), $silent ms"
	fi
	check_equal "$1 is $2" "$2" "$(field "$1" STATE)"
}
END

# One boot for each way of not using a core, so small that they start quickly.
for way in nosmp maxcpus=1 possible_cpus=2; do
	vm_ok "$way" --memory 512M --cmdline "$way" --file "$dir/quiet.sh" << 'END'
. ./quiet.sh
not_silent os1 up
finish
END
done

vm_ok vm --cmdline maxcpus=2 --file "$dir/quiet.sh" << 'END'
. ./quiet.sh
check_equal "two cores were never started" 0-1 "$(cat /sys/devices/system/cpu/online)"
check "one goes offline" sh -c 'echo 0 > /sys/devices/system/cpu/cpu1/online'
not_silent os1 up
check "an OS of the two that were never started" mintctl os create os2 --cpus 2-3 --memory 256M
check "of which it starts one" mintctl os start os2 --kernel /boot/bzImage --initrd /boot/initrd \
	--cmdline maxcpus=1 --wait 60
check_equal "os2 runs on one core" 0 "$(in_os os2 cat /sys/devices/system/cpu/online)"
not_silent os2 up
check "it can start the other one" in_os os2 'echo 1 > /sys/devices/system/cpu/cpu1/online'
check "and stop it" in_os os2 'echo 0 > /sys/devices/system/cpu/cpu1/online'
not_silent os2 up
check "os1 has its core online again" sh -c 'echo 1 > /sys/devices/system/cpu/cpu1/online'
not_silent os1 up
check "os2 goes" mintctl os destroy os2 --force
finish
END

finish
