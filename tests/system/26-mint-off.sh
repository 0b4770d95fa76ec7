#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Where Mint cannot be on, the first OS goes on as a plain kernel: user space, disk, NIC
# and cores work, the reason is told, and the machine can be switched off.
#
# Covers: Mint off
# Short: four reasons
# Long: every stage of the set-up

. "$(dirname "$0")/lib.sh"

truncate -s 8M "$dir/disk"

# off NAME REASON CMDLINE MINIMAL-MEMORY-IN-MIB
off()
{
	local name=$1

	# What it says when it stays off, and nothing else.
	allow_log "$name" os1 'mint: cannot .*Mint stays off'
	vm "$name" --smp 2 --timeout 60 --cmdline "$3" \
		--arg -drive --arg "if=none,id=disk,file=$dir/disk,format=raw" \
		--arg -device --arg ide-hd,drive=disk \
		--arg -netdev --arg user,id=net,restrict=on --arg -device --arg e1000e,netdev=net \
		< <(echo "reason='$2' memory=$4"; cat << 'END'
refused "mintctl says why" 1 "Mint is off: .*$reason.*see the kernel log" mintctl os list
check "so does the file" grep -E "$reason" /sys/kernel/mint_off
check "there is nothing else of it" sh -c '! [ -e /dev/mint ] && ! [ -e /sys/kernel/mint ]'
check "memory" awk -v wanted=$memory '/^MemTotal/ { exit $2 < wanted * 1024 }' /proc/meminfo
check "the disk is written" sh -c 'dd if=/boot/bzImage of=/dev/sda bs=1M count=4 conv=fsync'
check "and read" sh -c 'echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/sda bs=1M count=4 | cmp -n 4194304 - /boot/bzImage'
check "the NIC is there" sh -c 'ip addr add 10.0.2.15/24 dev eth0 && ip link set eth0 up'
check "it pings" wait_for 10 ping -c 1 10.0.2.2
check "interrupts come by the I/O APIC" sh -c 'grep -E "IO-APIC" /proc/interrupts && ! grep -w Mint /proc/interrupts'
check "a core goes offline and online" sh -c 'cd /sys/devices/system/cpu/cpu1 && echo 0 > online && echo 1 > online && [ $(cat online) = 1 ]'
poweroff -f
END
) || :
	check "$name: the machine is off" grep -qx poweroff "$dir/$name/result"
}

off low-pages 'no .* of free memory in .*, below 1 MiB' "memmap=508K\$0x10000" 1800
off apic 'moved the local APICs' mint_fault=apic 1800
off take-over 'cannot take over the interrupts' mint_fault=irq-half:3 800
off park 'cannot set up the park page' mint_fault=park 800
if [ -n "${MINT_TEST_LONG:-}" ]; then
	off syntax 'multiples of 2M' mint_pool=3K 1800
	off too-much 'no .*M in one piece; [1-9][0-9]*M is the largest' mint_pool=9000M 1800
	off map 'cannot map the shared area' mint_fault=map 800
	off build 'cannot build the shared area' mint_fault=build 800
	off guard 'cannot guard its cores' mint_fault=guard 800
	off irq 'cannot take over the interrupts' mint_fault=irq 800
fi

finish
