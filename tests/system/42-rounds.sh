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
variant=normal

rounds=$(rounds 5 50)
# The slope of the first OS's memory that is taken for none, in KiB a round: so
# much of it is noise.
slope=$(rounds 600 60)

# The flood comes from the e1000, by way of a hub to an e1000e and a virtio NIC.
# The virtio NIC has a function level reset, the e1000e only that of its bus; and
# it ends QEMU on an assertion when its MSI-X is switched off, or off and on, in
# the middle of the flood without one.  The slots are pciehp's, which must not take
# the reset for an unplugged NIC; elsewhere they are ACPI's.
vm_ok vm --timeout $((120 + rounds * 30)) \
	--file "$(program flood)" --file "$(program canary)" \
	--arg -global --arg ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off \
	--arg -netdev --arg hubport,id=h1,hubid=1 \
	--arg -netdev --arg hubport,id=h2,hubid=1 \
	--arg -netdev --arg hubport,id=h3,hubid=1 \
	--arg -device --arg e1000,netdev=h1,addr=4 \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=6 \
	--arg -device --arg pcie-root-port,id=rp2,chassis=2,addr=7 \
	--arg -device --arg e1000e,bus=rp1,netdev=h2 \
	--arg -device --arg virtio-net-pci,bus=rp2,netdev=h3,disable-legacy=on < <(echo "rounds=$rounds slope=$slope"; cat << 'GUEST'
driven_by() { mintctl dev list --noheadings -o BDF,DRIVER | awk -v driver="$1" '$2 == driver { print $1 }'; }
bus_reset=$(driven_by e1000e)
function_reset=$(driven_by virtio-pci)
sender=$(driven_by e1000)
size=$((256 << 20))
interface=$(net-up "$sender" 10.0.0.1/24)
check "the flood has a way" test -n "$interface"
./flood "$interface" &
flood=$!

sent() { cat "/sys/class/net/$interface/statistics/tx_packets"; }
at_least() { [ "$($1)" -ge "$2" ]; }
# So much of the flood passes.
pass() { wait_for 20 at_least sent $(($(sent) + $1)); }
received() { in_os os2 "cat /sys/bus/pci/devices/$nic/$interfaces/statistics/rx_packets"; }
# shellcheck disable=SC2086 # a pattern
received_here() { cat /sys/bus/pci/devices/$nic/$interfaces/statistics/rx_packets; }

# A register that nobody uses and a reset clears.
mark() { in_os os2 "setpci -s $nic CACHE_LINE_SIZE=10"; }
marked() { [ "$(setpci -s "$nic" CACHE_LINE_SIZE)" = 10 ]; }

# With nothing on its way.
memory_now()
{
	kill -STOP "$flood"
	free_memory
	kill -CONT "$flood"
}

# one N: in odd rounds the OS is stopped in order, in even ones by force in the
# middle of the flood; each with either NIC.
one()
{
	case $(($1 % 4)) in
	1|2) nic=$bus_reset interfaces='net/*' ;;
	*) nic=$function_reset interfaces='virtio*/net/*' ;;
	esac
	up os2 2-3 256M --dev "$nic" || return
	base=$(mintctl os show os2 --json | sed -n 's/.*"address": \([0-9]*\),/\1/p')
	mintctl os exec -n os2 -- net-up "$nic" 10.0.0.2/24 || return
	wait_for 20 at_least received 100 || { echo "no flood in os2"; return 1; }
	mark
	[ "$(in_os os2 "setpci -s $nic CACHE_LINE_SIZE")" = 10 ] || { echo "no mark"; return 1; }
	./canary find "$base" $size || return
	if [ $(($1 % 2)) = 0 ]; then
		mintctl os destroy os2 --force || return
	else
		mintctl os destroy os2 || return
	fi
	! marked || { echo "the NIC was not reset"; return 1; }
	./canary fill "$base" $size || return
	pass 2000 || { echo "no flood"; return 1; }
	./canary check "$base" $size || return
	# It receives here, and not there.
	here=$(net-up "$nic" 10.0.0.3/24) || return
	wait_for 20 at_least received_here 100 || { echo "no flood in os1"; return 1; }
	./canary check "$base" $size || return
	ip link set "$here" down
}

before=$(snapshot)
: > /tmp/memory
n=0
while [ $n -lt "$rounds" ] && [ "$failed" -eq 0 ]; do
	n=$((n + 1))
	check "round $n" one $n
	check_equal "round $n: all is as it was before" "$before" "$(snapshot)"
	echo "$n $(memory_now)" >> /tmp/memory
done
# The first round fills caches that stay.
check_slope "the memory of os1 does not shrink by more than $slope KiB a round" "$slope" 2 /tmp/memory
finish
GUEST
)
check_no_log "each NIC is reset" 'keeps what its driver left|does not answer|does not come back' os1
check_no_log "no slot lost its link" 'Slot\(.*(Link Down|Card not present)' os1

finish
