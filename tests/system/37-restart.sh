#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An OS starts again: by itself after a reboot or a crash, asked by another, by force,
# with every other OS hung; what follows each end is a setting; one that fails again and
# again is given up; two at once, and what else may come in between.
#
# Covers: start-5 start-6
# Short: each once

. "$(dirname "$0")/lib.sh"

expect_panic vm os2 'sysrq triggered crash'
expect_panic vm os4 'sysrq triggered crash'
expect_panic vm os4 'VFS: Unable to mount root fs'

# What os2 does while nobody else can do anything; it reports through its kernel log.
cat > "$dir/alone.sh" << 'END'
. /usr/lib/mint/test.sh
{
	others_hang() { is os1 hung && is os3 hung; }
	check "all others hang" wait_for 30 others_hang
} > /tmp/result 2>&1
sed 's/^/alone: /' /tmp/result > /dev/kmsg
reboot
END
declare_checks "$dir/alone.sh"

vm_ok vm --smp 5 --on-panic continue --timeout 400 --file "$dir/alone.sh" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000e,netdev=n1,addr=5 << 'GUEST'
nic=0000:00:05.0
crash='echo c > /proc/sysrq-trigger'
starts() { field "$1" STARTS; }
# Up, as the start of that number.
again() { [ "$(mintctl os list --noheadings -o NAME,STATE,STARTS | grep "^$1 " | xargs)" = "$1 up $2" ]; }
# does OS WORD...: and the connection may end.
does() { in_os "$@" > /dev/null 2>&1; }
before=$(snapshot)

check "load an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
check "create os2, with a NIC" mintctl os create os2 --cores 2-3 --memory 256M --dev $nic
check "start it" mintctl os start os2 --image web --cmdline "mark=2" --wait 60
generation=$(field os2 GENERATION)

# ---- by itself ----
does os2 reboot
check "after a reboot it starts again" wait_for 40 again os2 2
check_equal "with all its cores" 2 "$(in_os os2 nproc)"
check_equal "with its NIC" "$nic e1000e" "$(mintctl dev list --noheadings -o BDF,OWNER,DRIVER | awk '$2 == "os2" { print $1, $3 }')"
check_equal "with its parameters" mark=2 "$(in_os os2 'cat /proc/cmdline' | tr ' ' '\n' | grep mark)"
check_equal "it is the same OS" "$generation" "$(field os2 GENERATION)"
check "its NIC works" sh -c "mintctl os exec -n os2 -- net-up $nic 10.0.2.15/24 && mintctl os exec -n os2 -- ping -c 2 -w 20 10.0.2.2"
check "table and hardware agree" mintctl irq verify
check "its log goes on" sh -c "[ \$(mintctl os log os2 | grep -c 'Linux version') = 2 ]"

does os2 poweroff
check "after a power-off it stays" wait_for 40 is os2 'powered off'
check "it is started" mintctl os start os2 --wait 60
check "power-off: restart" mintctl os set os2 --on-poweroff restart
does os2 poweroff
check "then it starts again" wait_for 40 again os2 4
check "but stop stops it" mintctl os stop os2
check_equal "so it does" "powered off" "$(field os2 STATE)"
check "restart starts one that has ended" mintctl os restart os2 --wait 60
check "reboot: stop" mintctl os set os2 --on-reboot stop --on-poweroff stop
does os2 reboot
check "then it stays" wait_for 40 is os2 rebooted
check "it is started again" mintctl os start os2 --wait 60
check "but restart restarts it" mintctl os restart os2 --wait 60
check_equal "show says what is set" "When it:     reboots: stop, panics: stop, powers off: stop" "$(mintctl os show os2 | grep When)"
does os2 "$crash"
check "after a crash it stays" wait_for 40 is os2 panicked
check "crash: restart" mintctl os set os2 --on-crash restart --on-reboot restart
check "start" mintctl os start os2 --wait 60
n=$(starts os2)
does os2 "$crash"
check "after a crash it starts again" wait_for 40 again os2 $((n + 1))
check "its NIC works, too" sh -c "mintctl os exec -n os2 -- net-up $nic 10.0.2.15/24 && mintctl os exec -n os2 -- ping -c 2 -w 20 10.0.2.2"
check "table and hardware agree after that" mintctl irq verify

# ---- by another ----
n=$(starts os2)
check "restart --force" mintctl os restart os2 --force --wait 60
check_equal "it was started" $((n + 1)) "$(starts os2)"
check_equal "it has its NIC" os2 "$(mintctl dev list --noheadings -o BDF,OWNER | awk -v nic="$nic" '$1 == nic { print $2 }')"
does os2 'taskset 2 sh -c "echo spin > /sys/kernel/debug/mint_test"' &
does os2 'taskset 1 sh -c "echo spin > /sys/kernel/debug/mint_test"' &
check "it hangs" wait_for 20 is os2 hung
refused "it does not restart when asked" 1 'still hung after 2 s.*restart --force' mintctl os restart os2 --timeout 2
check "but by force" mintctl os restart os2 --force --wait 60
refused "restart of this OS" 1 'os1: is this OS' mintctl os restart os1
refused "of nobody" 1 'no such OS' mintctl os restart nobody
refused "with an image that is not there" 1 'no such image' mintctl os restart os2 --image nobody
refused "a setting without sense" 2 "'stop' or 'restart'" mintctl os set os2 --on-crash maybe

# ---- two at once, and what comes in between ----
# settled STATUS STATUS: one at least did it; the other one, too, or it says who does.
settled()
{
	cat /tmp/by1 /tmp/by3
	[ "$1" -eq 0 ] || [ "$2" -eq 0 ] || return 1
	[ "$1" -eq 0 ] || grep -qE 'at work on os2|os2 was started already' /tmp/by1 || return 1
	[ "$2" -eq 0 ] || grep -qE 'at work on os2|os2 was started already' /tmp/by3
}
check "os3 is up" up os3 4 192M
in_os os3 'mintctl os restart os2 --wait 60' > /tmp/by3 2>&1 & by3=$!
mintctl os restart os2 --wait 60 > /tmp/by1 2>&1; by1_status=$?
wait $by3; by3_status=$?
check "two ask at once: os2 is up" wait_for 40 is os2 up
check "it is done, or was under way" settled "$by1_status" "$by3_status"
in_os os3 'mintctl os restart os2 --force --wait 60' > /tmp/by3 2>&1 & by3=$!
mintctl os restart os2 --force --wait 60 > /tmp/by1 2>&1; by1_status=$?
wait $by3; by3_status=$?
check "two force at once: os2 is up" wait_for 40 is os2 up
check "it is done by force, or was under way" settled "$by1_status" "$by3_status"
in_os os2 "echo slow-reset:3000 > /sys/kernel/debug/mint_fault"
mintctl dev move $nic --to os3 > /tmp/move 2>&1 & move=$!
mintctl os restart os2 --force --wait 60 > /tmp/by1 2>&1; by1_status=$?
wait $move; move_status=$?
check_equal "restart in a move: it restarts" 0 "$by1_status"
owner=$(mintctl dev list --noheadings -o BDF,OWNER | awk -v nic="$nic" '$1 == nic { print $2 }')
case $move_status$owner in
0os3|1os2|1-) ok "restart in a move: the NIC is where the move says" ;;
*) not_ok "restart in a move: the NIC is where the move says" "it is $owner's; $(cat /tmp/move)" ;;
esac
check "the NIC is os2's, or goes there" sh -c "[ '$owner' = os2 ] || mintctl dev move $nic --to os2"
check "os3 goes" mintctl os destroy os3
check "table and hardware agree again" mintctl irq verify

# ---- one that fails again and again ----
check "create os4" mintctl os create os4 --cores 4 --memory 192M
check "it restarts when it crashes" mintctl os set os4 --on-crash restart
mintctl image load bare --kernel /boot/bzImage
check "start it, without a root" mintctl os start os4 --image bare --cmdline "mint_fault=again:100"
check "it is given up" wait_for 120 is os4 failed
check_equal "after so many starts" 6 "$(starts os4)"
check "and says why" sh -c "mintctl os list | grep -E 'os4 .*failed.* started 6 times in vain: .*VFS: Unable'"
check "it can be started from another image" mintctl os start os4 --image web --wait 60
check_equal "and is up" up "$(field os4 STATE)"
does os4 "$crash"
check "it starts again" wait_for 40 is os4 up
does os4 "echo again:30000 > /sys/kernel/debug/mint_fault; $crash"
check "it waits before the next try" wait_for 20 is os4 restarting
check "it can be stopped then" mintctl os stop os4
check_equal "and is" "stopped by force" "$(field os4 STATE)"
check "and started" mintctl os start os4 --wait 60
does os4 "$crash"
check "once more" wait_for 40 is os4 up
does os4 "echo again:30000 > /sys/kernel/debug/mint_fault; $crash"
check "it waits again" wait_for 20 is os4 restarting
check "destroy --force meanwhile" mintctl os destroy os4 --force
mintctl image remove bare

# ---- nobody is there to help ----
check "os3 is there" up os3 4 192M
n=$(starts os2)
mintctl os exec os2 -- sh -c 'cat > /tmp/alone.sh' < alone.sh
in_os os2 "sh /tmp/alone.sh" > /dev/null 2>&1 &
in_os os3 'echo spin > /sys/kernel/debug/mint_test' > /dev/null 2>&1 &
check "os3 hangs" wait_for 20 is os3 hung
check "os1 stands still until os2 is there again" sh -c 'echo hold os2 > /sys/kernel/debug/mint_test'
check "os2 came back" wait_for 20 again os2 $((n + 1))
check "os3 goes, too" mintctl os destroy os3 --force
check "os2 goes" mintctl os destroy os2
check "the image goes" mintctl image remove web
check_equal "all is as it was before" "$before" "$(snapshot)"
finish
GUEST
# What os2 reported, from its log.
sed -n 's/.*] alone: //p' "$dir/vm/os2.log" > "$dir/vm.alone"
take_over "$dir/vm.alone"

finish
