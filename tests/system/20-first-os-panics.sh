#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The first OS panics; the other one and its NIC go on, and it can say what
# became of the first.
#
# Covers: 6
# Short: 20 s
# Long: 2 min

. "$(dirname "$0")/lib.sh"
variant=normal

seconds=$(rounds 20 120)

# What os2 does; it reports through its kernel log, for nobody else is left.
cat > "$dir/after.sh" << 'END'
. /usr/lib/mint/test.sh
seconds=$1
{
	heartbeat /tmp/beat &
	check "the first ping is answered" ping -c 1 -w 10 10.0.2.2
	touch /tmp/ready
	wait_for 60 is os1 panicked
	check_equal "os list says that os1 panicked" panicked "$(field os1 STATE)"
	check "os log shows the panic" sh -c "mintctl os log os1 | grep 'Kernel panic - not syncing: sysrq'"
	refused "exec in os1 is refused" 125 'os1' mintctl os exec -n os1 -- true
	# As fast as answers come, and at least 10 a second.
	check "no ping was lost" pinger /tmp/ping 10.0.2.2 -A -w "$seconds"
	check "there were many" awk -v wanted=$((seconds * 10)) '{ print; exit !($3 >= wanted) }' /tmp/ping
	check_heartbeat "os2 did not notice" "$seconds" /tmp/beat
	check "os2's cores go offline and online" sh -c 'cd /sys/devices/system/cpu/cpu1 && echo 0 > online && echo 1 > online && test $(cat online) = 1'
	check "os2 creates another OS" sh -c 'mintctl os create os3 --cpus 3 --memory 64M && mintctl os destroy os3'
	cat /tmp/ping
} > /tmp/result 2>&1
sed 's/^/after: /' /tmp/result > /dev/kmsg
echo "mint-vm: exit $failed" > /dev/kmsg
END

expect_panic vm os1 'sysrq triggered crash'
vm_ok vm --on-panic continue --timeout $((seconds + 180)) --file "$dir/after.sh" \
	--arg -netdev --arg user,id=net,restrict=on \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=6 \
	--arg -device --arg e1000e,bus=rp1,netdev=net < <(echo "seconds=$seconds"; cat << 'END'
nic=$(mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "e1000e" { print $1 }')
mkdir /tmp/x
check "os2 is up, with the NIC" up os2 2-3 256M --dev "$nic"
check "the NIC has a link there" mintctl os exec -n os2 -- net-up "$nic" 10.0.2.15/24
mintctl os exec os2 -- sh -c 'cat > /tmp/after.sh' < after.sh
in_os os2 "sh /tmp/after.sh $seconds > /dev/null 2>&1 &"
check "it pings" wait_for 30 mintctl os exec -n os2 -- test -e /tmp/ready
[ "$failed" -eq 0 ] || finish
echo c > /proc/sysrq-trigger
END
)

# Its results, from its log.
declare_checks "$dir/after.sh"
sed -n 's/.*] after: //p' "$dir/vm/os2.log" > "$dir/vm.after"
take_over "$dir/vm.after"
check_log "os1 panicked" 'Kernel panic - not syncing: sysrq' os1

finish
