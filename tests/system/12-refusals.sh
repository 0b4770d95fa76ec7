#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is refused: with a message that names the object and the cause, before
# anything has changed. And what is not: functions of one slot move together.
#
# Covers: 8, move-8
# Short: every refusal once

. "$(dirname "$0")/lib.sh"
variant=normal
. "$(dirname "$0")/hotplug.sh"

truncate -s 64M "$dir/disk.img"
mke2fs -q -F "$dir/disk.img"

# 0000:00:05.0 and .1 share a slot; 0000:00:06.0 is a bridge with an MSI-X function below.
vm_ok vm --memory 2G --file "$devices_guest" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -netdev --arg user,id=n2,restrict=on \
	--arg -device --arg virtio-net-pci,netdev=n1,addr=5.0,multifunction=on,disable-legacy=on \
	--arg -device --arg virtio-net-pci,netdev=n2,addr=5.1,disable-legacy=on \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=6 \
	--arg -device --arg e1000e,bus=rp1 \
	--arg -drive --arg "file=$dir/disk.img,format=raw,if=none,id=d1" \
	--arg -device --arg virtio-blk-pci,drive=d1,addr=7,disable-legacy=on \
	< <(printf '%s\n' "$moves_prelude"; cat << 'END'
sibling=0000:00:05.0 second=0000:00:05.1 bridge=0000:00:06.0 disk=0000:00:07.0
nic=$(mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "e1000e" { print $1 }')
check "the devices are there" sh -c "lspci -n -s $nic | grep 8086:10d3 && lspci -n -s $sibling | grep 1af4:"

# no NAME STATUS PATTERN COMMAND...: is refused, and nothing changes.
no()
{
	no_name=$1
	no_before=$(snapshot)
	refused "$@"
	check_equal "$no_name: nothing has changed" "$no_before" "$(snapshot)"
}

create() { mintctl os create "$@"; }
start_with() { mintctl os start "$@"; }

# ---- before there is another OS ----
no "core 0, the boot core" 1 'core 0 is the boot core' create os2 --cpus 0 --memory 256M
no "all cores" 1 'boot core|last core' create os2 --cpus 0-3 --memory 256M
no "a core that does not exist" 1 'core 4 does not exist.*0-3' create os2 --cpus 3-4 --memory 256M
no "too little memory" 1 '32M of memory is too little.*64M' create os2 --cpus 2 --memory 32M
no "more memory than there is" 1 'no free 4096M piece.*free' create os2 --cpus 2 --memory 4G
no "memory outside the pool" 1 '0x200000.* is not inside the pool' create os2 --cpus 2 --memory 64M@0x200000
no "memory that begins nowhere" 1 'multiples of 2M' create os2 --cpus 2 --memory 64M@0x38001000
no "memory of an odd size" 1 'multiples of 2M' create os2 --cpus 2 --memory 65M
no "an unknown BDF" 1 'no PCI function 0000:1f:1e.5' create os2 --cpus 2 --memory 256M --dev 0000:1f:1e.5
no "one of two functions of a slot" 1 '0000:00:05.[01] and 0000:00:05.[01] share a slot' create os2 --cpus 2 --memory 256M --dev $sibling
no "a bridge" 1 "$bridge is a PCI bridge" create os2 --cpus 2 --memory 256M --dev $bridge
no "the host bridge" 1 '0000:00:00.0 is part of the chipset' create os2 --cpus 2 --memory 256M --dev 0000:00:00.0
no "a sibling of the LPC bridge" 1 '0000:00:1f.2 is part of the chipset' create os2 --cpus 2 --memory 256M --dev 0000:00:1f.2
no "one device twice" 2 "$nic.*twice" create os2 --cpus 2 --memory 256M --dev "$nic" --dev "$nic"
no "a good device and a bad one" 1 "$bridge is a PCI bridge" create os2 --cpus 2 --memory 256M --dev "$nic" --dev $bridge
no "a name that exists" 1 'os1 exists' create os1 --cpus 2 --memory 256M
no "an unknown OS: start" 1 'os9: no such OS' start_with os9 --kernel /boot/bzImage
no "an unknown OS: stop" 1 'os9.*no such OS' mintctl os stop os9
no "an unknown OS: destroy" 1 'os9.*no such OS' mintctl os destroy os9
no "an unknown OS: destroy --force" 1 'os9.*no such OS' mintctl os destroy os9 --force
no "an unknown OS: show" 1 'os9.*no such OS' mintctl os show os9
no "an unknown OS: exec" 125 'os9.*no such OS' mintctl os exec os9 -- true
no "an unknown OS: log" 1 'os9.*no such OS' mintctl os log os9
no "an unknown OS: console" 1 'os9.*no such OS' mintctl os console os9
no "an unknown OS: dev move" 1 "'os9'" mintctl dev move "$nic" --to os9
no "to destroy oneself" 1 'os1.*is this OS' mintctl os destroy os1
no "to destroy oneself by force" 1 'os1.*is this OS' mintctl os destroy os1 --force
no "to start oneself" 1 'os1 was started' start_with os1 --kernel /boot/bzImage

# ---- bad usage: status 2, and nothing is asked of the kernel ----
for name in 1st -x 'a b' os/2 '' abcdefghijklmnop ös2; do
	no "the name '$name'" 2 'name|option' create "$name" --cpus 2 --memory 256M
done
no "no name" 2 'name' create --cpus 2 --memory 256M
no "two names" 2 'os3' create os2 os3 --cpus 2 --memory 256M
no "no cores" 2 'cores is missing' create os2 --memory 256M
no "no memory" 2 'memory is missing' create os2 --cpus 2
for cpus in x 2- 3-2 2,,3 2,2 -1 99 ''; do
	no "the cores '$cpus'" 2 'cores|--cpus' create os2 --cpus "$cpus" --memory 256M
done
for memory in x 0 -5M 256Q 256M@ 256M@x 99999999999999999999G ''; do
	no "the memory '$memory'" 2 'size|address|--memory' create os2 --cpus 2 --memory "$memory"
done
for dev in x 0000:00 0000:00:20.0 0000:00:04.9 0000:00:04.0x ''; do
	no "the device '$dev'" 2 'device' create os2 --cpus 2 --memory 256M --dev "$dev"
done
no "the legacy device com9" 2 'com9' create os2 --cpus 2 --memory 256M --legacy com9
no "an unknown option" 2 'bogus' create os2 --cpus 2 --memory 256M --bogus
no "an unknown verb" 2 'bogus' mintctl os bogus
no "an unknown object" 2 'bogus' mintctl bogus list
no "an initrd without a kernel" 2 'goes with --kernel' start_with os2 --initrd /boot/initrd
no "files and an image" 2 'files or an image' start_with os2 --kernel /boot/bzImage --image web
no "start --wait x" 2 "'x'" start_with os2 --kernel /boot/bzImage --wait x
no "dev move without --to" 2 'to' mintctl dev move "$nic"
no "machine explode" 2 'explode' mintctl machine explode

# ---- beside an OS that was created ----
check "create os2" create os2 --cpus 2-3 --memory 256M --dev "$nic" --legacy com2
base=$(mintctl os list --json -o ADDRESS,NAME | tr -d ' \n' | sed 's/.*"address":\([0-9]*\),"name":"os2".*/\1/')
no "the name of a created OS" 1 'os2 exists' create os2 --cpus 1 --memory 64M
no "a core that is taken" 1 'core 2 is taken.*os2' create os3 --cpus 1-2 --memory 64M
no "overlapping memory" 1 'overlaps os2' create os3 --cpus 1 --memory 64M@"$base"
no "overlapping memory: the last 2 MiB" 1 'overlaps os2' create os3 --cpus 1 --memory 64M@$((base + (254 << 20)))
no "a device that is taken" 1 "$nic belongs to os2" create os3 --cpus 1 --memory 64M --dev "$nic"
no "a legacy device that is taken" 1 'com2 is taken.*os2' create os3 --cpus 1 --memory 64M --legacy com2
no "exec in an OS that was not started" 125 'os2' mintctl os exec -n os2 -- true
no "stop of an OS that was not started" 1 'os2 does not run' mintctl os stop os2
no "dev move to an OS that does not run" 1 'os2 does not run' mintctl dev move $sibling --to os2
no "a kernel that does not exist" 1 '/no/such.*No such file' start_with os2 --kernel /no/such
no "a directory for a kernel" 1 '/boot.*not a regular file' start_with os2 --kernel /boot
no "no bzImage" 1 '/boot/initrd: no bzImage' start_with os2 --kernel /boot/initrd
: > /tmp/empty
no "an empty kernel" 1 '/tmp/empty' start_with os2 --kernel /tmp/empty
head -c 1000 /boot/bzImage > /tmp/cut
no "a kernel of 1000 bytes" 1 '/tmp/cut: (no bzImage|damaged)' start_with os2 --kernel /tmp/cut
head -c 1000000 /boot/bzImage > /tmp/half
no "a kernel cut short" 1 '/tmp/half: ' start_with os2 --kernel /tmp/half
no "an initrd that does not exist" 1 '/no/such.*No such file' start_with os2 --kernel /boot/bzImage --initrd /no/such
no "a command line that is too long" 1 'command line is too long' start_with os2 --kernel /boot/bzImage \
	--cmdline "$(head -c 3000 /dev/zero | tr '\0' x)"
dd if=/dev/zero of=/tmp/large bs=1M count=250 2> /dev/null
no "too little memory for the initrd" 1 'os2 has too little memory: .* need [0-9]*M' \
	start_with os2 --kernel /boot/bzImage --initrd /tmp/large
rm /tmp/large

# ---- beside one that runs ----
check "start os2" start os2
no "start twice" 1 'os2 was started already' start_with os2 --kernel /boot/bzImage
no "the boot core of os2" 1 'core 2 is the boot core of os2' mintctl os exec -n os2 -- mintctl os create os3 --cpus 2 --memory 64M
no "a core of another OS" 1 'core 1 is taken.*os1' mintctl os exec -n os2 -- mintctl os create os3 --cpus 1,3 --memory 64M
no "a device of another OS" 1 '0000:00:05.0 belongs to os1' mintctl os exec -n os2 -- \
	mintctl os create os3 --cpus 3 --memory 64M --dev $sibling
no "dev move of a bridge" 1 "$bridge is a PCI bridge" mintctl dev move $bridge --to os2
no "dev move of a chipset function" 1 '0000:00:1f.2 is part of the chipset' mintctl dev move 0000:00:1f.2 --to os2
no "dev move of one of two functions" 1 'share a slot' mintctl dev move $sibling --to os2
no "dev move of an unknown function" 1 'no PCI function 0000:1f:1e.5' mintctl dev move 0000:1f:1e.5 --to os2
no "dev move to where it is" 1 "os2 has $nic already" mintctl dev move "$nic" --to os2
no "to destroy oneself, in os2" 1 'os2.*is this OS' mintctl os exec -n os2 -- mintctl os destroy os2 --force
check "os2 still runs" in_os os2 true
check "os3 is created" mintctl os create os3 --cpus 1 --memory 64M
no "dev release of the host bridge" 1 '0000:00:00.0 is part of the chipset' mintctl dev release 00:00.0
no "dev move to an OS that was not started" 1 'os3 does not run' mintctl dev move $disk --to os3
no "the same, ordered in os2" 1 'os3 does not run' mintctl os exec -n os2 -- mintctl dev move $disk --to os3
no "dev move of a good one and a bad one" 1 "$bridge is a PCI bridge" mintctl dev move $disk $bridge --to os2
mkdir -p /tmp/fs
mount /dev/vda /tmp/fs
no "a disk with a mounted file system" 1 "$disk is in use in os1: vda is mounted \(ext2\)" mintctl dev move $disk --to os2
no "the same, by a dry run" 1 'vda is mounted' mintctl dev move $disk --to os2 --dry-run
no "the same, ordered in os2" 1 'vda is mounted' mintctl os exec -n os2 -- mintctl dev move $disk --to os2
check "the file system works" sh -c 'echo fine > /tmp/fs/file && sync'
umount /tmp/fs
before=$(snapshot)
check "a dry run of what can be done" mintctl dev move $disk --to os2 --dry-run
check_equal "does nothing" "$before" "$(snapshot)"
check "siblings go together" mintctl dev move $sibling --to os2 --with-siblings
check_equal "both are there" "os2 os2" "$(owner $sibling) $(owner $second)"
check "both named come back" mintctl dev move $sibling $second --to os1
check_equal "both are here" "os1 os1" "$(owner $sibling) $(owner $second)"
net-up $second 10.0.2.15/24 > /dev/null
no "one of them is in use" 1 "$second is in use in os1" mintctl dev move $sibling --to os2 --with-siblings
check "both work" uses os1 net $sibling 10.0.2.15/24 10.0.2.2
check "destroy os3" mintctl os destroy os3

# ---- beside one that has ended ----
check "stop os2" mintctl os stop os2
before=$(snapshot)
check "stop of a stopped OS is no error" mintctl os stop os2
check_equal "and changes nothing" "$before" "$(snapshot)"
no "start of a stopped OS from an image that is not there" 1 'web: no such image' start_with os2 --image web
no "exec in a stopped OS" 125 'os2' mintctl os exec -n os2 -- true
no "dev move to a stopped OS" 1 'os2 does not run' mintctl dev move $sibling --to os2
no "dev move from a stopped OS" 1 'os2, the owner, does not run' mintctl dev move "$nic" --to os1
no "the name of a stopped OS" 1 'os2 exists' create os2 --cpus 1 --memory 64M
no "the core of a stopped OS" 1 'core 2 is taken.*os2' create os3 --cpus 2 --memory 64M
check "destroy os2" mintctl os destroy os2
finish
END
)

# A machine without a pool is an ordinary one.
vm_ok nopool --pool 0 << 'END'
refused "without a pool there are no further OSes" 1 'mint' mintctl os create os2 --cpus 2 --memory 64M
refused "nor a list of them" 1 'mint' mintctl os list
finish
END

finish
