#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An OS that shares a line hangs, and its device's INTx is switched off past it: of
# that device, whatever the table of functions says by then, and nothing else. The line
# is quiet then, and also when the device has come home.
#
# Covers: fault-intx
# Short: once

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

# By whose watch is first: its other core has one, too.
for os in os1 os2; do
	allow_log vm $os 'GSI [0-9]+: os2 does not acknowledge, it is out of the rounds'
done
# shellcheck disable=SC2054 # the commas are QEMU's
vm_ok vm --on-panic continue --timeout 120 --file "$irq_guest" --file "$repo/tests/system/programs/sharing.sh" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000,netdev=n1,addr=5 \
	--arg -device --arg edu,addr=3 --arg -device --arg edu,addr=7 < <(cat << 'END'
. ./irq.sh
. ./sharing.sh
nic=0000:00:05.0
# Past the filter: one of them is not os1's.
ecam=$((0x$(sed -n 's/^ *\([0-9a-f]*\)-.*PCI ECAM.*/\1/p' /proc/iomem | head -n 1)))
command_of() { devmem $((ecam + ($1 << 15) + 4)) 16; }
word() { dd if=/dev/mem bs=4 skip=$(($1 / 4)) count=1 2> /dev/null | od -An -tu4; }
set_word() { printf '%b' "\\0$(printf %o "$2")\\0\\0\\0" | dd of=/dev/mem bs=4 seek=$(($1 / 4)) count=1 conv=notrunc 2> /dev/null; }

# The entry of a function in the table: struct mint_dev, its second word.
shm=0x$(dmesg | sed -n 's/.*shared area at 0x0*\([0-9a-f]*\).*/\1/p')
entry_of()
{
	entry=$((shm + 0x40000 + 4))
	while [ "$(($(word $entry)))" -ne "$1" ]; do
		entry=$((entry + 384))
		[ $entry -lt $((shm + 0x40000 + 384 * 256)) ] || return
	done
	echo $entry
}

check "the line is open" open_line
check "os2 joins and takes part" eval 'join os2 2-3 && raise os2 20'
net-up $nic 10.0.2.15/24 > /dev/null
entry=$(entry_of $((7 << 3)))
check "the table has os2's device" test -n "$entry"
before=$(command_of 5) edu_before=$(command_of 7)
check "both have INTx on, and a driver" test $((before & 0x402)) -eq 2 -a $((edu_before & 0x402)) -eq 2
set_word "$entry" $((5 << 3))
check_equal "the table names another function now" $((5 << 3)) "$(($(word $entry)))"
in_os os2 ". /usr/lib/mint/test.sh; . /root/irq.sh; echo slow 20000000 1 > /sys/bus/pci/devices/$edu2/handler; load $edu2 1" > /dev/null 2>&1 &
victim=$!
check "os2 hangs in its handler and is evicted" wait_for 15 state_is os2 evicted
check_equal "the function that the table names now is as it was" "$before" "$(command_of 5)"
check_equal "os2's device has its INTx off, and nothing else" \
	$((edu_before | 0x400)) $(($(command_of 7)))
check "os1 is served" raise os1 50
# A call or two may have been on their way; a line that stays up makes thousands.
quiet() { "$@" && [ $(($(of os1 foreign) - calls)) -le 10 ]; }
check_quiet() { what=$1; shift; calls=$(of os1 foreign); check "$what" quiet "$@"; }
check_quiet "os1 hears nothing of what was switched off" raise os1 50 2000
check "its NIC works" ping -A -q -c 30 -w 20 10.0.2.2
set_word "$entry" $((7 << 3))
check "os2 is destroyed" wait_for 10 mintctl os destroy os2 --force
wait $victim
check "its device comes home" wait_for 10 test -e /sys/bus/pci/devices/$edu2/irq_mode
check_quiet "and has let go of the line" raise os1 200 2000
finish
END
)

finish
