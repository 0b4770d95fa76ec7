#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Machines and partitions of other shapes: cores that are not neighbours, eight
# cores, memory wholly above 4 GiB, an address of the caller's choice, three OSes.
#
# Covers: 7
# Short: 3 machines

. "$(dirname "$0")/lib.sh"
variant=normal

# shellcheck disable=SC2054 # the commas are QEMU's
nic=(--arg -netdev --arg user,id=net,restrict=on
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=6
	--arg -device --arg e1000e,bus=rp1,netdev=net)

# What every one of these machines does with its further OSes.
cat > "$dir/shape.sh" << 'END'
nic() { mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "e1000e" { print $1 }'; }

# works NAME CORES: so many cores, each of which runs programs; the mask of core
# N is that of the Nth of Linux.
works()
{
	check_equal "$1 has its cores" "$2" "$(in_os "$1" nproc)"
	check_equal "each core of $1 runs programs" "$(seq "$2" | xargs)" "$(in_os "$1" 'n=0
		while [ $n -lt $(nproc) ]; do taskset $(printf %x $((1 << n))) sh -c "echo $((n + 1))"; n=$((n + 1)); done' | xargs)"
}

address() { mintctl os show "$1" --json | sed -n 's/.*"address": \([0-9]*\),/\1/p'; }

# place CORE OFFSET: an address so far into the piece of the pool that is chosen
# for an OS when the caller does not care.
place()
{
	mintctl os create place --cpus "$1" --memory 256M
	echo $(($(address place) + $2))
	mintctl os destroy place
}

# The NIC of os2 answers, with all its interrupts.
pings()
{
	check "$1: its NIC has a link" mintctl os exec -n "$1" -- net-up "$2" 10.0.2.15/24
	check "$1: and answers" mintctl os exec -n "$1" -- ping -A -q -c 200 -w 20 10.0.2.2
	check "$1: without a loss" sh -c "echo '$check_output' | grep -E '200 received, 0% packet loss'"
}
END

vm_ok cores-1-3 --file "$dir/shape.sh" "${nic[@]}" << 'END'
. ./shape.sh
before=$(snapshot)
bdf=$(nic)
check "cores 1 and 3 of 4" up os2 1,3 256M --dev "$bdf"
check_equal "the donor has the others" 0,2 "$(cat /sys/devices/system/cpu/online)"
works os2 2
pings os2 "$bdf"
place=$(place 2 $((34 << 20)))
check "memory where the caller wants it" mintctl os create os3 --cpus 2 --memory "128M@$place"
check_equal "it is there" "$place" "$(address os3)"
check "it runs there" start os3
works os3 1
check "all is given back" sh -c 'mintctl os destroy os3 && mintctl os destroy os2'
check_equal "all is as it was before" "$before" "$(snapshot)"
finish
END

# 8 cores and 6 GiB: the pool is on both sides of the hole below 4 GiB.
vm_ok large --smp 8 --memory 6G --file "$dir/shape.sh" "${nic[@]}" << 'END'
. ./shape.sh
before=$(snapshot)
bdf=$(nic)
place=$(place 2 $((130 << 20)))
check "there is a place above 4 GiB" test "$place" -ge $((4 << 30))
check "cores 2, 5 and 6 of 8, above 4 GiB" up os2 2,5,6 "256M@$place" --dev "$bdf"
works os2 3
check_equal "its memory is there" "$place" "$(address os2)"
dma=$(mintctl os show os2 --json | sed -n 's/.*"dma_address": \([0-9]*\),/\1/p')
check "its slice for devices is below" test "$dma" -gt 0 -a "$dma" -lt $((4 << 30))
pings os2 "$bdf"
check "three OSes" up os3 1,7 512M
works os3 2
check "four" up os4 3-4 300M
works os4 2
check_equal "the first has the rest" 1 "$(nproc)"
check_equal "each knows all" "os1 os2 os3 os4" "$(in_os os4 'mintctl os list --noheadings -o NAME' | xargs)"
check "each runs commands in each" sh -c 'for a in os2 os3 os4; do for b in os1 os2 os3 os4; do
	test "$(mintctl os exec -n $a -- mintctl os exec -n $b -- hostname)" = $b || exit 1; done; done'
check "all is given back" sh -c 'for os in os3 os2 os4; do mintctl os destroy $os || exit 1; done'
check_equal "all is as it was before" "$before" "$(snapshot)"
finish
END

# The smallest that can be.
vm_ok small --smp 2 --memory 432M --pool 208M --file "$dir/shape.sh" << 'END'
. ./shape.sh
before=$(snapshot)
check "one core of two, little memory" up os2 1 128M
works os2 1
check_equal "each has one" "1 1" "$(nproc) $(in_os os2 nproc)"
check "destroy" mintctl os destroy os2
check_equal "all is as it was before" "$before" "$(snapshot)"
finish
END

finish
