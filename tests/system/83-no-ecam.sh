#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A machine without memory mapped configuration space: no function can be given away,
# and every command says that, says the same of what there is, and nothing changes.
#
# Covers: fault-no-ecam
# Short: each command once

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"
. "$(dirname "$0")/hotplug.sh"

serve_host vm
expect_panic vm os1 'sysrq triggered crash'
vm_ok vm --input --on-panic continue --timeout 120 --cmdline i6300esb.heartbeat=2 --arg -machine --arg pc --file "$devices_guest" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000,netdev=n1,addr=5 \
	--arg -netdev --arg user,id=n2,restrict=on --arg -device --arg i6300esb,addr=6 \
	< <(printf '%s\n' "$moves_prelude"; cat << 'GUEST'
nic=0000:00:05.0 plugged=0000:00:07.0
cause='no memory mapped PCI configuration \(ECAM\): no function can be moved'
functions() { lspci -D -n | cut -d' ' -f1 | sort | tr '\n' ' '; }
listed() { mintctl dev list --noheadings -o BDF | sort | tr '\n' ' ' | sed 's/  */ /g'; }
in_file() { sed 1d /sys/kernel/mint/devices | cut -d' ' -f1 | sort | tr '\n' ' '; }
in_tree() { mintctl dev tree | grep -oE '[0-9a-f]{4}:[0-9a-f:.]+' | sort | tr '\n' ' '; }
agree()
{
	check_equal "$1: dev list has what lspci has" "$(functions)" "$(listed)"
	check_equal "$1: so has /sys/kernel/mint/devices" "$(functions)" "$(in_file)"
	check_equal "$1: so has dev tree" "$(functions)" "$(in_tree)"
}

check "the machine has functions" test "$(functions | wc -w)" -ge 4
check_equal "the machine has no ECAM" "" "$(grep ECAM /proc/iomem)"
check "os2 is up" up os2 2 256M
agree boot
check_equal "from os2 it looks the same" "$(listed)" "$(mintctl os exec -n os2 -- mintctl dev list --noheadings -o BDF | sort | tr '\n' ' ' | sed 's/  */ /g')"
for bdf in $(functions); do
	mintctl dev show "$bdf" > /tmp/shown || not_ok "dev show $bdf"
	grep -qE 'Moves: *(no, this machine has no memory mapped|bridge|no, it is part of the chipset)' /tmp/shown || not_ok "dev show $bdf tells why it stays" "$(cat /tmp/shown)"
done
check "the addresses are right" sh -c "mintctl dev show $nic | grep -q 'BAR 0: *memory 0x$(lspci -n -v -s $nic | sed -n 's/.*Memory at \([0-9a-f]*\).*/\1/p' | head -n 1)'"
before=$(snapshot)
no()
{
	refused "$@"
	check_equal "$1: all is as it was" "$before" "$(snapshot)"
}
no "dev move" 1 "$cause" mintctl dev move $nic --to os2
no "of a bridge" 1 "$cause" mintctl dev move 00:00.0 --to os2
no "by force" 1 "$cause" mintctl dev move $nic --to os2 --force
no "a dry run" 1 "$cause" mintctl dev move $nic --to os2 --dry-run
no "from os2" 1 "$cause" mintctl os exec -n os2 -- mintctl dev move $nic --to os2
no "dev release" 1 "$cause" mintctl dev release $nic
no "os create --dev" 1 "$cause" mintctl os create os3 --cpus 3 --memory 64M --dev $nic
no "a policy" 1 "$cause" mintctl dev policy class:0200 os2
no "one that is not there" 1 'no PCI function 0000:00:1e.0' mintctl dev move 00:1e.0 --to os2
check "the NIC works" uses os1 net $nic 10.0.2.15/24 10.0.2.2

echo "host: device_add virtio-net-pci,netdev=n2,id=nic,addr=7"
check "plugged: it is listed" wait_for 30 with $plugged os1
agree plugged
refused "plugged: it stays, too" 1 "$cause" mintctl dev move $plugged --to os2
echo "host: device_del nic"
gone() { ! mintctl dev show $plugged; }
check "unplugged: it goes" wait_for 30 gone
agree unplugged

# A watchdog is stopped here, too, when its OS ends.
in_os os2 'sh -c "sleep 6; echo mint-vm: exit 0 > /dev/kmsg" > /dev/null 2>&1 &'
[ $failed -eq 0 ] || finish
echo > /dev/watchdog0
echo c > /proc/sysrq-trigger
GUEST
)
end_host
check_log "os1 ended by a panic" 'sysrq triggered crash' os1

finish
