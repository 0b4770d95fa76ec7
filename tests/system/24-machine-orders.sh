#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "machine reboot" and "machine poweroff", from the first OS and from a further one, while
# others run: each OS shuts down in order, the machine starts again or is off, and what was
# written is on the disk.
#
# Covers: the end of the machine
# Short: 2 machines, two boots each
# Limit: 480

. "$(dirname "$0")/lib.sh"
variant=normal

# orders NAME REBOOT-FROM POWEROFF-FROM: one machine that is started again by the first and
# switched off by the second. The disk tells the script which boot it is.
orders()
{
	truncate -s 16M "$dir/$1.img"
	mke2fs -q -F -t ext2 "$dir/$1.img"
	vm "$1" --memory 1536M --timeout 200 --arg -action --arg reboot=reset \
		--arg -drive --arg "file=$dir/$1.img,format=raw,if=none,id=d1" \
		--arg -device --arg ide-hd,drive=d1,bus=ide.0 < <(echo "reboot_from=$2 poweroff_from=$3"; cat << 'GUEST'
check "there is the disk" wait_for 20 test -b /dev/sda
mkdir /tmp/disk
check "it has a file system" mount -t ext4 /dev/sda /tmp/disk
# Without it each boot would be the first.
[ "$failed" -eq 0 ] || finish

# Notes that its processes were asked to end, which nobody is who is fenced.
witness() { in_os "$1" 'sh -c "trap \"echo asked to end > /dev/kmsg; exit\" TERM; while :; do usleep 50000; done" > /dev/null 2>&1 &'; }

# order OS ACTION: nothing comes after it but the end. The file is not synced.
order()
{
	echo "$2 $1" >> /tmp/disk/orders
	if [ "$1" = os1 ]; then
		check "boot $boot: the order is taken" mintctl machine "$2"
	else
		check "boot $boot: the order is taken" in_os "$1" "mintctl machine $2"
	fi
	await_the_end 60
	not_ok "boot $boot: the machine ends in time" "$(mintctl os list)"
}

boot=$(($(cat /tmp/disk/orders 2> /dev/null | wc -l) + 1))
check "boot $boot: nobody is left of the time before" test "$(mintctl os list --noheadings | wc -l)" -eq 1
check "boot $boot: os2 is up" up os2 1 192M
check "boot $boot: os3 is up" up os3 2 192M
check "boot $boot: os4 is created only" mintctl os create os4 --cores 3 --memory 64M
for os in os2 os3; do witness $os; done
case $boot in
1) order "$reboot_from" reboot ;;
2) order "$poweroff_from" poweroff ;;
*) not_ok "the machine starts again once" "$(cat /tmp/disk/orders)" ;;
esac
finish
GUEST
) || :
	check "$1: the machine is off" grep -qx poweroff "$dir/$1/result"
	check "$1: the file system was unmounted" sh -c "LC_ALL=C dumpe2fs -h '$dir/$1.img' 2>&1 | grep -qE '^Filesystem state: +clean$'"
	check "$1: and has what was written" sh -c "debugfs -R 'cat /orders' '$dir/$1.img' 2> /dev/null | xargs | grep -qx 'reboot $2 poweroff $3'"
	for os in os1 os2 os3; do
		check "$1: $os was booted twice" test "$(grep -c 'Linux version' "$dir/$1/$os.log")" -eq 2
	done
	for os in os2 os3; do
		check "$1: $os shut down in order, twice" test "$(grep -c 'asked to end' "$dir/$1/$os.log")" -eq 2
	done
	check_log "$1: the first boot ends by a restart" 'reboot: Restarting system' os1 "$1"
	check_log "$1: the second by power-off" 'reboot: Power down' os1 "$1"
	for os in os1 os2 os3; do
		check_no_log "$1: $os has nothing to complain of" 'WARNING|BUG:|Oops|Call Trace|stall|stopping its cores' "$os" "$1"
	done
}

orders from-os1-then-os2 os1 os2
orders from-os2-then-os1 os2 os1

finish
