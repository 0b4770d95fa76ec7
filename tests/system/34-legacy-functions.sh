#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A PCI function that is a legacy device as well goes with it, or not at all: the VGA
# card; an IDE controller at the fixed ports never does.  What only looks like one
# goes by itself.
#
# Covers: fault-legacy
# Short: every refusal once, and once round with both

. "$(dirname "$0")/lib.sh"

# 0000:00:02.0 is the VGA card; .3 a display that is none; .4 IDE at the fixed ports;
# below the port 0000:00:06.0, which passes on nothing for a VGA card, another one.
vm_ok vm --arg -device --arg VGA,addr=2 --arg -device --arg bochs-display,addr=3 \
	--arg -device --arg piix3-ide,addr=4 \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=6 \
	--arg -device --arg virtio-vga,bus=rp1 << 'END'
vga=0000:00:02.0 display=0000:00:03.0 ide=0000:00:04.0
second=$(lspci -Dn | awk '/ 0300: 1af4:/ { print $1 }')
class() { lspci -Dn -s "$1" | cut -d' ' -f2; }
check_equal "the functions are there" "0300: 0380: 0101: 0300:" \
	"$(echo $(class $vga) $(class $display) $(class $ide) $(class "$second"))"

no()
{
	no_name=$1
	no_before=$(snapshot)
	refused "$@"
	check_equal "$no_name: nothing has changed" "$no_before" "$(snapshot)"
}

owner() { mintctl dev list --noheadings -o BDF,OWNER | sed -n "s/^$1  *//p" | sed 's/ *$//'; }
create() { mintctl os create "$@" --memory 256M; }

no "the function without the legacy device" 1 "$vga is also the machine's vga: add --legacy vga" create os2 --cpus 2 --dev $vga
no "the legacy device without the function" 1 "vga is also the function $vga: add --dev $vga" create os2 --cpus 2 --legacy vga
no "an IDE controller at fixed ports" 1 "$ide uses the fixed ports of IDE disks" create os2 --cpus 2 --dev $ide
no "both and that one" 1 "$ide uses the fixed ports" create os2 --cpus 2 --legacy vga --dev $vga --dev $ide

check "an OS without either" up os2 2 256M
no "dev move of the VGA card" 1 "$vga is the vga of os1; os create --legacy vga takes both" mintctl dev move $vga --to os2
no "dev move by force" 1 "$vga is the vga of os1" mintctl dev move $vga --to os2 --force
no "dev move of the VGA card, ordered in os2" 1 "$vga is the vga of os1" mintctl os exec -n os2 -- mintctl dev move $vga --to os2
no "dev move of the IDE controller" 1 "$ide uses the fixed ports" mintctl dev move $ide --to os2
for free in $display "$second"; do
	check "dev move of $free, which has no fixed address" mintctl dev move "$free" --to os2 --allow-no-driver
	check_equal "os2 has it" os2 "$(owner "$free")"
	check "and back" mintctl dev move "$free" --to os1 --allow-no-driver
done

check "an OS with both" mintctl os create os3 --cpus 3 --memory 256M --legacy vga --dev $vga
check_equal "os3 has it" os3 "$(owner $vga)"
check "it starts" start os3
no "dev move away from its vga" 1 "$vga is the vga of os3" mintctl dev move $vga --to os1
no "to os2" 1 "$vga is the vga of os3" mintctl dev move $vga --to os2
check "stop os3" mintctl os stop os3
check "destroy os3" mintctl os destroy os3
check_equal "the function is home" os1 "$(owner $vga)"
check "and the legacy device: both can be given again" mintctl os create os3 --cpus 3 --memory 256M --legacy vga --dev $vga
check "destroy os3, never started" mintctl os destroy os3
check_equal "the function is home again" os1 "$(owner $vga)"
finish
END

finish
