#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Nothing in a copy points to the memory of its source: no entry of a page table, no word of the
# kernel's pages; nor in a copy of the copy, nor in one that goes on from a snapshot. What
# looks finds what is there: in the source its own memory.
#
# Covers: clone-left
# Limit: 240

. "$(dirname "$0")/lib.sh"

# Far up, where few numbers that are no addresses look like some..
vm_ok vm --smp 6 --memory 20G --pool 18G --timeout 220 --file "$(program steady)" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000e,netdev=n1,addr=5 \
	< <(cat << 'GUEST'
nic=0000:00:05.0
size=$((256 << 20))
place() { awk -v os="$1" '$2 == os { sub("-.*", "", $6); print $6 }' /sys/kernel/mint/oses; }
# left OS BASE: what in that OS points to where another one is or was.
left() { in_os "$1" "echo $2 $(printf '%#x' $size) > /sys/kernel/debug/mint_left && cat /sys/kernel/debug/mint_left"; }
# found OS: as the kernel told it.
found() { mintctl os log "$1" | grep -A 2 ' left: '; }
nothing() { [ "$(left "$1" "$2")" = 'tables 0 words 0' ] || { found "$1"; return 1; }; }

check "load an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
# far N: the Nth GiB above 16, and something: round numbers are used for much else.
far() { printf '%#x' $((((16 + $1) << 30) + (128 << 20))); }
check "create os2" mintctl os create os2 --cores 1 --memory "256M@$(far 0)" --one-piece --dev $nic
check "start it" mintctl os start os2 --image web --cmdline "init_on_free=1 pti=on" --wait 60
check "its NIC" mintctl os exec -n os2 -- sh -c "net-up $nic 10.0.2.15/24 && ping -q -c 3 -i 0.1 -w 20 10.0.2.2"
mintctl os exec os2 -- sh -c 'cat > /tmp/steady; chmod +x /tmp/steady; mkdir -p /tmp/steady.d; /tmp/steady /tmp/steady.d > /dev/null 2>&1 &' < steady
check "it has begun" wait_for 30 in_os os2 'cd /tmp/steady.d && ls memory file pipes processes timer'
at2=$(place os2)
left os2 "$at2" > /tmp/own
check "its own is found, in tables and in words" grep -qE '^tables [1-9][0-9]* words [1-9]' /tmp/own

check "a copy" mintctl os clone os2 os3 --cores 2 --memory "@$(far 2)" --wait 60
at3=$(place os3)
check "nothing of the source in the copy" nothing os3 "$at2"
check "a copy of that" mintctl os clone os3 os4 --cores 3 --memory "@$(far 4)" --wait 60
check "nothing of the first in it" nothing os4 "$at2"
check "nothing of the second in it" nothing os4 "$at3"
check "a snapshot" mintctl os snapshot os2 warm
check "create os5" mintctl os create os5 --like warm --cores 4 --memory "256M@$(far 5)"
check "start it" mintctl os start os5 --snapshot warm --wait 60
check "nothing of the source in it" nothing os5 "$at2"
for os in os2 os3 os4 os5; do check "$os goes" mintctl os destroy $os --force; done
finish
GUEST
)

finish
