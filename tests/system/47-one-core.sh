#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two OSes have one core by turns: their shares of it, what they keep of it, the
# interrupts of the one that is away, its ends and starts, one that does not step aside;
# two OSes on two cores; cores that come and go.
#
# Covers: one-core
# Short: each once; shares over 6 s, 300 interrupts of each kind, 50 lines
# Long: shares over 60 s, 20,000 interrupts of each kind, 1,000 lines
# Limit: 300
# Long limit: 1500

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

raise_program=$(program raise)
registers_program=$(program registers)

cat > "$dir/turns.sh" << 'END'
# shellcheck shell=dash
in_os() { in_os_name=$1; shift; mintctl os exec "$in_os_name" -- sh -c "$*"; }
# column OS NAME: of os list, as JSON has it.
column()
{
	mintctl os list --json -o NAME,"$2" | tr -d ' ",\n' | tr '{' '\n' |
		sed -n "s/^name:$1\([a-z_]*\):\([0-9]*\).*/\2/p"
}
got() { column "$1" GOT; }
# shares SECONDS: percent that os3 has of what both get.
shares()
{
	shares_a=$(got os2) shares_b=$(got os3)
	sleep "$1"
	shares_a=$(($(got os2) - shares_a)) shares_b=$(($(got os3) - shares_b))
	echo $((100 * shares_b / (shares_a + shares_b)))
}
# about NAME WANTED GOT [MARGIN]
about()
{
	if [ "$3" -ge $(($2 - ${4:-2})) ] && [ "$3" -le $(($2 + ${4:-2})) ]; then
		ok "$1"
	else
		not_ok "$1" "$3, not $2"
	fi
}
busy() { in_os "$1" '(while :; do :; done) > /dev/null 2>&1 & echo $! >> /tmp/busy'; }
idle() { in_os "$1" 'kill $(cat /tmp/busy) && rm /tmp/busy'; }
has_turns_since() { [ "$(column "$1" TURNS)" -gt "$2" ]; }
lives()
{
	lives_turns=$(column "$1" TURNS)
	in_os "$1" true && wait_for 10 has_turns_since "$1" "$lives_turns"
}
bar_of() { awk 'NR == 1 { print $1 }' "/sys/bus/pci/devices/$1/resource"; }
END

# ---- shares, registers, interrupts --------------------------------------------------

# shellcheck disable=SC2054 # the commas are QEMU's
devices=(
	--arg -device --arg edu,addr=3 --arg -device --arg edu,addr=7 --arg -device --arg edu,addr=0xb
	--arg -netdev --arg user,id=n1,restrict=on,net=10.0.1.0/24,host=10.0.1.2
	--arg -device --arg virtio-net-pci,netdev=n1,addr=5,disable-legacy=on
)
serve_host turns
vm_ok turns --smp 3 --timeout "$(rounds 200 1200)" --input --file "$dir/turns.sh" \
	--file "$irq_guest" --file "$repo/tests/system/programs/sharing.sh" \
	--file "$raise_program" --file "$registers_program" "${devices[@]}" \
	< <(echo "seconds=$(rounds 6 60) interrupts=$(rounds 300 20000) lines=$(rounds 50 1000)"; cat << 'GUEST'
. ./turns.sh
. ./irq.sh
. ./sharing.sh
in_os() { in_os_name=$1; shift; if [ "$in_os_name" = os1 ]; then sh -c "$*"; else mintctl os exec "$in_os_name" -- sh -c "$*"; fi; }
bar2=$(bar_of "$edu2") bar3=$(bar_of "$edu3")
refused "more than there is" 2 "2:100%.*1% to 99%" mintctl os create os3 --cores 2:100% --memory 256M
refused "two shares" 2 "the same share of all" mintctl os create os3 --cores 1:30%,2:40% --memory 256M
refused "a core that is not there" 1 "core 7 does not exist" mintctl os create os3 --cores 7:30% --memory 256M
refused "the machine's boot core" 1 "core 0 cannot be shared: the machine booted on it" mintctl os create os3 --cores 0:30% --memory 256M
refused "a 32-bit kernel" 1 "a 32-bit kernel cannot share a core" mintctl os create os3 --cores 2:30% --memory 256M --arch 32
refused "an OS that shares nothing" 1 "os1 came to no core of another OS" mintctl os set os1 --share 30%
check "there is an image" mintctl image load web --kernel /boot/bzImage
refused "nor with an image" 1 "os1 came to no core of another OS" mintctl os set os1 --image web --share 30%
check_equal "which it does not get then" - "$(field os1 IMAGE)"
check "the image goes" mintctl image remove web
check "os2 has the core" up os2 2 256M
check "os3 is to have it by turns" mintctl os create os3 --cores 2:50% --memory 256M --dev "$edu3" --legacy com2
refused "a third one" 1 "core 2 is shared already, with os3" mintctl os create os4 --cores 2:10% --memory 64M
check "os3 starts" start os3
check_equal "os list tells" "2:50%" "$(mintctl os list --noheadings -o CORES | tail -n 1 | xargs)"
check "so does os show" sh -c "mintctl os show os3 | grep -q 'by turns, 50 %'"

# ---- shares ----

busy os2
busy os3
about "half and half" 50 "$(shares "$seconds")"
check "30 %" mintctl os set os3 --share 30%
about "os3 has 30 %" 30 "$(shares "$seconds")"
check "10 %, in short turns" mintctl os set os3 --share 10% --slice 5ms
about "os3 has 10 %" 10 "$(shares "$seconds")"
check "half again" mintctl os set os3 --share 50% --slice 20ms
check "steal is counted" in_os os3 'awk "\$1 == \"cpu\" && \$9 > 100 { found = 1 } END { exit !found }" /proc/stat'
check "os2 has nothing to do" idle os2
shares_got=$(shares "$seconds")
[ "$shares_got" -ge 95 ] && ok "os3 has the rest, too" || not_ok "os3 has the rest, too" "$shares_got %"
check "nor has os3" idle os3

# ---- what each has in its registers ----

for os in os2 os3; do mintctl os exec $os -- sh -c 'cat > /tmp/registers; chmod +x /tmp/registers' < registers; done
turns=$(column os3 TURNS)
in_os os2 "/tmp/registers 2 $seconds" > /tmp/of2 & of2=$!
in_os os3 "/tmp/registers 3 $seconds" > /tmp/of3
wait $of2
check "os2 finds its registers as it left them" grep -q '^looked' /tmp/of2
check "os3 finds its registers as it left them" grep -q '^looked' /tmp/of3
[ $(($(column os3 TURNS) - turns)) -gt $((seconds * 10)) ] && ok "with turns in between" || not_ok "with turns in between"

# ---- interrupts of the one that is away ----

busy os2
busy os3
# arrive WHAT OS DEVICE: all, and the other one hears of none.
arrive()
{
	arrive_before=$(of "$2" served)
	arrive_said=$(./raise "$3" "$interrupts")
	echo "# $1: $arrive_said"
	check_equal "$1: each is acknowledged" "$interrupts" "${arrive_said%% *}"
	check_equal "$1: each is served once" $((arrive_before + interrupts)) "$(of "$2" served)"
}
check "messages" put os3 irq_mode msi
arrive "messages" os3 "$bar3"
check "INTx" put os3 irq_mode intx
arrive "a line of its own" os3 "$bar3"
check "os1 is on the line" set_edu "$edu1" irq_mode intx
check "it is shared" wait_for 20 is_shared os3
arrive "a line that os1 shares" os3 "$bar3"
check "os2 gets a device on the line, too" mintctl dev move "$edu2" --to os2
check "and joins" put os2 irq_mode intx
arrive "a line that both share, os2" os2 "$bar2"
arrive "a line that both share, os3" os3 "$bar3"
refused "nobody was evicted" 1 '' grep evicted /sys/kernel/mint/irqtable
in_os os3 "stty -F /dev/ttyS1 raw -echo; exec head -n $lines /dev/ttyS1 > /tmp/lines" &
check "somebody reads" wait_for 10 in_os os3 'pidof head'
i=0
while [ $i -lt "$lines" ]; do
	i=$((i + 1))
	host com2 "line $i"
done
check "all lines of the serial port arrive" wait_for 60 in_os os3 '! pidof head'
check_equal "in order" "$lines line $lines" "$(in_os os3 'wc -l < /tmp/lines; tail -n 1 /tmp/lines' | xargs)"
nic=$(lspci -Dn -d 1af4:1041 | cut -d' ' -f1)
check "a NIC goes to os3" mintctl dev move "$nic" --to os3
check "it works there" in_os os3 "ip addr add 10.0.1.15/24 dev eth0; ip link set eth0 up; ping -q -c 20 -i 0.2 -W 5 10.0.1.2 && ip link set eth0 down"
check "and comes back" mintctl dev move "$nic" --to os1
for os in os1 os2 os3; do
	check "$os: table and hardware agree" in_os $os mintctl irq verify
done
check "os3 is destroyed" mintctl os destroy os3 --force
check "os2 has the core alone" in_os os2 true

# ---- what is raised once more -----------------------------------------------------------

# One CPU of os3 is always there.  It enables the interrupt again, which had come before, and
# goes to the other CPU, which may be away then: os2 is busy there.
check "os3 is to have a core of its own, too" mintctl os create os3 --cores 1,2:50% --memory 256M --dev "$edu3"
check "it starts" start os3
check "messages" put os3 irq_mode msi
mintctl os exec os3 -- sh -c 'cat > /tmp/again.sh' << 'END'
device=$1 rounds=$2
irq=$(sed -n 's/^ *\([0-9]*\):.* edu.*/\1/p' /proc/interrupts)
echo 2 > /proc/irq/"$irq"/smp_affinity || exit
touch /tmp/begun
while [ "$rounds" -gt 0 ]; do
	rounds=$((rounds - 1))
	taskset 1 sh -c "echo 15 > /sys/bus/pci/devices/$device/disable" || exit
done
END
served=$(of os3 served)
in_os os3 "sh /tmp/again.sh $edu3 $((interrupts / 5))" &
again=$!
check "its interrupt goes to the shared core" wait_for 10 in_os os3 'test -e /tmp/begun'
raised=0 longest=0
while kill -0 $again 2> /dev/null; do
	# shellcheck disable=SC2046 # numbers
	set -- $(./raise "$bar3" 20)
	raised=$((raised + 20)) served=$((served + $1))
	[ "$4" -le "$longest" ] || longest=$4
	[ "$1" = 20 ] || break
done
wait $again
check_equal "it is disabled again and again" 0 $?
echo "# $raised interrupts, longest $longest us"
check_equal "each of $raised is acknowledged" 20 "$1"
check_equal "and served once" "$served" "$(of os3 served)"
[ "$longest" -ge 15000 ] && ok "some came while it was disabled" || not_ok "some came while it was disabled" "$longest us"
check "os3 is destroyed" mintctl os destroy os3 --force
GUEST
echo finish)
end_host

# ---- ends and starts ------------------------------------------------------------------

expect_panic ends os2 'sysrq triggered crash'
expect_panic ends os3 'sysrq triggered crash'
vm_ok ends --smp 4 --on-panic continue --timeout 200 --file "$dir/turns.sh" << 'GUEST'
. ./turns.sh
before=$(snapshot)
check "os2 has a core" up os2 2 192M
check "os3 shares it" mintctl os create os3 --cores 2:50% --memory 192M
check "os3 starts" start os3
check "os3 reboots" mintctl os restart os3
check "it is up again" wait_for 60 is os3 up
check "os2 lives" lives os2
in_os os3 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1 &
check "os3 panics" wait_for 20 is os3 panicked
check "os2 lives" in_os os2 true
check "os3 starts again" mintctl os start os3 --wait 60
in_os os2 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1 &
check "os2 panics" wait_for 20 is os2 panicked
check "os3 lives" in_os os3 true
check "os2 starts again" mintctl os start os2 --wait 60
check "both live" lives os3
in_os os2 'echo spin > /sys/kernel/debug/mint_test' > /dev/null 2>&1 &
check "os2 hangs with interrupts off" wait_for 20 is os2 hung
check "os3 has its turns all the same" lives os3
check "os2 is destroyed" mintctl os destroy os2 --force
check "os3 lives" in_os os3 true
check "os1 has a core again that os3 shares" wait_for 20 sh -c '[ "$(cat /sys/devices/system/cpu/online)" = 0-3 ]'
check "both work there" lives os3
check "os1 gives it up" sh -c 'echo 0 > /sys/devices/system/cpu/cpu2/online'
check "and takes it back" sh -c 'echo 1 > /sys/devices/system/cpu/cpu2/online'
check "os3 stops" mintctl os stop os3
check "it ends" wait_for 20 is os3 'powered off'
check "os3 is destroyed" mintctl os destroy os3

check "os2 has two cores" up os2 2,3 192M
check "os3 shares both" mintctl os create os3 --cores 2-3:50% --memory 192M
check "os3 starts" start os3
check_equal "on two CPUs" 2 "$(in_os os3 nproc)"
for os in os2 os3; do busy $os; busy $os; done
check "both live" lives os3
check "os3 writes and reads memory from both" in_os os3 'for i in 1 2 3 4; do
	dd if=/dev/urandom of=/tmp/f$i bs=64k count=20 2> /dev/null; md5sum /tmp/f$i > /tmp/m$i & done; wait; cat /tmp/m? | md5sum -c > /dev/null'
in_os os3 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1 &
check "os3 panics on both" wait_for 20 is os3 panicked
check "os2 lives" in_os os2 true
check "os3 is destroyed" mintctl os destroy os3
check "os2 stops" mintctl os stop os2
check "it ends" wait_for 20 is os2 'powered off'
check "os2 is destroyed" mintctl os destroy os2
check "all cores are back" wait_for 20 sh -c '[ "$(cat /sys/devices/system/cpu/online)" = 0-3 ]'
check_equal "as at the beginning" "$before" "$(snapshot)"
finish
GUEST

finish
