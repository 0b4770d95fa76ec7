#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A 32-bit OS beside 64-bit ones: it is started, says what it is, has all that an OS has,
# devices go there and back, it shares an interrupt line, ends in every way and starts
# again; it starts, stops and moves what belongs to 64-bit ones, and they what is its own;
# a core goes from one kind to the other through the park page. What cannot be is refused.
#
# Covers: 32-1 32-2 32-3
# Kernel: 32-test
# Short: each once, a core 3 times, six kinds of devices
# Long: a core 100 times, all kinds of devices
# Limit: 500
# Long limit: 2000

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"
. "$(dirname "$0")/hotplug.sh"

for disk in virtio nvme ahci usb; do
	truncate -s 64M "$dir/$disk.img"
done
mke2fs -q -F "$dir/virtio.img"
mke2fs -q -F "$dir/nvme.img"

# shellcheck disable=SC2054 # the commas are QEMU's
devices=(
	--arg -device --arg edu,addr=3 --arg -device --arg edu,addr=7 --arg -device --arg edu,addr=0xb
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=4
	--arg -device --arg pcie-root-port,id=rp2,chassis=2,addr=5
	--arg -device --arg pcie-root-port,id=rp3,chassis=3,addr=6
	--arg -device --arg pcie-root-port,id=rp4,chassis=4,addr=8
	--arg -netdev --arg user,id=n1,restrict=on,net=10.0.1.0/24,host=10.0.1.2
	--arg -device --arg e1000e,netdev=n1,bus=rp1
	--arg -netdev --arg user,id=n2,restrict=on,net=10.0.2.0/24,host=10.0.2.2
	--arg -device --arg virtio-net-pci,netdev=n2,bus=rp2,disable-legacy=on
	--arg -drive --arg "file=$dir/virtio.img,format=raw,if=none,id=d1"
	--arg -device --arg virtio-blk-pci,drive=d1,bus=rp3,disable-legacy=on
	--arg -drive --arg "file=$dir/nvme.img,format=raw,if=none,id=d2"
	--arg -device --arg nvme,drive=d2,serial=1,bus=rp4
	--arg -netdev --arg user,id=n4,restrict=on,net=10.0.4.0/24,host=10.0.4.2
	--arg -device --arg e1000,netdev=n4,addr=0x10
	--arg -device --arg ich9-ahci,id=ahci1,addr=0x11
	--arg -drive --arg "file=$dir/ahci.img,format=raw,if=none,id=d3"
	--arg -device --arg ide-hd,drive=d3,bus=ahci1.0
	--arg -device --arg qemu-xhci,id=xhci,addr=0x12
	--arg -drive --arg "file=$dir/usb.img,format=raw,if=none,id=d4"
	--arg -device --arg usb-storage,drive=d4,bus=xhci.0
	--arg -chardev --arg "file,id=c1,path=$dir/serial2"
	--arg -device --arg pci-serial,chardev=c1,addr=0x13
	--arg -device --arg pcie-root-port,id=rp5,chassis=5,addr=9
	--arg -device --arg pcie-pci-bridge,id=br1,bus=rp5
	--arg -netdev --arg user,id=n3,restrict=on,net=10.0.3.0/24,host=10.0.3.2
	--arg -device --arg e1000,netdev=n3,bus=br1,addr=1
	--arg -device --arg edu,addr=0x14
)

expect_panic vm os2 'sysrq triggered crash'
expect_panic vm os3 'sysrq triggered crash'
vm_ok vm --32 --smp 6 --memory 5G --on-panic continue --timeout "$(rounds 480 1900)" \
	--file "$devices_guest" --file "$irq_guest" \
	--file "$repo/tests/system/programs/sharing.sh" --file "$(program_32 kexec):/root/kexec" "${devices[@]}" \
	< <(echo "cores=$(rounds 3 100) kinds=$(rounds some all)"; printf '%s\n' "$moves_prelude"; cat << 'GUEST'
. ./irq.sh
. ./sharing.sh
bdf_of() { lspci -D -n -d "$1" | head -n 1 | cut -d' ' -f1; }
before=$(snapshot)

# ---- what it is ----

check "a 32-bit image is loaded" mintctl image load small --kernel /boot/bzImage-32 --initrd /boot/initrd-32
check_equal "it says its architecture" i386 "$(mintctl image list --noheadings -o ARCH | xargs)"
refused "the first OS cannot start from it" 1 'os1 needs a 64-bit kernel' mintctl os set os1 --image small
check "os2 is created" mintctl os create os2 --cores 2-3 --memory 256M --arch 32
check "and started from the image" mintctl os start os2 --image small --cmdline "mark=2" --wait 60
check_equal "os list knows" "x86_64 i386" "$(mintctl os list --noheadings -o ARCH | xargs)"
check "so does os show" sh -c "mintctl os show os2 | grep -q '^Kernel:.* i386$'"
check_equal "it runs 32-bit programs on both of its cores" "i686 2" "$(in_os os2 'echo $(uname -m) $(nproc)')"
check_equal "with its parameters" mark=2 "$(in_os os2 'tr " " "\n" < /proc/cmdline | grep mark')"
check "os3, a 64-bit one, is up" up os3 4-5 256M
check "os log" sh -c "mintctl os log os2 | grep -q 'Run /init'"
for os in os1 os2 os3; do
	check_equal "$os sees all three" "os1 x86_64 up os2 i386 up os3 x86_64 up" \
		"$(in_os $os 'mintctl os list --noheadings -o NAME,ARCH,STATE' | xargs)"
	check "$os: table and hardware agree" in_os $os mintctl irq verify
done
refused "it cannot be copied" 1 'os2: has a 32-bit kernel: it cannot be copied' mintctl os clone os2 os4 --cores 1

# ---- devices ----

# goes NAME BDF VERB [ARGUMENT]...: 64 -> 32 -> 64 -> 64, used at each stop.
goes()
{
	goes_name=$1 goes_bdf=$2 goes_nr=0
	shift 2
	for to in os1 os2 os3 os1; do
		goes_nr=$((goes_nr + 1))
		with "$goes_bdf" $to || check "$goes_name goes to $to" mintctl dev move "$goes_bdf" --to $to
		check "$goes_name works in $to" uses $to "$1" "$goes_bdf" $(shift; printf '%s ' "$@" | sed "s/%n/at$goes_nr/g")
	done
}

goes "e1000e (MSI-X)" "$(bdf_of 8086:10d3)" net 10.0.1.15/24 10.0.1.2
[ $kinds = some ] || goes "e1000 behind a PCI bridge (INTx)" "$(lspci -D -n -d 8086:100e | grep -v '^0000:00:' | cut -d' ' -f1)" net 10.0.3.15/24 10.0.3.2
goes "e1000 on the root bus (INTx)" "$(lspci -D -n -d 8086:100e | grep '^0000:00:' | cut -d' ' -f1)" net 10.0.4.15/24 10.0.4.2
goes "virtio-net" "$(bdf_of 1af4:1041)" net 10.0.2.15/24 10.0.2.2
goes "virtio-blk with a file system" "$(bdf_of 1af4:1042)" fs %n
goes "NVMe with a file system" "$(bdf_of 1b36:0010)" fs %n
[ $kinds = some ] || goes "AHCI" "$(bdf_of 8086:2922)" raw %n
goes "xHCI with a USB stick" "$(bdf_of 1b36:000d)" raw %n
[ $kinds = some ] || goes "a serial card" "$(bdf_of 1b36:0002)" serial %n
[ $kinds = some ] || goes "edu" "$(lspci -D -n -d 1234:11e8 | tail -n 1 | cut -d' ' -f1)" edu

# ---- a shared line ----

check "the line is open" open_line
for os in os2 os3; do
	check "$os gets its edu" mintctl dev move "$(edu_of $os)" --to $os
	mintctl os exec $os -- sh -c 'cat > /root/irq.sh' < irq.sh
	check "$os joins" put $os irq_mode intx
done
check "all share it" wait_for 20 is_shared os2
raise os1 1000 2000 & raise1=$!
raise os2 1000 2000 & raise2=$!
raise os3 1000 2000 & raise3=$!
for os in 1 2 3; do
	eval "wait \$raise$os"
	check_equal "os$os: all of its interrupts on the line arrive" 0 $?
done
for os in os1 os2 os3; do
	check "$os: table and hardware agree" in_os $os mintctl irq verify
done

# ---- its device serves a 64-bit OS ----

# Only os2 has the disk; os3 reads and writes files on it.
disk=$(bdf_of 1af4:1042)
check "os2 gets the disk" mintctl dev move "$disk" --to os2
in_os os2 "mkdir -p /tmp/disk; mount /dev/vda /tmp/disk"
check "os3 puts a file there, and reads it back" in_os os3 '
	dd if=/dev/urandom of=/tmp/new bs=64k count=32 2> /dev/null
	mintctl os exec os2 -- sh -c "cat > /tmp/disk/new; sync" < /tmp/new
	mintctl os exec -n os2 -- sh -c "echo 3 > /proc/sys/vm/drop_caches; cat /tmp/disk/new" | cmp - /tmp/new'
in_os os2 "umount /tmp/disk"
check "the disk goes back" mintctl dev move "$disk" --to os1

# ---- it acts on 64-bit ones, and they on it ----

nic=$(bdf_of 8086:10d3)
check "os2 takes the NIC from os1" in_os os2 "mintctl dev move $nic --to os2"
check "it works there" uses os2 net "$nic" 10.0.1.15/24 10.0.1.2
check "os2 gives it to os3" in_os os2 "mintctl dev move $nic --to os3"
check "it works there" uses os3 net "$nic" 10.0.1.15/24 10.0.1.2
in_os os3 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1 &
check "os3 panics" wait_for 30 is os3 panicked
check "os2 starts it again" in_os os2 'mintctl os start os3 --wait 60'
check "it is up, 64 bit as before" sh -c '[ "$(mintctl os list --noheadings -o NAME,STATE,ARCH | grep os3 | xargs)" = "os3 up x86_64" ]'
check "os2 stops it as it runs, and starts it" in_os os2 'mintctl os restart os3 --force --wait 60'
in_os os3 'echo spin > /sys/kernel/debug/mint_test' > /dev/null 2>&1 &
check "os3 hangs" wait_for 30 is os3 hung
check "os2 fences and destroys it" in_os os2 'mintctl os destroy os3 --force'
check "its NIC is back" with "$nic" os1
check "and works" uses os1 net "$nic" 10.0.1.15/24 10.0.1.2

# ---- its ends ----

again() { [ "$(mintctl os list --noheadings -o NAME,STATE,STARTS | grep '^os2 ' | xargs)" = "os2 up $1" ]; }
starts=$(field os2 STARTS)
for file in kexec:/root/kexec kernel:/boot/bzImage-32 initrd:/boot/initrd-32; do
	mintctl os exec os2 -- sh -c "cat > /tmp/${file%%:*}" < "${file#*:}"
done
refused "it loads no crash kernel" 1 'not permitted' in_os os2 'chmod +x /tmp/kexec; /tmp/kexec crash /tmp/kernel'
check "kexec loads a kernel" in_os os2 '/tmp/kexec load /tmp/kernel /tmp/initrd "$(cat /proc/cmdline) kexec=1"'
in_os os2 '/tmp/kexec exec' > /dev/null 2>&1
check "it starts from that" wait_for 60 again $((starts + 1))
check_equal "with the line that it was given" "mark=2 kexec=1" "$(in_os os2 'tr " " "\n" < /proc/cmdline' | grep -E 'mark|kexec' | xargs)"
starts=$(field os2 STARTS)
in_os os2 reboot > /dev/null 2>&1
check "after a reboot it starts again" wait_for 60 again $((starts + 1))
check "crash: restart" mintctl os set os2 --on-crash restart
in_os os2 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1 &
check "after a panic it starts again" wait_for 60 again $((starts + 2))
check_equal "with both cores" 2 "$(in_os os2 nproc)"
in_os os2 'taskset 2 sh -c "echo spin > /sys/kernel/debug/mint_test" & taskset 1 sh -c "echo spin > /sys/kernel/debug/mint_test"' > /dev/null 2>&1 &
check "it hangs, with all cores" wait_for 30 is os2 hung
check "os1 fences it and starts it again" mintctl os restart os2 --force --wait 60
in_os os2 poweroff > /dev/null 2>&1
check "it powers off" wait_for 40 is os2 'powered off'
check "it is destroyed" mintctl os destroy os2

# ---- cores ----

# from NAME CORES IMAGE [OPTION]...: from an image that is there it starts quickly.
from()
{
	from_name=$1 from_cores=$2 from_image=$3
	shift 3
	mintctl os create "$from_name" --cores "$from_cores" --memory 192M "$@" &&
		mintctl os start "$from_name" --image "$from_image" --wait 60
}

check "a 64-bit image is loaded" mintctl image load large --kernel /boot/bzImage --initrd /boot/initrd
round=0
while [ $((round += 1)) -le "$cores" ]; do
	check "core 3, time $round: in a 64-bit OS" from os3 3-4 large
	check_equal "core 3, time $round: it works there" 2 "$(in_os os3 nproc)"
	check "core 3, time $round: it leaves" mintctl os destroy os3 --force
	check "core 3, time $round: in a 32-bit OS" from os2 2-3 small --arch 32
	check_equal "core 3, time $round: it works there" 2 "$(in_os os2 nproc)"
	check "core 3, time $round: it leaves" mintctl os destroy os2 --force
done
check "the 64-bit image goes" mintctl image remove large

check "a 32-bit OS is there" up_32 os2 2-3 128M
# Below 4 GiB, in one piece: so that it can be copied.
low=$(mintctl os show os2 | sed -n 's/^Memory: *\(0x[0-9a-f]*\)-.*/\1/p')
# A copy has to lie on such a boundary, as its source.
piece=$((128 << 20))
free=$(((low + 2 * piece - 1) / piece * piece))
check "and a 64-bit one" up os3 4 "128M@$free"
check "which the 32-bit one has copied" in_os os2 "mintctl os clone os3 os4 --cores 3 --memory @$((free + piece)) --wait 60"
check_equal "the copy runs" "os4 up x86_64" "$(mintctl os list --noheadings -o NAME,STATE,ARCH | grep os4 | xargs)"
for os in os4 os3 os2; do
	check "$os leaves" mintctl os destroy $os --force
done

# ---- what cannot be ----

check "memory that a 32-bit kernel does not reach" mintctl os create os2 --cores 2 --memory 128M
refused "it is not started there" 1 'must lie below [0-9]+M; see os create --memory' \
	mintctl os start os2 --image small
check "it is destroyed" mintctl os destroy os2
check "the image goes" mintctl image remove small
set_edu "$edu1" irq_mode msi
check_equal "all is as it was" "$before" "$(snapshot)"
check "table and hardware agree" verify
finish
GUEST
)
[ -n "$MINT_TEST_LONG" ] || leaves_out '^what was sent to the serial card'
for stop in $(rounds '' '1 2 3 4'); do
	check "what was sent to the serial card at stop $stop arrived" grep -qx "at$stop" "$dir/serial2"
done
check "the file system of the virtio disk is sound" e2fsck -fn "$dir/virtio.img"
check "that of the NVMe, too" e2fsck -fn "$dir/nvme.img"

finish
