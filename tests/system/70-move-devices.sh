#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each kind of device goes os1 -> os2 -> os3 -> os1 and works at each stop: what
# it reads back there, also of what other OSes wrote, is compared by checksums.
# Then everything is as it was: table, addresses, interrupt table.
#
# Covers: move-1
# Short: each device once
# Long: each device 5 times
# Long limit: 3600

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
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=3
	--arg -device --arg pcie-root-port,id=rp2,chassis=2,addr=4
	--arg -device --arg pcie-root-port,id=rp3,chassis=3,addr=5
	--arg -device --arg pcie-root-port,id=rp4,chassis=4,addr=6
	--arg -device --arg pcie-root-port,id=rp5,chassis=5,addr=7
	--arg -device --arg pcie-pci-bridge,id=br1,bus=rp5
	--arg -netdev --arg user,id=n1,restrict=on,net=10.0.1.0/24,host=10.0.1.2
	--arg -device --arg e1000e,netdev=n1,bus=rp1
	--arg -netdev --arg user,id=n2,restrict=on,net=10.0.2.0/24,host=10.0.2.2
	--arg -device --arg virtio-net-pci,netdev=n2,bus=rp2,disable-legacy=on
	--arg -drive --arg "file=$dir/virtio.img,format=raw,if=none,id=d1"
	--arg -device --arg virtio-blk-pci,drive=d1,bus=rp3,disable-legacy=on
	--arg -drive --arg "file=$dir/nvme.img,format=raw,if=none,id=d2"
	--arg -device --arg nvme,drive=d2,serial=1,bus=rp4
	--arg -netdev --arg user,id=n3,restrict=on,net=10.0.3.0/24,host=10.0.3.2
	--arg -device --arg e1000,netdev=n3,bus=br1,addr=1
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
	--arg -device --arg edu,addr=0x14
)

vm_ok vm --timeout $(($(rounds 1 5) * 500 + 100)) --file "$devices_guest" "${devices[@]}" \
	< <(echo "rounds=$(rounds 1 5)"; printf '%s\n' "$moves_prelude"; cat << 'GUEST'
bdf_of() { lspci -D -n -d "$1" | head -n "${2:-1}" | tail -n 1 | cut -d' ' -f1; }
on_bus() { lspci -D -n -d "$1" | grep -v '^0000:00:' | cut -d' ' -f1; }
on_root() { lspci -D -n -d "$1" | grep '^0000:00:' | cut -d' ' -f1; }

before=$(snapshot)
addresses_before=$(addresses)
check "os2 is up" up os2 2 256M
check "os3 is up" up os3 3 256M

# goes NAME BDF VERB [ARGUMENT]...: once round, used at each stop.
goes()
{
	goes_name=$1 bdf=$2
	shift 2
	stop=os1 goes_nr=0
	check "$goes_name works in os1" uses os1 "$1" "$bdf" $(arguments "$@")
	for to in os2 os3 os1; do
		goes_nr=$((goes_nr + 1))
		check "$goes_name goes from $stop to $to" mintctl dev move "$bdf" --to $to
		check_equal "it is there" $to "$(owner "$bdf")"
		check "$goes_name works in $to" uses $to "$1" "$bdf" $(arguments "$@")
		stop=$to
	done
}

# The arguments of VERB; %n is a name that no other stop has.
arguments() { shift; printf '%s ' "$@" | sed "s/%n/round$round.$goes_nr/g"; }

round=0 goes_nr=0
while [ $((round += 1)) -le "$rounds" ]; do
	goes "e1000e (MSI-X)" "$(bdf_of 8086:10d3)" net 10.0.1.15/24 10.0.1.2
	goes "e1000 behind a PCI bridge (INTx)" "$(on_bus 8086:100e)" net 10.0.3.15/24 10.0.3.2
	goes "e1000 on the root bus (INTx)" "$(on_root 8086:100e)" net 10.0.4.15/24 10.0.4.2
	goes "virtio-net" "$(bdf_of 1af4:1041)" net 10.0.2.15/24 10.0.2.2
	goes "virtio-blk with a file system" "$(bdf_of 1af4:1042)" fs %n
	goes "NVMe with a file system" "$(bdf_of 1b36:0010)" fs %n
	goes "AHCI" "$(lspci -D -n -s 00:11.0 | cut -d' ' -f1)" raw %n
	goes "xHCI with a USB stick" "$(bdf_of 1b36:000d)" raw %n
	goes "a serial card" "$(bdf_of 1b36:0002)" serial %n
	goes "edu" "$(bdf_of 1234:11e8)" edu
done

check "table and hardware agree" mintctl irq verify
check "os2 ends" mintctl os destroy os2
check "os3 ends" mintctl os destroy os3
# In two OSes, and back, some drivers are found later than at boot.
check_equal "addresses, windows and bus numbers are what they were" "$addresses_before" "$(addresses)"
check_equal "all is as it was before" "$before" "$(snapshot)"
finish
GUEST
)
for stop in 0 1 2 3; do
	check "what was sent to the serial card at stop $stop arrived" grep -qx "round1.$stop" "$dir/serial2"
done
check "the file system of the virtio disk is sound" e2fsck -fn "$dir/virtio.img"
check "that of the NVMe, too" e2fsck -fn "$dir/nvme.img"

finish
