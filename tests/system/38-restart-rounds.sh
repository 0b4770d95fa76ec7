#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An OS starts again in every way, again and again in one boot, with a NIC of its own
# under receive flood, and the first OS's NIC under it, too: nobody else notices, and
# nothing is left over.
#
# Covers: start-3
# Short: 3 rounds of 5 ways
# Long: 100 rounds of 5 ways
# Limit: 400
# Long limit: 7200

. "$(dirname "$0")/lib.sh"
variant=normal

rounds=$(rounds 3 100)
# As in 42-rounds.
slope=$(rounds 900 60)

expect_panic vm os2 'sysrq triggered crash'
vm_ok vm --on-panic continue --timeout "$(rounds 380 7000)" \
	--file "$(program flood)" --file "$(program kexec)" \
	--arg -netdev --arg hubport,id=h1,hubid=1 \
	--arg -netdev --arg hubport,id=h2,hubid=1 \
	--arg -netdev --arg hubport,id=h3,hubid=1 \
	--arg -netdev --arg user,id=n4,restrict=on \
	--arg -device --arg e1000,netdev=h1,addr=4 \
	--arg -device --arg e1000,netdev=h2,addr=5 \
	--arg -device --arg virtio-net-pci,netdev=h3,addr=6,disable-legacy=on \
	--arg -device --arg e1000e,netdev=n4,addr=7 < <(echo "rounds=$rounds slope=$slope"; cat << 'GUEST'
sender=0000:00:04.0 receiver=0000:00:05.0 nic=0000:00:06.0 quiet=0000:00:07.0
interface=$(net-up $sender 10.0.0.1/24)
own=$(net-up $receiver 10.0.0.2/24)
net-up $quiet 10.0.2.15/24 > /dev/null
./flood "$interface" &
flood=$!
heartbeat /tmp/beat &

does() { in_os "$@" > /dev/null 2>&1; }
again() { [ "$(mintctl os list --noheadings -o NAME,STATE,STARTS | grep "^$1 " | xargs)" = "$1 up $2" ]; }
received() { in_os os2 "cat /sys/bus/pci/devices/$nic/virtio*/net/*/statistics/rx_packets"; }
received_here() { cat "/sys/class/net/$own/statistics/rx_packets"; }
at_least() { [ "$($1)" -ge "$2" ]; }
more_here() { wait_for 20 at_least received_here $(($(received_here) + 100)); }
# What there is, but for what counts its starts, and for the image of kexec, see the end.
state()
{
	mintctl os list --json | grep -vE '"(age|silent|silent_core|starts|tries|generation|image)"'
	mintctl dev list
	mintctl irq list -o OWNER,TYPE,GSI,VECTOR,DEVICE --noheadings | sort | grep -v '^os2 .*[0-9]$' 
	cat /proc/iomem
	in_os os2 'cat /proc/iomem; nproc'
}
memory_now()
{
	kill -STOP "$flood"
	free_memory
	kill -CONT "$flood"
}

way_stop() { mintctl os stop os2 && mintctl os start os2 --image web --cmdline mark=1 --wait 60; }
way_kill() { mintctl os restart os2 --force --wait 60; }
way_reboot() { does os2 reboot; wait_for 60 again os2 $((starts + 1)); }
way_crash() { does os2 'echo c > /proc/sysrq-trigger'; wait_for 60 again os2 $((starts + 1)); }
way_kexec()
{
	for file in kexec:/root/kexec kernel:/boot/bzImage initrd:/boot/initrd; do
		mintctl os exec os2 -- sh -c "cat > /tmp/${file%%:*}" < "${file#*:}" || return
	done
	in_os os2 "chmod +x /tmp/kexec && /tmp/kexec load /tmp/kernel /tmp/initrd \"\$(cat /proc/cmdline)\"" || return
	does os2 'sync; /tmp/kexec exec'
	wait_for 60 again os2 $((starts + 1))
}

# one WAY
one()
{
	starts=$(field os2 STARTS)
	"way_$1" || { mintctl os list; mintctl os log os2 | tail -n 5; return 1; }
	mintctl os exec -n os2 -- net-up $nic 10.0.0.3/24 || return
	wait_for 20 at_least received 100 || { echo "no flood in os2"; return 1; }
	more_here || { echo "no flood in os1"; return 1; }
	mintctl irq verify
}

check "load an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
check "create os2, with a NIC" mintctl os create os2 --cores 2-3 --memory 384M --dev $nic
check "it restarts when it crashes" mintctl os set os2 --on-crash restart
check "start" mintctl os start os2 --image web --cmdline "mark=1" --wait 60
mintctl os exec -n os2 -- net-up $nic 10.0.0.3/24
pinger /tmp/ping 10.0.2.2 -i 0.2 > /dev/null 2>&1 &
state > /tmp/before
: > /tmp/memory
n=0
while [ $n -lt "$rounds" ] && [ "$failed" -eq 0 ]; do
	n=$((n + 1))
	for way in stop kill reboot crash kexec; do
		check "round $n: $way" one $way
		check "round $n: $way: all is as it was before" sh -c 'diff /tmp/before -' <<- END
		$(state)
		END
	done
	echo "$n $(memory_now)" >> /tmp/memory
done
check_equal "its parameters are there" mark=1 "$(in_os os2 'cat /proc/cmdline' | tr ' ' '\n' | grep mark)"
check "os2 goes" mintctl os destroy os2
check "os1 lost no packet" pinger --stop /tmp/ping
check_heartbeat "os1 did not notice" 10 /tmp/beat
check_equal "the image of kexec is gone" "web -" "$(mintctl image list --noheadings -o NAME,USERS | xargs)"
# The first round fills caches that stay.
check_slope "the memory of os1 does not shrink by more than $slope KiB a round" "$slope" 2 /tmp/memory
finish
GUEST
)

finish
