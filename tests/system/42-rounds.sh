#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Create, start, exec, destroy, again and again in one boot, with a NIC under
# receive flood given and taken each time: every core, byte and device comes
# back, and the NIC writes nothing into memory that is no more its OS's.
#
# Covers: 4
# Short: 5 rounds
# Long: 50 rounds
# Long limit: 3600

. "$(dirname "$0")/lib.sh"

rounds=$(rounds 5 50)
# The slope of the first OS's memory that is taken for none, in KiB a round: so
# much of it is noise.
slope=$(rounds 600 60)

# The flood comes from the e1000, by way of a hub to a virtio NIC.  (Not to an
# e1000e: QEMU's stops on an assertion when MSI-X is switched off and on while
# it throttles interrupts, and it has no function level reset that would help.)
vm_ok vm --timeout $((120 + rounds * 30)) \
	--file "$(program flood)" --file "$(program canary)" \
	--arg -netdev --arg hubport,id=h1,hubid=1 \
	--arg -netdev --arg hubport,id=h2,hubid=1 \
	--arg -device --arg e1000,netdev=h1,addr=4 \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=6 \
	--arg -device --arg virtio-net-pci,bus=rp1,netdev=h2,disable-legacy=on < <(echo "rounds=$rounds slope=$slope"; cat << 'GUEST'
nic=$(mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "virtio-pci" { print $1 }')
sender=$(mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "e1000" { print $1 }')
size=$((256 << 20))
interface=$(net-up "$sender" 10.0.0.1/24)
check "the flood has a way" test -n "$interface"
./flood "$interface" &
flood=$!

sent() { cat "/sys/class/net/$interface/statistics/tx_packets"; }
at_least() { [ "$($1)" -ge "$2" ]; }
# So much of the flood passes.
pass() { wait_for 20 at_least sent $(($(sent) + $1)); }
received() { in_os os2 "cat /sys/bus/pci/devices/$nic/virtio*/net/*/statistics/rx_packets"; }
received_here() { cat /sys/bus/pci/devices/"$nic"/virtio*/net/*/statistics/rx_packets; }

# What can be used, KiB: with nothing on its way, what the allocators keep in
# reserve given back or counted.
free_memory()
{
	kill -STOP "$flood"
	echo 3 > /proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*; do
		[ -L "$cache" ] || echo 1 > "$cache/shrink"
	done
	cat /proc/sys/vm/stat_refresh
	awk '/^MemFree|^Buffers|^Cached|^SReclaimable/ { sum += $2 }
		/^ +count:/ { sum += 4 * $2 }
		END { print sum }' /proc/meminfo /proc/zoneinfo
	kill -CONT "$flood"
}

# one N: in odd rounds the OS is stopped in order, in even ones by force in the
# middle of the flood.
one()
{
	up os2 2-3 256M --dev "$nic" || return
	base=$(mintctl os show os2 --json | sed -n 's/.*"address": \([0-9]*\),/\1/p')
	mintctl os exec -n os2 -- net-up "$nic" 10.0.0.2/24 || return
	wait_for 20 at_least received 100 || { echo "no flood in os2"; return 1; }
	./canary find "$base" $size || return
	if [ $(($1 % 2)) = 0 ]; then
		mintctl os destroy os2 --force || return
	else
		mintctl os destroy os2 || return
	fi
	./canary fill "$base" $size || return
	pass 2000 || { echo "no flood"; return 1; }
	./canary check "$base" $size || return
	# It receives here, and not there.
	net-up "$nic" 10.0.0.3/24 || return
	wait_for 20 at_least received_here 100 || { echo "no flood in os1"; return 1; }
	./canary check "$base" $size || return
	ip link set "$(basename /sys/bus/pci/devices/"$nic"/virtio*/net/*)" down
}

before=$(snapshot)
: > /tmp/memory
n=0
while [ $n -lt "$rounds" ] && [ "$failed" -eq 0 ]; do
	n=$((n + 1))
	check "round $n" one $n
	check_equal "round $n: all is as it was before" "$before" "$(snapshot)"
	echo "$n $(free_memory)" >> /tmp/memory
done
# The first round fills caches that stay. Least squares over the others.
check "the memory of os1 does not shrink by more than $slope KiB a round" awk -v bound="$slope" '
	{ print "after round " $1 ": " $2 " KiB" }
	$1 > 1 { n++; x += $1; y += $2; xx += $1 * $1; xy += $1 * $2 }
	END {
		slope = n > 1 ? (n * xy - x * y) / (n * xx - x * x) : -bound
		printf "slope %.0f KiB a round\n", slope
		exit slope <= -bound
	}' /tmp/memory
printf '%s\n' "$check_output" | sed 's/^/# /'
finish
GUEST
)
for os in os1 os2; do
	check_no_log "$os has nothing to complain of" 'WARNING|BUG:|Oops|Call Trace|stall|Tx Unit Hang' "$os"
done

finish
