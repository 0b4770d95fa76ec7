#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What goes wrong on the way of a device: it ends with one OS, or with nobody and
# silent; the command says which and why; a second try works.
#
# Covers: move-5
# Short: each failure once

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hotplug.sh"

expect_panic vm os2 'end of phase [1-8] of a move, as the test wants it'
for os in os2 os3; do
	expect_panic vm $os 'sysrq triggered crash'
done
vm_ok vm --timeout 1200 --on-panic continue --file "$devices_guest" \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=3 \
	--arg -netdev --arg user,id=n1,restrict=on \
	--arg -device --arg virtio-net-pci,netdev=n1,bus=rp1,disable-legacy=on \
	< <(printf '%s\n' "$moves_prelude"; cat << 'GUEST'
nic=0000:01:00.0

# again NAME: wherever it is, a second try brings it to os1, where it works.
again()
{
	if ! with $nic os1; then
		check "$1: a second try brings it to os1" mintctl dev move $nic --to os1
	fi
	check "$1: it works there" uses os1 net $nic 10.0.2.15/24 10.0.2.2
}

anew() { mintctl os destroy "$1" --force && up "$1" "$2" 256M; }

check "os2 is up" up os2 2 256M
check "os3 is up" up os3 3 256M

# ---- one side stalls: numbers are MINT_PHASE_* of <mint/abi.h> ----

for phase in 1:unbind 2:quiesce 3:reset 4:release; do
	name="os2 stalls at ${phase#*:}"
	check "$name: it has the NIC" mintctl dev move $nic --to os2
	at_phase os2 "stall ${phase%%:*}"
	refused "$name: the move ends in time" 1 'os2' mintctl dev move $nic --to os1 --timeout 2
	check_equal "$name: it is os2's" os2 "$(owner $nic)"
	at_phase os2 go
	wait_for 10 uses os2 net $nic 10.0.2.15/24 10.0.2.2 || not_ok "$name: it works there again" ''
	again "$name"
done
for phase in 5:notify 6:claim 7:scan 8:bind; do
	name="os2 stalls at ${phase#*:}"
	at_phase os2 "stall ${phase%%:*}"
	refused "$name: the move ends in time" 1 'os2 has .* does not finish' mintctl dev move $nic --to os2 --timeout 2
	check_equal "$name: it is os2's" os2 "$(owner $nic)"
	at_phase os2 go
	again "$name"
done

# ---- one side dies ----

for phase in 1:unbind 2:quiesce 3:reset 4:release; do
	name="os2 dies at ${phase#*:}"
	check "$name: it has the NIC" mintctl dev move $nic --to os2
	at_phase os2 "die ${phase%%:*}"
	check "$name: os1 gets it all the same" mintctl dev move $nic --to os1
	check "$name: os2 is dead" is os2 panicked
	again "$name"
	check "$name: os2 is made anew" anew os2 2
done
for phase in 5:notify 6:claim 7:scan 8:bind; do
	name="os2 dies at ${phase#*:}"
	at_phase os2 "die ${phase%%:*}"
	refused "$name: the move fails" 1 'os2 did not take .* back with os1' mintctl dev move $nic --to os2
	check_equal "$name: it is os1's" os1 "$(owner $nic)"
	again "$name"
	check "$name: os2 is made anew" anew os2 2
done

# ---- both die: nobody's, and silent ----

check "both die: os2 has the NIC" mintctl dev move $nic --to os2
at_phase os3 'stall 5'
mintctl dev move $nic --to os3 --timeout 5 > /tmp/out 2>&1 &
mover=$!
check "both die: os3 is in the middle" wait_for 10 stalled os3
in_os os2 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1 &
check "both die: os2 is dead" wait_for 20 is os2 panicked
in_os os3 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1 &
check "both die: os3 is dead" wait_for 20 is os3 panicked
wait $mover && not_ok "both die: the move fails" ''
check "both die: it is nobody's" wait_for 10 with $nic -
check "both die: os2 is destroyed" mintctl os destroy os2
check "both die: os3 is destroyed" mintctl os destroy os3
again "both die"
check "os2 is up" up os2 2 256M
check "os3 is up" up os3 3 256M

# ---- who orders dies ----

at_phase os2 'stall 6'
in_os os3 "mintctl dev move $nic --to os2" > /dev/null 2>&1 &
check "who orders dies: os2 is in the middle" wait_for 10 stalled os2
check "who orders dies: os3 is destroyed" mintctl os destroy os3 --force
at_phase os2 go
check "who orders dies: it gets there" wait_for 10 with $nic os2
check "who orders dies: it works there" uses os2 net $nic 10.0.2.15/24 10.0.2.2
again "who orders dies"
check "os3 is up" up os3 3 256M

# ---- two at once ----

at_phase os1 'stall 1'
mintctl dev move $nic --to os2 > /tmp/first 2>&1 &
first=$!
check "two at once: os1 is in the middle" wait_for 10 stalled os1
refused "two at once: the second is refused, with the name of the first" 1 'being moved already, by os1' \
	mintctl os exec -n os3 -- mintctl dev move $nic --to os3
at_phase os1 go
wait $first
check_equal "two at once: the first is done" 0 $?
check_equal "two at once: it is os2's" os2 "$(owner $nic)"
again "two at once"

# ---- no driver ----

check "os3 ends" mintctl os destroy os3 --force
check "an OS without the driver" mintctl os create os3 --cpus 3 --memory 256M
check "starts" mintctl os start os3 --kernel /boot/bzImage --initrd /boot/initrd --wait 60 \
	--cmdline initcall_blacklist=virtio_pci_driver_init
refused "no driver: it comes back" 1 'no driver in os3 took .*back with os1' mintctl dev move $nic --to os3
again "no driver"
check "no driver: allowed" mintctl dev move $nic --to os3 --allow-no-driver
check_equal "no driver: it is os3's" os3 "$(owner $nic)"
again "no driver, allowed"

# ---- a shutdown of either side ----

at_phase os2 'stall 6'
mintctl dev move $nic --to os2 > /tmp/out 2>&1 &
mover=$!
check "the new side shuts down: in the middle" wait_for 10 stalled os2
in_os os2 'poweroff -f' > /dev/null 2>&1 &
check "the new side shuts down: it is off" wait_for 20 is os2 'powered off'
wait $mover && not_ok "the new side shuts down: the move fails" ''
check_equal "the new side shuts down: it is os1's" os1 "$(owner $nic)"
again "the new side shuts down"
check "os2 is made anew" anew os2 2
check "os2 has the NIC" mintctl dev move $nic --to os2
at_phase os2 'stall 1'
mintctl dev move $nic --to os1 > /tmp/out 2>&1 &
mover=$!
check "the old side shuts down: in the middle" wait_for 10 stalled os2
in_os os2 'poweroff -f' > /dev/null 2>&1 &
wait $mover
check_equal "the old side shuts down: the move is done" 0 $?
again "the old side shuts down"

# ---- in use ----

net-up $nic 10.0.2.15/24 > /dev/null
refused "in use: refused, with the user" 1 'in use in os1: .* is up with 10.0.2.15/24' mintctl dev move $nic --to os3 --allow-no-driver
refused "in use: a dry run says so, too" 1 'in use in os1' mintctl dev move $nic --to os3 --dry-run
check "in use: it is still up" ping -c 1 -W 5 10.0.2.2
check "in use: unless forced" mintctl dev move $nic --to os3 --allow-no-driver --force
again "in use"
check "a dry run of what would be done" mintctl dev move $nic --to os3 --dry-run
check_equal "does nothing" os1 "$(owner $nic)"
check "released" mintctl dev release $nic
check_equal "it is nobody's" - "$(owner $nic)"
again "released"
finish
GUEST
)

finish
