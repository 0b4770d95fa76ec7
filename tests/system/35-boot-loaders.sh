#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A boot loader brings the kernel, from a CD: GRUB started by a BIOS and by UEFI. The
# memory is in other pieces then, and UEFI has services that run beside the kernel: Mint
# comes up, further OSes live as ever and get usable memory only, the machine ends by
# order in the way its firmware offers.
#
# Covers: boot
# Short: 2 machines
# Limit: 480

. "$(dirname "$0")/lib.sh"
variant=normal

# loaded FIRMWARE ACTION RESULT
loaded()
{
	vm "$1" --boot "$1" --smp 3 --memory 1536M --pool 512M --timeout 200 < <(echo "firmware=$1 action=$2"; cat << 'GUEST'
check "GRUB has loaded the kernel" grep -q '^BOOT_IMAGE=/boot/bzImage ' /proc/cmdline
case $firmware in
bios) check "of BIOS" test ! -e /sys/firmware/efi ;;
uefi) check "of UEFI" test -d /sys/firmware/efi ;;
esac
before=$(snapshot)
check "the pool is in one piece, less the shared area" mintctl os create all --cores 1 --memory 496M
check "it comes back" mintctl os destroy all

check "os2 is up" up os2 1-2 192M
check "os2 creates os3" in_os os2 "mintctl os create os3 --cores 2 --memory 192M"
check "it starts" start os3
check_equal "all know all" "os1 os2 os3" "$(in_os os3 'mintctl os list --noheadings -o NAME' | xargs)"
check_equal "they run what they are told" "os2 os3" "$(in_os os2 hostname) $(in_os os3 hostname)"
check "os3 has no firmware, whatever the machine has" in_os os3 'test ! -e /sys/firmware/efi -a ! -e /sys/firmware/acpi'

# What the firmware said is usable, as start and size, before anybody took from it.
dmesg | sed -n 's/.*BIOS-e820: \[mem \(0x[0-9a-f]*\)-\(0x[0-9a-f]*\)\] usable/\1 \2/p' > /tmp/usable
inside()
{
	while read -r from to; do
		[ $(($1)) -lt $((from)) ] || [ $(($2)) -gt $((to)) ] || return 0
	done < /tmp/usable
	return 1
}
for os in os2 os3; do
	range=$(mintctl os show $os | sed -n 's/^Memory: *\(0x[0-9a-f]*\)-\(0x[0-9a-f]*\).*/\1 \2/p')
	# shellcheck disable=SC2086 # two words
	check "what $os has is usable memory: $range" inside $range
done

check "os3 ends" mintctl os destroy os3
check "os2 ends" mintctl os destroy os2
check_equal "all is as it was before" "$before" "$(snapshot)"

check "os2 is up again" up os2 1 192M
check "the machine is told to end" mintctl machine $action
await_the_end 60
finish
GUEST
) || :
	check "$1: the machine ends by $3" grep -qx "$3" "$dir/$1/result"
	for os in os1 os2 os3; do
		check_no_log "$1: $os has nothing to complain of" 'WARNING|BUG:|Oops|Call Trace|stall|stopping its cores' "$os" "$1"
	done
}

loaded bios poweroff poweroff
loaded uefi reboot reset

finish
