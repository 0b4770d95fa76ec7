#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A running OS under load is kept as an image: it goes on, and three others, started from the
# image at the same time, go on from there, each with its own name and random numbers. The
# image outlives its source, whose place may be used again, and so may a part of that; it is not
# removed while in use; what does not fit it is refused, and damage in it is noticed. The same
# with two CPUs.
#
# Covers: clone-7
# Limit: 300

. "$(dirname "$0")/lib.sh"

# What is refused, and says so.
allow_log vm os2 'mint: no snapshot of this OS was made'
vm_ok vm --smp 6 --timeout 280 --file "$(program steady)" --file "$(program canary)" < <(cat << 'GUEST'
: > /tmp/tried
counts() { in_os "$1" 'cat /tmp/steady.d/memory /tmp/steady.d/file /tmp/steady.d/pipes /tmp/steady.d/processes /tmp/steady.d/timer' | xargs; }
# Whether each worker there has gone on, and nothing that they check was wrong.
goes_on()
{
	goes_before=$(counts "$1")
	if ! wait_for 30 went_on "$1"; then
		echo "$1: a worker stands still: $goes_before; seen last: $(cat /tmp/tried)"
		return 1
	fi
	in_os "$1" 'if [ -e /tmp/steady.d/bad ]; then cat /tmp/steady.d/bad; exit 1; fi'
}
# Not by awk, which takes 0000000335 for an octal number, but 0000000292 for a decimal one.
went_on()
{
	went=$(counts "$1" 2>&1)
	echo "$(cut -d. -f1 /proc/uptime): $went;" | cat - /tmp/tried > /tmp/tried.new
	head -n 4 /tmp/tried.new > /tmp/tried
	set -- $goes_before $went
	[ $# -eq 10 ] && [ "$6" -gt "$1" ] && [ "$7" -gt "$2" ] && [ "$8" -gt "$3" ] && [ "$9" -gt "$4" ] && [ "${10}" -gt "$5" ]
}
load()
{
	check "$1: its load" mintctl os exec "$1" -- sh -c 'cat > /tmp/steady; chmod +x /tmp/steady; mkdir -p /tmp/steady.d; /tmp/steady /tmp/steady.d > /dev/null 2>&1 &' < steady
	check "$1: it has begun" wait_for 30 in_os "$1" 'cd /tmp/steady.d && ls memory file pipes processes timer'
}
# Addresses are not random in the guest otherwise: see init.
random()
{
	in_os "$1" 'cd /proc/sys/kernel; cat random/uuid; echo 2 > randomize_va_space
		cat /proc/self/stat | cut -d " " -f 28; echo 0 > randomize_va_space; hostname; cat /etc/machine-id'
}

check "load an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
check "create os2" mintctl os create os2 --cores 1 --memory 256M
place=$(awk '$2 == "os2" { sub("-.*", "", $6); print $6 }' /sys/kernel/mint/oses)
check "start it" mintctl os start os2 --image web --wait 60
in_os os2 'echo 0123456789abcdef0123456789abcdef > /etc/machine-id; head -c 8388608 /dev/urandom > /tmp/data; md5sum /tmp/data > /tmp/data.md5'
load os2

# ---- the image ----
refused "of the first OS" 1 'os1 has ACPI .*cannot be copied' mintctl os snapshot os1 warm
refused "of nobody" 1 'nobody' mintctl os snapshot nobody warm
refused "a name that is taken" 1 'image web exists already' mintctl os snapshot os2 web
check "the source works" goes_on os2
in_os os2 'echo clone-begin:3000 > /sys/kernel/debug/mint_fault'
echo clone-wait:600 > /sys/kernel/debug/mint_fault
refused "who asked has no patience" 1 'no snapshot of os2: it takes too long' mintctl os snapshot os2 late
echo none > /sys/kernel/debug/mint_fault
in_os os2 'echo none > /sys/kernel/debug/mint_fault'
check "then the source gives up" wait_for 60 sh -c "mintctl os log os2 | grep 'no snapshot of this OS was made'"
# Whoever was told that it let go takes the memory back then.
check "nothing is left of it" wait_for 20 eval '[ "$(mintctl image list --noheadings -o NAME | xargs)" = web ]'
check "a snapshot" mintctl os snapshot os2 warm
echo "# stood still: $(mintctl os log os2 | sed -n 's/.*stood still for//p')"
check "the source works" goes_on os2
check_equal "it is an image" "warm web" "$(mintctl image list --noheadings -o NAME | sort | xargs)"
mintctl image list
check "the source ends" mintctl os destroy os2 --force

# ---- what does not fit ----
check "one that is too small" mintctl os create small --cores 1 --memory 128M
refused "too little memory" 1 'small needs 256M' mintctl os start small --image warm
check "it goes" mintctl os destroy small
check "one with two cores" mintctl os create wide --cores 1-2 --memory 256M
refused "too many cores" 1 'wide needs 1 cores' mintctl os start wide --image warm
check "it goes" mintctl os destroy wide

# ---- three at once, one of them where the source was ----
check "create os3" mintctl os create os3 --cores 1 --memory "256M@$place"
check "create os4" mintctl os create os4 --cores 2 --memory 256M
check "create os5" mintctl os create os5 --cores 3 --memory 256M
for os in os3 os4 os5; do
	mintctl os start $os --image warm --wait 60 > /tmp/$os.start 2>&1 &
done
wait
for os in os3 os4 os5; do
	check_equal "$os: started" "" "$(cat /tmp/$os.start)"
	check_equal "$os: is up" up "$(mintctl os list --noheadings -o NAME,STATE | awk -v os=$os '$1 == os { print $2 }')"
	check_equal "$os: its name" $os "$(in_os $os hostname)"
	check "$os: it works" goes_on $os
	check "$os: its data" in_os $os 'md5sum -c /tmp/data.md5'
	random $os > /tmp/$os.random
done
check_equal "nothing random is the same" 12 "$(sort -u /tmp/os3.random /tmp/os4.random /tmp/os5.random | wc -l)"
check "table and hardware agree" mintctl irq verify
refused "it is in use" 1 'image warm is in use' mintctl image remove warm
for os in os3 os4 os5; do check "$os goes" mintctl os destroy $os --force; done

# ---- damage ----
check "create os6" mintctl os create os6 --cores 4 --memory 256M
at=$(($(mintctl image list --noheadings -o NAME,ADDRESS | awk '$1 == "warm" { print $2 }') + 0x1000000))
check "one bit of a page" ./canary flip $at 8
refused "it is noticed" 1 'its snapshot is damaged' mintctl os start os6 --image warm
check "that bit again" ./canary flip $at 8
refused "a second start of it" 1 'os6 was started before' mintctl os start os6 --image warm
check "os6 goes" mintctl os destroy os6

# ---- over a part of where the source was ----
check "create os7" mintctl os create os7 --cores 4 --memory "256M@$(printf '%#x' $((place + (128 << 20))))"
check "start it" mintctl os start os7 --image warm --wait 60
check "os7: it works" goes_on os7
check "os7: its data" in_os os7 'md5sum -c /tmp/data.md5'
check "os7 goes" mintctl os destroy os7 --force
check "it is removed" mintctl image remove warm

# ---- two CPUs ----
check "create os8" mintctl os create os8 --cores 1-2 --memory 256M
check "start it" mintctl os start os8 --image web --wait 60
load os8
check "a snapshot" mintctl os snapshot os8 pair
check "create os9" mintctl os create os9 --cores 3-4 --memory 256M
check "start it" mintctl os start os9 --image pair --wait 60
check "os8: it works" goes_on os8
check "os9: it works" goes_on os9
check_equal "its CPUs" 2 "$(in_os os9 nproc)"
for os in os8 os9; do check "$os goes" mintctl os destroy $os --force; done
check "it is removed" mintctl image remove pair
check_equal "nothing is left" web "$(mintctl image list --noheadings -o NAME | xargs)"
finish
GUEST
)

finish
