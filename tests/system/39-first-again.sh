#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The first OS starts again beside others, in every way that another one can: they, their
# devices, the lines and the core that they share with it go on; it is what it was, with
# ACPI, its cores, its devices and its interrupts, and what others had of it comes home.
#
# Covers: start-4
# Short: 1 round of 6 ways
# Long: 20 rounds of 6 ways
# Limit: 300
# Long limit: 3600

. "$(dirname "$0")/lib.sh"

rounds=$(rounds 1 20)

# What os2 does; it reports through its kernel log, as the first OS is gone now and then.
cat > "$dir/rounds.sh" << 'END'
. /usr/lib/mint/test.sh
rounds=$1 own=$2 line=$3 nic=$4 other=$5
cd /tmp

starts() { field os1 STARTS; }
again() { [ "$(mintctl os list --noheadings -o NAME,STATE,STARTS | grep "^os1 " | xargs)" = "os1 up $1" ]; }
# It ends, and the connection may end with it.
does() { in_os os1 "$@" > /dev/null 2>&1 || true; }
way_reboot() { does reboot; }
way_ask() { mintctl os restart os1; }
way_force() { mintctl os restart os1 --force; }
way_crash() { does 'echo c > /proc/sysrq-trigger'; }
way_stop() { mintctl os stop os1 && mintctl os start os1 --wait 60; }
way_kexec()
{
	for file in kexec kernel initrd; do
		mintctl os exec os1 -- sh -c "cat > /tmp/$file" < /tmp/$file || return
	done
	in_os os1 "chmod +x /tmp/kexec && /tmp/kexec load /tmp/kernel /tmp/initrd \"\$(cat /proc/cmdline)\"" || return
	does 'sync; /tmp/kexec exec'
}
# What of it must be there again, and what of others may not have changed.
state()
{
	in_os os1 'nproc; cat /proc/cmdline; grep -E "System RAM|given away" /proc/iomem | sed "s/^ *//"; grep -w acpi /proc/interrupts | sed "s/ .*//"'
	mintctl dev list -o BDF,STATE,OWNER,HOME,DRIVER
	mintctl os list -o NAME,STATE,CORES,MEMORY --noheadings | sort
	mintctl irq list -o OWNER,TYPE,GSI,DEVICE --noheadings | grep -v '^os1 ' | sort
}
# one WAY: no packet of anybody is lost, and it has what it had.
one()
{
	n=$(starts)
	"way_$1" || return
	wait_for 60 again $((n + 1)) || { mintctl os list; mintctl os log os1 | tail -n 20; return 1; }
	mintctl os exec -n os1 -- net-up $own 10.0.2.15/24 || return
	mintctl os exec -n os1 -- net-up $line 10.0.3.15/24 || return
	mintctl os exec -n os1 -- ping -q -c 3 -i 0.1 -w 20 10.0.2.2 || return
	mintctl os exec -n os1 -- ping -q -c 3 -i 0.1 -w 20 10.0.3.2 || return
	mintctl irq verify || return
	mintctl os exec -n os1 -- mintctl irq verify
}

{
	heartbeat /tmp/beat &
	heartbeat_in os3
	pinger /tmp/ping 10.0.4.2 -i 0.1 > /dev/null 2>&1 &
	in_os os3 'pinger /tmp/ping 10.0.5.2 -i 0.1 > /dev/null 2>&1 &'
	check "os1 restarts when it crashes" mintctl os set os1 --on-crash restart
	round=0
	while [ $round -lt $rounds ] && [ "$failed" -eq 0 ]; do
		round=$((round + 1))
		for way in reboot kexec ask crash stop force; do
			check "round $round: $way" one $way
			state > /tmp/now
			[ -e /tmp/before ] || cp /tmp/now /tmp/before
			check "round $round: $way: all is as after the first" diff /tmp/before /tmp/now
		done
	done
	check_equal "without the core that os2 has" "0-1" "$(in_os os1 'cat /sys/devices/system/cpu/online')"
	refused "and does not take it" 1 'I/O error|not permitted' mintctl os exec -n os1 -- sh -c 'echo 1 > /sys/devices/system/cpu/cpu2/online'
	check_equal "com2 is os3's" "os3" "$(mintctl os list --noheadings -o NAME,LEGACY | awk '/com2/ { print $1 }')"
	refused "its driver keeps off" 1 'I/O error|Input/output' mintctl os exec -n os1 -- sh -c 'stty -F /dev/ttyS1'
	check "os2 lost no packet" pinger --stop /tmp/ping
	check "os3 neither" in_os os3 'pinger --stop /tmp/ping'
	check_heartbeat "os2 did not notice" 5 /tmp/beat
	in_os os3 'cat /tmp/beat' > /tmp/beat3
	check_heartbeat "os3 did not notice" 5 /tmp/beat3

	# What was given away in a former life comes home to this one.
	check "a NIC comes home" mintctl dev move $other --to os1 --force
	check "it works there" mintctl os exec -n os1 -- sh -c "net-up $other 10.0.5.15/24 && ping -q -c 3 -i 0.1 -w 20 10.0.5.2"
	check "it goes again" mintctl dev move $other --to os3 --force
	check "os3 goes" mintctl os destroy os3 --force
	home() { [ "$(in_os os1 'cat /sys/devices/system/cpu/online')" = 0-1,3 ]; }
	check "its core comes home" wait_for 20 home
	check_equal "com2, too" "os1" "$(mintctl os list --noheadings -o NAME,LEGACY | awk '/com2/ { print $1 }')"
	check "its driver has it" wait_for 10 mintctl os exec -n os1 -- stty -F /dev/ttyS1
	check "its NIC is home" mintctl os exec -n os1 -- sh -c "net-up $other 10.0.5.16/24 && ping -q -c 3 -i 0.1 -w 20 10.0.5.2"
	check "table and hardware agree" mintctl irq verify
	check "os1 is to start from that image again" mintctl os set os1 --image web
	check_equal "the one of kexec is gone" "1" "$(mintctl image list --noheadings | wc -l)"
} > /tmp/result 2>&1
while IFS= read -r line; do echo "rounds: $line"; done < /tmp/result > /tmp/lines
while IFS= read -r line; do printf '%s\n' "$line" > /dev/kmsg; done < /tmp/lines
echo "mint-vm: exit $((failed != 0))" > /dev/kmsg
END

expect_panic vm os1 'sysrq triggered crash'
# It crashes, or is stopped, with an interrupt of the line that they share.
allow_log vm os2 'GSI [0-9]+: os1 does not acknowledge, it is out of the rounds'
# pciehp: a slot that looks empty, as what is in it is another OS's, stays on.
vm_ok vm --smp 4 --on-panic continue --timeout "$(rounds 250 3500)" --file "$dir/rounds.sh" \
	--file "$(program kexec)" --arg -global --arg ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg virtio-net-pci,netdev=n1,addr=4,disable-legacy=on \
	--arg -netdev --arg user,id=n2,restrict=on,net=10.0.3.0/24 --arg -device --arg e1000,netdev=n2,addr=5 \
	--arg -netdev --arg user,id=n3,restrict=on,net=10.0.4.0/24 --arg -device --arg e1000,netdev=n3,addr=9 \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=6 \
	--arg -netdev --arg user,id=n4,restrict=on,net=10.0.5.0/24 --arg -device --arg e1000e,bus=rp1,netdev=n4 \
	< <(echo "rounds=$rounds"; cat << 'END'
own=0000:00:04.0 line=0000:00:05.0 nic=0000:00:09.0
other=$(mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "e1000e" { print $1 }')
refused "an image that is not there" 1 'no such image' mintctl os set os1 --image nobody
check "load an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
check "it is what os1 starts again from" mintctl os set os1 --image web
check "create os2, with a NIC on a line that os1 has" mintctl os create os2 --cores 2 --memory 512M --dev $nic
check "start it" mintctl os start os2 --image web --wait 60
check "create os3, with a NIC below a port of os1" mintctl os create os3 --cores 3 --memory 192M --dev $other --legacy com2
check "start it" mintctl os start os3 --image web --wait 60
check "os2's NIC" mintctl os exec -n os2 -- net-up $nic 10.0.4.15/24
check "os3's NIC" mintctl os exec -n os3 -- net-up $other 10.0.5.15/24
net-up $line 10.0.3.15/24 > /dev/null
check "os1's line is shared" sh -c "mintctl irq list --noheadings -o OWNER,DEVICE,TYPE | grep $line | grep shared"
for file in rounds.sh:rounds.sh kexec:kexec /boot/bzImage:kernel /boot/initrd:initrd; do
	check "os2 gets ${file#*:}" mintctl os exec os2 -- sh -c "cat > /tmp/${file#*:}" < "${file%:*}"
done
[ "$failed" -eq 0 ] || finish
in_os os2 "sh /tmp/rounds.sh $rounds $own $line $nic $other > /dev/null 2>&1 &"
await_the_end 3500
END
)

# Its results, from its log.
declare_checks "$dir/rounds.sh"
sed -n 's/.*] rounds: //p' "$dir/vm/os2.log" > "$dir/vm.rounds"
take_over "$dir/vm.rounds"
check_log "os1 was started again beside others" 'this is OS 1, started again beside others' os1

finish
