#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A running OS is copied, with two CPUs, under load, with a NIC: source and copy go on, and
# all that they do is right; the copy has another name, other random numbers, its own
# cores and devices; a copy of a copy; a copy back to where the first one was; what is
# refused, and what fails on the way, leaves the source unharmed, and a second try works.
#
# Covers: clone-1 clone-4 clone-5
# Short: 3 rounds
# Long: 100 rounds
# Limit: 400
# Long limit: 5400

. "$(dirname "$0")/lib.sh"

rounds=$(rounds 3 100)

expect_panic vm os4 'sysrq triggered crash'
# Faults that are ordered.
allow_log vm os2 'mint: .*(cannot|does not)'
vm_ok vm --smp 8 --on-panic continue --timeout "$(rounds 380 5300)" --file "$(program steady)" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000e,netdev=n1,addr=5 \
	--arg -netdev --arg user,id=n2,restrict=on,net=10.0.3.0/24 --arg -device --arg virtio-net-pci,netdev=n2,addr=6,disable-legacy=on \
	--arg -drive --arg if=none,id=d1,format=raw,file="$(truncate -s 16M "$dir/disk" && mke2fs -q "$dir/disk" && echo "$dir/disk")" \
	--arg -device --arg virtio-blk-pci,drive=d1,addr=7,disable-legacy=on \
	< <(echo "rounds=$rounds"; cat << 'GUEST'
nic=0000:00:05.0 other=0000:00:06.0 disk=0000:00:07.0
# Where the memory of an OS begins.
place() { awk -v os="$1" '$2 == os { sub("-.*", "", $6); print $6 }' /sys/kernel/mint/oses; }
steady() { mintctl os exec "$1" -- sh -c 'cat > /tmp/steady; chmod +x /tmp/steady; mkdir -p /tmp/steady.d; /tmp/steady /tmp/steady.d > /dev/null 2>&1 &' < steady; }
counts() { in_os "$1" 'cat /tmp/steady.d/memory /tmp/steady.d/file /tmp/steady.d/pipes /tmp/steady.d/processes /tmp/steady.d/timer' | xargs; }
# Whether each worker there has gone on.
goes_on()
{
	goes_before=$(counts "$1")
	wait_for 30 went_on "$1" || { echo "$goes_before, and then $(counts "$1")"; return 1; }
	in_os "$1" '! cat /tmp/steady.d/bad 2> /dev/null'
}
# Not by awk, which takes 0000000335 for an octal number, but 0000000292 for a decimal one.
went_on()
{
	set -- $goes_before $(counts "$1")
	[ $# -eq 10 ] && [ "$6" -gt "$1" ] && [ "$7" -gt "$2" ] && [ "$8" -gt "$3" ] && [ "$9" -gt "$4" ] && [ "${10}" -gt "$5" ]
}
# Addresses are not random in the guest otherwise: see init.
random()
{
	in_os "$1" 'cd /proc/sys/kernel; cat random/uuid; echo 2 > randomize_va_space
		cat /proc/self/stat | cut -d " " -f 28; echo 0 > randomize_va_space; hostname; cat /etc/machine-id'
}
clone_of() { mintctl os clone "$@" --wait 60; }

check "load an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
check "create os2, with a NIC" mintctl os create os2 --cores 1-2 --memory 256M --dev $nic
first_place=$(place os2)
check "start it" mintctl os start os2 --image web --wait 60
check "its NIC" mintctl os exec -n os2 -- net-up $nic 10.0.2.15/24
in_os os2 'echo 0123456789abcdef0123456789abcdef > /etc/machine-id; mkdir -p /etc/mint/clone.d'
mintctl os exec os2 -- sh -c 'cat > /etc/mint/clone.d/50-note; chmod +x /etc/mint/clone.d/50-note' <<- 'END'
	#!/bin/sh
	echo "hook for $1" >> /tmp/hooks
END
check "its load" steady os2
check "it has begun" wait_for 30 in_os os2 'cd /tmp/steady.d && ls memory file pipes processes timer'
check "it works" goes_on os2
in_os os2 'pinger /tmp/ping 10.0.2.2 -i 0.05 > /dev/null 2>&1 &'

# ---- what is refused ----
refused "of nobody" 1 'nobody: no such OS' mintctl os clone nobody os3 --cores 3-4
refused "the first OS" 1 'os1: .*cannot be copied' mintctl os clone os1 os3 --cores 3-4
refused "to one that exists" 1 'os2' mintctl os clone os2 os2 --cores 3-4
refused "fewer cores" 1 'as many cores' mintctl os clone os2 os3 --cores 3
refused "not on a boundary" 1 'boundary of 128M' mintctl os clone os2 os3 --cores 3-4 --memory @$(printf "%#x" $((first_place + (256 << 20) + (2 << 20))))
refused "a size" 2 '@ADDRESS' mintctl os clone os2 os3 --cores 3-4 --memory 128M
refused "no cores" 2 '--cores is missing' mintctl os clone os2 os3
refused "one name" 2 'give the OS' mintctl os clone os2 --cores 3-4
check "os2 gets a disk" mintctl dev move $disk --to os2
in_os os2 'mkdir -p /mnt && mount /dev/vda /mnt'
refused "with a disk that is mounted" 1 'vda is mounted' mintctl os clone os2 os3 --cores 3-4
in_os os2 'umount /mnt'
check "the disk goes" mintctl dev release $disk
refused "a device twice" 2 "named twice" mintctl os clone os2 os3 --cores 3-4 --dev $other --dev $other
check_equal "nothing is left of these" "os1 os2" "$(mintctl os list --noheadings -o NAME | xargs)"
check "os2 works" goes_on os2

# ---- what fails on the way ----
# fails NAME CAUSE ORDER...: of a copy; then all is as before.
fails()
{
	fails_name=$1 fails_cause=$2
	shift 2
	refused "$fails_name" 1 "os2 is not copied: $fails_cause" mintctl os clone os2 os3 --cores 3-4
	check "$fails_name: os2 works" goes_on os2
	check_equal "$fails_name: nothing is left" "os1 os2" "$(mintctl os list --noheadings -o NAME | xargs)"
	in_os os2 'echo none > /sys/kernel/debug/mint_fault'
	echo none > /sys/kernel/debug/mint_fault
}

for fault in clone-frame clone-core clone-tables; do
	in_os os2 "echo $fault > /sys/kernel/debug/mint_fault"
	fails $fault ''
done
# It is not to be destroyed while the source has to do with it.
in_os os2 'echo clone-frame > /sys/kernel/debug/mint_fault; echo clone-late:1500 > /sys/kernel/debug/mint_fault'
fails "the source looks late at what went wrong" ''
in_os os2 'echo clone-copy:1 > /sys/kernel/debug/mint_fault'
fails "the source gives up while the loader copies" ''
in_os os2 'echo clone-begin:3000 > /sys/kernel/debug/mint_fault'
echo clone-wait:600 > /sys/kernel/debug/mint_fault
fails "who asked gives up while the source waits" 'it takes too long'

# ---- copies ----
n=0
while [ $n -lt "$rounds" ] && [ "$failed" -eq 0 ]; do
	n=$((n + 1))
	in_os os2 'rm -f /tmp/steady.d/gap'
	check "round $n: a copy" clone_of os2 os3 --cores 3-4 --dev $other
	random os2 > /tmp/r2; random os3 > /tmp/r3
	check_equal "round $n: nothing random is the same" 4 "$(paste -d '|' /tmp/r2 /tmp/r3 | awk -F'|' '$1 != $2' | wc -l)"
	check_equal "round $n: its name" os3 "$(in_os os3 hostname)"
	check_equal "round $n: its hook has run" "hook for os3" "$(in_os os3 cat /tmp/hooks)"
	check "round $n: but not here" in_os os2 '! cat /tmp/hooks 2> /dev/null'
	check_equal "round $n: its CPUs" 2 "$(in_os os3 nproc)"
	check_equal "round $n: its devices" $other "$(in_os os3 'lspci -D' | grep -i ethernet | cut -d' ' -f1)"
	check "round $n: its NIC" mintctl os exec -n os3 -- sh -c "net-up $other 10.0.3.15/24 && ping -q -c 3 -i 0.1 -w 20 10.0.3.2"
	check "round $n: source and copy agree on the time" sh -c "a=\$(mintctl os exec -n os2 -- date +%s); b=\$(mintctl os exec -n os3 -- date +%s); [ \$((b - a)) -le 2 ] && [ \$((a - b)) -le 2 ]"
	check "round $n: the source works" goes_on os2
	check "round $n: the copy works" goes_on os3
	check "round $n: table and hardware agree" mintctl irq verify
	echo "# stood still: $(mintctl os log os2 | sed -n 's/.*stood still for//p' | tail -n 1), late by $(in_os os2 cat /tmp/steady.d/gap) ms at most"
	[ $n -eq "$rounds" ] || check "round $n: it goes" mintctl os destroy os3 --force
done
check "os2's NIC lost nothing" in_os os2 'pinger --stop /tmp/ping'

# ---- one that waits ----
check "a copy that waits" mintctl os clone os3 os4 --cores 5-6 --paused --dev $disk
state() { mintctl os list --noheadings -o NAME,STATE | awk -v os="$1" '$1 == os { print $2 }'; }
check_equal "it does" paused "$(state os4)"
refused "it takes no kernel" 1 'os4 is a copy that waits' mintctl os start os4 --kernel /boot/bzImage --initrd /boot/initrd
check "the source works" goes_on os3
check_equal "it waits still" paused "$(state os4)"
check "it is started" mintctl os start os4 --wait 60
check "it works" goes_on os4
check_equal "its name" os4 "$(in_os os4 hostname)"
check_equal "its device" $disk "$(in_os os4 'lspci -D' | grep -i scsi | cut -d' ' -f1)"
check "it goes" mintctl os destroy os4 --force
check "another one" mintctl os clone os3 os4 --cores 5-6 --paused
refused "it is not waited for" 2 'give it to the start' mintctl os clone os3 os4 --cores 5-6 --paused --wait 9
check "goes, and never ran" mintctl os destroy os4

check "a copy of the copy" clone_of os3 os4 --cores 5-6 --hostname third
check_equal "its host name" third "$(in_os os4 hostname)"
check "it works" goes_on os4
check "the source of all ends" mintctl os destroy os2 --force
check "its copy works" goes_on os3
check "a copy back to where it was" clone_of os4 os2 --cores 1-2 --memory @$first_place
check "it works" goes_on os2
check_equal "its memory" "$first_place" "$(place os2)"
check "its CPUs go and come" in_os os2 'cd /sys/devices/system/cpu/cpu1 && echo 0 > online && echo 1 > online'
check "and it works" goes_on os2
in_os os4 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1
check "one crashes" wait_for 20 is os4 panicked
check "another works" goes_on os3
check "one is stopped in order" mintctl os stop os3
for os in os2 os3 os4; do check "$os goes" mintctl os destroy $os --force; done
check "table and hardware agree" mintctl irq verify
finish
GUEST
)

finish
