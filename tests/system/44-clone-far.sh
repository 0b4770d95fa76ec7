#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Copies above and below 4 GiB: an OS whose memory is one piece above 4 GiB, without a slice
# below, is copied to another place there, to one below, and from there back up; its snapshot
# starts on either side. An OS with a slice is refused, and told what to do.
#
# Covers: clone-1
# Limit: 300

. "$(dirname "$0")/lib.sh"

allow_log vm os2 'mint: .*(cannot|does not|no (copy|snapshot))'
allow_log vm sliced 'mint: no (copy|snapshot) of this OS was made'
vm_ok vm --smp 6 --memory 5G --pool 3584M --timeout 280 --file "$(program steady)" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000e,netdev=n1,addr=5 \
	< <(cat << 'GUEST'
nic=0000:00:05.0
four=$((4 << 30))
# Where the memory of an OS begins, and its slice.
place() { awk -v os="$1" '$2 == os { sub("-.*", "", $6); print $6 }' /sys/kernel/mint/oses; }
slice() { awk -v os="$1" '$2 == os { print $7 }' /sys/kernel/mint/oses; }
is_far() { [ $(($(place "$1"))) -ge $four ]; }
counts() { in_os "$1" 'cat /tmp/steady.d/memory /tmp/steady.d/file /tmp/steady.d/pipes /tmp/steady.d/processes /tmp/steady.d/timer' | xargs; }
goes_on()
{
	goes_before=$(counts "$1")
	wait_for 30 went_on "$1" || { echo "$goes_before, and then $(counts "$1")"; return 1; }
	in_os "$1" '! cat /tmp/steady.d/bad 2> /dev/null'
}
went_on()
{
	set -- $goes_before $(counts "$1")
	[ $# -eq 10 ] && [ "$6" -gt "$1" ] && [ "$7" -gt "$2" ] && [ "$8" -gt "$3" ] && [ "$9" -gt "$4" ] && [ "${10}" -gt "$5" ]
}

check "load an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd

# ---- with a slice ----
check "create one above 4 GiB" mintctl os create sliced --cores 1 --memory 256M
check "it is there" is_far sliced
refused "and has a slice" 1 '^$' test "$(slice sliced)" = -
check "start it" mintctl os start sliced --image web --wait 60
refused "it is not copied" 1 'sliced is not copied: .*two pieces.*--one-piece' mintctl os clone sliced os3 --cores 2
refused "nor kept" 1 'no snapshot of sliced: .*two pieces' mintctl os snapshot sliced warm
check "it goes" mintctl os destroy sliced --force

# ---- without ----
check "create os2 in one piece" mintctl os create os2 --cores 1 --memory 256M --one-piece --dev $nic
check "above 4 GiB" is_far os2
check_equal "without a slice" - "$(slice os2)"
check "start it" mintctl os start os2 --image web --wait 60
check "its NIC" mintctl os exec -n os2 -- sh -c "net-up $nic 10.0.2.15/24 && ping -q -c 3 -i 0.1 -w 20 10.0.2.2"
mintctl os exec os2 -- sh -c 'cat > /tmp/steady; chmod +x /tmp/steady; mkdir -p /tmp/steady.d; /tmp/steady /tmp/steady.d > /dev/null 2>&1 &' < steady
check "it has begun" wait_for 30 in_os os2 'cd /tmp/steady.d && ls memory file pipes processes timer'
check "a copy" mintctl os clone os2 os3 --cores 2 --wait 60
check "it is above 4 GiB, too" is_far os3
check_equal "without a slice" - "$(slice os3)"
check "it works" goes_on os3
# A 32-bit OS gets the lowest place that there is.
check "create one for that" mintctl os create probe --cores 5 --memory 256M --arch 32
low=$(printf '%#x' $((($(place probe) + (128 << 20) - 1) & ~((128 << 20) - 1))))
check "it goes" mintctl os destroy probe
check "a copy below" mintctl os clone os3 os4 --cores 3 --memory "@$low" --wait 60
refused "it is below" 1 '^$' is_far os4
check "it works" goes_on os4
check "a copy of that above" mintctl os clone os4 os5 --cores 4 --wait 60
check "it is above" is_far os5
check "it works" goes_on os5
check "the source works" goes_on os2
check "its NIC does, too" in_os os2 'ping -q -c 3 -i 0.1 -w 20 10.0.2.2'

# ---- a snapshot ----
check "a snapshot of it" mintctl os snapshot os2 warm
for os in os3 os4 os5; do check "$os goes" mintctl os destroy $os --force; done
check "create one like it" mintctl os create os6 --like warm --core-count 1
check "above" is_far os6
check_equal "as large" 256M "$(mintctl os list --noheadings -o NAME,MEMORY | awk '$1 == "os6" { print $2 }')"
check "start it" mintctl os start os6 --snapshot warm --wait 60
check "it works" goes_on os6
check "create one below" mintctl os create os7 --like warm --cores 3 --memory "256M@$low"
check "start it" mintctl os start os7 --snapshot warm --wait 60
check "it works" goes_on os7
check "a copy that waits" mintctl os clone os6 os9 --cores 2 --paused
check "its source goes" mintctl os destroy os6 --force
check "it is started" mintctl os start os9 --wait 60
check "it works" goes_on os9
check "it goes" mintctl os destroy os9 --force
refused "like nothing" 1 'neither an OS nor a snapshot' mintctl os create os8 --like nothing
refused "like the first" 1 'no other OS can be like it' mintctl os create os8 --like os1
check "create one like an OS" mintctl os create os8 --like os2
check_equal "without a slice" - "$(slice os8)"
check "start it" mintctl os start os8 --image web --wait 60
for os in os2 os7 os8; do check "$os goes" mintctl os destroy $os --force; done
check "the snapshot goes" mintctl snapshot remove warm
check "table and hardware agree" mintctl irq verify
finish
GUEST
)

finish
