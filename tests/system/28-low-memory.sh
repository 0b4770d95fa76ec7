#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Memory below 1 MiB where the firmware has something in the middle, and little is
# left: OSes start all the same, their further cores, too, and so many as fit.
#
# Covers: faults-20
# Short: one machine

. "$(dirname "$0")/lib.sh"

# reserved SIZE@ADDRESS...: a command line on which memory is somebody's.
reserved() { printf 'memmap=%s ' "${@/@/\$}"; }

# Free are 0x10000-0x11fff, 0x13000-0x20fff, and what the first OS needs at the top.
vm_ok vm --smp 6 --cmdline "$(reserved 4K@0x12000 440K@0x21000)" << 'END'
low() { mintctl os show "$1" --json | sed -n 's/.*"low_address": \([0-9]*\).*/\1/p'; }

check "the kernel says how many OSes there can be" sh -c "dmesg | grep 'room below 1 MiB: 2 OSes'"
check "os2 has two cores" up os2 1-2 256M
check_equal "both run" 0-1 "$(in_os os2 cat /sys/devices/system/cpu/online)"
check "os3 has two cores" up os3 3-4 256M
check_equal "both run, too" 0-1 "$(in_os os3 cat /sys/devices/system/cpu/online)"
check_equal "each has a window of its own" "$((0x13000)) $((0x1a000))" "$(low os2) $(low os3)"
before=$(snapshot)
refused "there is no room for one more" 1 'no room is left below 1 MiB: 2 OSes' \
	mintctl os create os4 --cpus 5 --memory 64M
check_equal "which changes nothing" "$before" "$(snapshot)"
check "os2 goes" mintctl os destroy os2 --force
check "then there is" up os4 1-2,5 256M
check_equal "it has the window of os2" "$((0x13000))" "$(low os4)"
check_equal "and starts its cores" 0-2 "$(in_os os4 cat /sys/devices/system/cpu/online)"
check "os4 goes" mintctl os destroy os4 --force
check "its window is taken again" mintctl os create os4 --cpus 1 --memory 64M
refused "and os3 is told the same" 1 'no room is left below 1 MiB' \
	mintctl os exec -n os3 -- mintctl os create os5 --cpus 4 --memory 64M
finish
END

# None at all: an ordinary machine.
vm_ok none --smp 2 --memory 1G --pool 512M --cmdline "$(reserved 508K@0x10000)" << 'END'
check "Mint stays off" sh -c "dmesg | grep 'below 1 MiB; Mint stays off'"
check "there is no /dev/mint" sh -c '! test -e /dev/mint'
check_equal "the memory is all there" yes "$(awk '/MemTotal/ { print ($2 > 800000 ? "yes" : $2) }' /proc/meminfo)"
finish
END

finish
