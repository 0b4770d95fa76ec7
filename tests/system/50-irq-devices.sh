#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every kind of device interrupts in the first OS as it does without Mint, and so
# do a device with INTx and a serial port in a further OS; drivers can move, mask
# and thread their interrupts, and cores go and come beneath them.
#
# Covers: irq-2
# Short: each device once

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

truncate -s 16M "$dir/disk"
serve_host vm
# shellcheck disable=SC2054 # the commas are QEMU's
devices=(--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000,netdev=n1,addr=4
	--arg -netdev --arg user,id=n2,restrict=on --arg -device --arg rtl8139,netdev=n2,addr=5
	--arg -drive --arg "file=$dir/disk,format=raw,if=none,id=d1"
	--arg -device --arg ide-hd,drive=d1,bus=ide.0
	--arg -device --arg edu,addr=6)

expect_log vm os1 'GSI [0-9]+ storms: 1000 interrupts in a row'
vm_ok vm --input --timeout 180 --file "$irq_guest" "${devices[@]}" << 'END'
. ./irq.sh
e1000=0000:00:04.0 rtl8139=0000:00:05.0 ahci=0000:00:1f.2 edu=0000:00:06.0

# ---- the first OS ----

hear() { asked "com1 hello" head -n 1 /dev/ttyS0; grep hello /tmp/asked; }
alarm() { echo 0 > /sys/class/rtc/rtc0/wakealarm; echo +2 > /sys/class/rtc/rtc0/wakealarm; }

press() { asked "key a" head -c 24 "/dev/input/$keyboard"; [ "$(wc -c < /tmp/asked)" -eq 24 ]; }
keyboard=$(grep -l 'AT Translated' /sys/class/input/event*/device/name | cut -d/ -f5)

interface=$(net-up $e1000 10.0.2.15/24)
interrupts "e1000 with INTx" "$interface" $e1000 ping -A -q -c 50 -w 20 10.0.2.2
check_equal "its trigger and polarity are in the table" "level high" \
	"$(table os1 $e1000 trigger) $(table os1 $e1000 polarity)"
interrupts "AHCI" "ahci[$ahci]" $ahci dd if=/dev/sda of=/dev/null bs=64k count=64 iflag=direct
interrupts "serial input" ttyS0 gsi:4 hear
interrupts "RTC alarm" rtc0 gsi:8 alarm
interrupts "ACPI power button" acpi gsi:9 host power-button
interrupts "PS/2 keyboard" i8042 gsi:1 press
check "table and hardware agree" verify

# ---- what drivers and administrators do ----

# moves_to CPU: by hand, as irqbalance would.
moves_to()
{
	echo "$1" > "/proc/irq/$virq/smp_affinity_list" || return
	moves_before=$(awk -v virq="$virq:" -v column=$(($1 + 2)) '$1 == virq { print $column }' /proc/interrupts)
	ping -A -q -c 50 -w 20 10.0.2.2 || return
	moves_after=$(awk -v virq="$virq:" -v column=$(($1 + 2)) '$1 == virq { print $column }' /proc/interrupts)
	echo "CPU $1 had $moves_before, now $moves_after; the table says core $(table os1 $e1000 dest)"
	[ $((moves_after - moves_before)) -ge 20 ] && [ "$(table os1 $e1000 dest)" = "$1" ]
}

answers() { ping -A -q -c "${1:-50}" -w 20 10.0.2.2; }
virq=$(virq "$interface")
for cpu in 2 0 3 1; do
	check "the e1000's interrupt moves to CPU $cpu" moves_to $cpu
done

answers 100000 > /tmp/ping 2>&1 &
pinger=$!
round=0
while [ $((round += 1)) -le 20 ]; do
	echo $((round % 4)) > "/proc/irq/$virq/smp_affinity_list"
	answers 5 > /dev/null || break
done
check_equal "it moves 20 times under load" 21 $round
check "the CPU that has it goes" sh -c "echo 3 > /proc/irq/$virq/smp_affinity_list
	echo 0 > /sys/devices/system/cpu/cpu3/online"
check "and the NIC answers" answers
check "the table shows another core" test "$(table os1 $e1000 dest)" -lt 3
check "the CPU comes back" sh -c 'echo 1 > /sys/devices/system/cpu/cpu3/online'
check "table and hardware agree" verify
kill $pinger

khz=$(sed 's/.*tsc_early_khz=\([0-9]*\).*/\1/' /proc/cmdline)
sleeps() { grep -q '^State:.*S' "/proc/$1/status"; }

# Raised while the driver sleeps with its interrupt disabled, for two seconds, it is
# served when they are over: not at once, and not much later either.
arrives_late()
{
	set_edu $edu delays 0 && set_edu $edu disable 2000 &
	late_pid=$!
	wait_for 5 sleeps $late_pid && load $edu 1 && wait $late_pid || return
	late_ms=$(edu $edu delays | awk -v khz="$khz" '{ printf "%d\n", $4 / khz }')
	echo "it took $late_ms ms"
	[ "$late_ms" -ge 500 ] && [ "$late_ms" -le 4000 ]
}

set_edu $edu irq_mode intx
check "edu with INTx" load $edu 500
check "an interrupt that is raised while it is disabled arrives after that" arrives_late
set_edu $edu irq_mode threaded
check "with a one-shot thread" load $edu 500
set_edu $edu irq_mode msi
check "with MSI" load $edu 500
check_equal "each was served" "$(edu $edu raised)" "$(edu $edu served)"
check_equal "and none twice" 0 "$(edu $edu foreign)"
check "table and hardware agree" verify

# ---- a further OS ----

check "os2 with an rtl8139 and com2" up os2 2-3 256M --legacy com2 --dev $rtl8139
mintctl os exec os2 -- sh -c 'cat > /root/irq.sh' < irq.sh
cat > /tmp/os2.sh << 'OS2'
. /usr/lib/mint/test.sh
. /root/irq.sh
interface=$(net-up 0000:00:05.0 10.0.2.15/24)
interrupts "os2: rtl8139 with INTx" "$interface" 0000:00:05.0 ping -A -q -c 50 -w 20 10.0.2.2
# Somebody has the port open all the time: its interrupt comes and goes with that.
exec 4< /dev/ttyS1
hear() { asked "com2 hello" head -n 1 /dev/ttyS1; grep hello /tmp/asked; }
interrupts "os2: serial input" ttyS1 gsi:3 hear
check "os2: table and hardware agree" verify
finish
OS2
mintctl os exec os2 -- sh -c 'cat > /root/os2.sh' < /tmp/os2.sh
mintctl os exec -n os2 -- sh /root/os2.sh
check_equal "os2: it ended well" 0 $?
check "os1's NIC answers beside it" answers

# Nobody has work in it, as when another OS's device holds the line and the table does
# not show that: Linux would switch it off after 100,000 interrupts, for good.
now_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }
set_edu $edu irq_mode intx
set_edu $edu handler ignore
storm_before=$(arrivals edu)
load $edu 1 & storm_pid=$!
check "a line storms" wait_for 20 more_than edu $((storm_before + 2000))
storm_since=$(now_ms)
check "it goes on" wait_for 20 more_than edu $((storm_before + 12000))
check "it rests after each 1000 interrupts" test $(($(now_ms) - storm_since)) -ge 600
check "table and hardware agree, resting or not" verify
set_edu $edu handler serve
wait $storm_pid
check_equal "when its driver looks, it is served" 0 $?
check "and as fast as before" load $edu 500
check "table and hardware agree" verify
check "os2 ends" mintctl os destroy os2
check "table and hardware agree" verify
check "os1's NIC answers after it" answers
finish
END
end_host

finish
