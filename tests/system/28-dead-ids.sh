#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What an OS leaves when it stops somewhere: an event that it did not ring for, a create
# and a destroy half done, and its id, which the next OS gets.
#
# Covers: what the dead leave

. "$(dirname "$0")/lib.sh"

cat > "$dir/after.sh" << 'END'
. /usr/lib/mint/test.sh
{
	wait_for 60 is os1 panicked
	check "os1 is destroyed" mintctl os destroy os1
	check_equal "nothing names it" '' "$(awk 'NR > 1 && $6 == "os1" { print } END { if (NR < 2) print "no functions" }' /sys/kernel/mint/devices)"
	check "another OS gets its id" sh -c 'mintctl os create stranger --cpus 1 --memory 64M && [ "$(mintctl os list --json | tr -d " \"," | grep -A 1 ^name:stranger | grep -c ^id:1$)" = 1 ] || grep "^1 stranger " /sys/kernel/mint/oses'
	check "it runs" mintctl os start stranger --kernel /boot/bzImage --cmdline "root=/dev/nowhere rootwait"
	check "it is up" wait_for 30 is stranger running
	check_equal "no function has the stranger for its home" '' "$(awk 'NR > 1 && $6 == "stranger" { print } END { if (NR < 2) print "no functions" }' /sys/kernel/mint/devices)"
	check "os2 makes an OS of a core that came from os1" mintctl os create os3 --cpus 4 --memory 64M
	check "and destroys it" mintctl os destroy os3
	check_equal "the stranger has what it had" 1 "$(field stranger CPUS)"
	check "the core is free" mintctl os create os5 --cpus 4 --memory 64M
} > /tmp/result 2>&1
sed 's/^/after: /' /tmp/result > /dev/kmsg
echo "mint-vm: exit $failed" > /dev/kmsg
END

cat > "$dir/create.sh" << 'END'
. /usr/lib/mint/test.sh
offlined() { dmesg | grep -c 'is now offline'; }
nic=$(mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "e1000e" { print $1 }')
before=$(snapshot) went=$(offlined)
net-up "$nic" 10.0.2.15/24
refused "create with a NIC in use is refused" 1 "$nic is in use in os2" mintctl os create os3 --cpus 4 --memory 64M --dev "$nic"
check_equal "and no core was touched" "$went" "$(offlined)"
for dev in /sys/class/net/*; do
	case $(readlink "$dev/device") in
	*"$nic") ip addr flush dev "${dev##*/}"; ip link set "${dev##*/}" down ;;
	esac
done
echo create > /sys/kernel/debug/mint_fault
refused "create that fails at its end is refused" 1 'as the test wants it' mintctl os create os3 --cpus 4 --memory 64M --dev "$nic"
same() { [ "$before" = "$(snapshot)" ]; }
wait_for 10 same
check_equal "all is back with os2" "$before" "$(snapshot)"
finish
END

expect_panic vm os1 'sysrq triggered crash'
vm_ok vm --smp 5 --memory 3G --on-panic continue --file "$dir/after.sh" --file "$dir/create.sh" \
	--arg -netdev --arg user,id=net,restrict=on \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=6 \
	--arg -device --arg e1000e,bus=rp1,netdev=net << 'END'
fault() { echo "$1" > /sys/kernel/debug/mint_fault; }
nic=$(mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "e1000e" { print $1 }')
check "os2 is up" up os2 2-4 512M --dev "$nic"

# os2 notes an event for os1 and does not ring.
in_os os2 'echo ring:3 > /sys/kernel/debug/mint_fault'
check "os1 hears what was not rung for" timeout 20 mintctl os exec -n os2 -- echo hello
in_os os2 'echo none > /sys/kernel/debug/mint_fault'
fault ring:3
check "so does os2" timeout 20 mintctl os exec -n os2 -- echo hello
# If it did not look, it would not hear: the test can fail.
fault none
fault poll:1
in_os os2 'echo ring:1 > /sys/kernel/debug/mint_fault' > /dev/null 2>&1 &
caller=$!
check "without looking it hears nothing" sh -c "usleep 3000000; timeout 3 mintctl os exec -n os2 -- true; [ \$? != 0 ]"
fault none
wait $caller
check "and it hears again" timeout 20 mintctl os exec -n os2 -- true

mintctl os exec os2 -- sh -c 'cat > /tmp/create.sh' < create.sh
mintctl os exec -n os2 -- sh /tmp/create.sh || failed=$((failed + 1))

# A destroyer is stopped when all has gone home and the slot is not free yet.
check "os3 is up" up os3 1 192M
check "os2 creates os4" in_os os2 'mintctl os create os4 --cpus 4 --memory 64M'
in_os os3 'echo unmake:60000 > /sys/kernel/debug/mint_fault; mintctl os destroy os4' > /dev/null 2>&1 &
busy() { mintctl os start os4 --kernel /etc/inittab 2>&1 | grep 'os3 is at work on os4'; }
check "os3 destroys os4" wait_for 10 busy
check "os3 is stopped in the middle" mintctl os destroy os3 --force
check "another one ends it" mintctl os destroy os4
check_equal "only two are left" 'os1 os2' "$(mintctl os list --noheadings -o NAME | tr -d ' ' | paste -s -d ' ')"

mintctl os exec os2 -- sh -c 'mkdir -p /boot; cat > /boot/bzImage' < /boot/bzImage
mintctl os exec os2 -- sh -c 'cat > /tmp/after.sh' < after.sh
in_os os2 'sh /tmp/after.sh > /dev/null 2>&1 &'
[ "$failed" -eq 0 ] || finish
echo c > /proc/sysrq-trigger
END
declare_checks "$dir/create.sh"
declare_checks "$dir/after.sh"
sed -n 's/.*] after: //p' "$dir/vm/os2.log" > "$dir/vm.after"
take_over "$dir/vm.after"

finish
