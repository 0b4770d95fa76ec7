#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A snapshot goes into a file, and comes back: in the same machine, after the machine was started
# again (its processes go on, its clock is right, its TSC is behind), and not in another
# machine. What is no snapshot, cut short, or damaged is refused, and nothing is left of it.
#
# Covers: clone-snapshot-file
# Limit: 300

. "$(dirname "$0")/lib.sh"

truncate -s 256M "$dir/disk" && mke2fs -q "$dir/disk"
drive=if=none,id=d1,format=raw,file=$dir/disk device=virtio-blk-pci,drive=d1,disable-legacy=on
machine=(--smp 3 --file "$(program steady)" --arg -drive --arg "$drive" --arg -device --arg "$device")
common=$(cat << 'GUEST'
counts() { in_os "$1" 'cat /tmp/steady.d/memory /tmp/steady.d/file /tmp/steady.d/pipes /tmp/steady.d/processes /tmp/steady.d/timer' | xargs; }
goes_on()
{
	goes_before=$(counts "$1")
	wait_for 30 went_on "$1" || { echo "$goes_before, and then $(counts "$1")"; return 1; }
	in_os "$1" '! cat /tmp/steady.d/bad 2> /dev/null'
}
went_on()
{
	set -- $goes_before $(counts "$1")
	[ $# -eq 10 ] && [ "$6" -gt "$1" ] && [ "$7" -gt "$2" ] && [ "$8" -gt "$3" ] && [ "$9" -gt "$4" ] && [ "${10}" -gt "$5" ]
}
agree() { a=$(date +%s) b=$(mintctl os exec -n "$1" -- date +%s); echo "$a $b"; [ $((b - a)) -le 2 ] && [ $((a - b)) -le 2 ]; }
mkdir -p /mnt
mount /dev/vda /mnt
GUEST
)

vm_ok first "${machine[@]}" < <(printf '%s\n' "$common"; cat << 'GUEST'
check "load an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
check "create os2" mintctl os create os2 --cores 1 --memory 128M
check "start it" mintctl os start os2 --image web --wait 60
in_os os2 'head -c 4000000 /dev/urandom > /tmp/data; md5sum /tmp/data > /tmp/data.md5'
mintctl os exec os2 -- sh -c 'cat > /tmp/steady; chmod +x /tmp/steady; mkdir -p /tmp/steady.d; /tmp/steady /tmp/steady.d > /dev/null 2>&1 &' < steady
check "it has begun" wait_for 30 in_os os2 'cd /tmp/steady.d && ls memory file pipes processes timer'
check "a snapshot" mintctl os snapshot os2 warm
mintctl snapshot list
check_equal "it is listed, the kernel is not" warm "$(mintctl snapshot list --noheadings -o NAME | xargs)"
check_equal "what it needs" "128M 1" "$(mintctl snapshot list --noheadings -o MEMORY,CORES | xargs)"
check "it is shown" sh -c 'mintctl snapshot show warm | grep "^For an OS: *with 128M in one piece, and 1 core$"'
refused "a kernel is none" 1 'web: is an image of a kernel' mintctl snapshot show web
refused "and is not removed as one" 1 'web: is an image of a kernel' mintctl snapshot remove web
refused "nor started as one" 1 'web: is an image of a kernel' mintctl os start os2 --snapshot web

# ---- to a file ----
check "save it" mintctl snapshot save warm /mnt/warm
check_equal "for root only" 600 "$(stat -c %a /mnt/warm)"
refused "nothing is written over" 1 '/mnt/warm: cannot be made: File exists' mintctl snapshot save warm /mnt/warm
refused "a kernel is not saved" 1 'image web is a kernel' mintctl snapshot save web /mnt/web
refused "nor what is not there" 1 'nothing: no such image' mintctl snapshot save nothing /mnt/web
refused "no file is left of these" 1 '' test -e /mnt/web
mount -t tmpfs -o size=4M none /tmp/small 2> /dev/null || { mkdir /tmp/small && mount -t tmpfs -o size=4M none /tmp/small; }
refused "a file that is too small" 1 'warm: the file cannot be written' mintctl snapshot save warm /tmp/small/warm
refused "it is gone" 1 '' test -e /tmp/small/warm
check "the snapshot goes" mintctl snapshot remove warm

# ---- and back ----
check "load it" mintctl snapshot load again /mnt/warm
refused "a name that is taken" 1 'image again exists already' mintctl snapshot load again /mnt/warm
check "create os3" mintctl os create os3 --like again --cores 2
check "start it" mintctl os start os3 --snapshot again --wait 60
check "it works" goes_on os3
check "its data" in_os os3 'md5sum -c /tmp/data.md5'
check "its clock" agree os3
check "the source works" goes_on os2

# ---- what is none ----
free=$(mintctl image list --json | md5sum)
head -c 3000 /mnt/warm > /mnt/bad
refused "a short one" 1 'bad: the file is no snapshot' mintctl snapshot load bad /mnt/bad
head -c 100000 /dev/urandom > /mnt/bad
refused "anything" 1 'bad: the file is no snapshot' mintctl snapshot load bad /mnt/bad
head -c 5000000 /mnt/warm > /mnt/bad
refused "half of it" 1 'bad: the file is cut short' mintctl snapshot load bad /mnt/bad
cp /mnt/warm /mnt/bad
printf x | dd of=/mnt/bad bs=1 seek=200 conv=notrunc 2> /dev/null
refused "with a damaged header" 1 'bad: the file is damaged' mintctl snapshot load bad /mnt/bad
for at in 9000 3000000; do
	cp /mnt/warm /mnt/bad
	dd if=/mnt/warm bs=1 skip=$at count=1 2> /dev/null | tr '\000-\377' '\001-\377\000' | dd of=/mnt/bad bs=1 seek=$at conv=notrunc 2> /dev/null
	refused "with another byte at $at" 1 'bad: the file is damaged' mintctl snapshot load bad /mnt/bad
done
refused "a directory" 1 'bad: that is no regular file' mintctl snapshot load bad /mnt
refused "a file that is not there" 1 '/mnt/none: cannot be read' mintctl snapshot load bad /mnt/none
refused "a bad name" 2 "9bad" mintctl snapshot load 9bad /mnt/warm
rm /mnt/bad
check_equal "nothing is left of these" "$free" "$(mintctl image list --json | md5sum)"
for os in os2 os3; do check "$os goes" mintctl os destroy $os --force; done
umount /mnt
finish
GUEST
)

# ---- another day: it is earlier by the TSC, and later by the clock ----
vm_ok later "${machine[@]}" < <(printf '%s\n' "$common"; cat << 'GUEST'
check "load it" mintctl snapshot load warm /mnt/warm
check "create os2" mintctl os create os2 --like warm --cores 1
check "start it" mintctl os start os2 --snapshot warm --wait 60
check "it works" goes_on os2
check "its data" in_os os2 'md5sum -c /tmp/data.md5'
check "its clock" agree os2
check "its time passes as it does here" sh -c 'a=$(cut -d. -f1 /proc/uptime); mintctl os exec -n os2 -- sleep 3; b=$(cut -d. -f1 /proc/uptime); [ $((b - a)) -ge 2 ]'
check "create os3" mintctl os create os3 --like warm --cores 2
check "start it, too" mintctl os start os3 --image warm --wait 60
check "it works" goes_on os3
check "a copy of it" mintctl os destroy os2 --force
check "goes there" mintctl os clone os3 os2 --cores 1 --wait 60
check "it works" goes_on os2
check "its clock" agree os2
umount /mnt
finish
GUEST
)

# ---- other machines ----
for other in '--smp 4' '--pool 896M' '--arg -cpu --arg max,-aes'; do
	# shellcheck disable=SC2086 # words
	vm_ok "other${other//[^a-z0-9]/}" "${machine[@]}" $other < <(cat << 'GUEST'
mkdir -p /mnt
mount /dev/vda /mnt
refused "not on this machine" 1 'warm: the file was made on' mintctl snapshot load warm /mnt/warm
umount /mnt
finish
GUEST
)
done

finish
