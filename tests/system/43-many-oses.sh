#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# As many OSes at once as there can be, a core each: started at the same moment from one
# image, all come up, each finds and commands the next, one more is refused, and all comes
# back.
#
# Covers: 16 OSes at once, start-7
# Short: 9 OSes
# Long: 16 OSes, and one more
# Limit: 400
# Long limit: 1800

. "$(dirname "$0")/lib.sh"
variant=normal

oses=$(rounds 9 16)
# All below 4 GiB: above it each OS would need a slice below. QEMU puts the initrd below
# 2 GiB, so the larger pool is in two pieces; the shared area is in the first.
machine=(--memory 2048M --pool 1152M)
# A core more than OSes, for one that is too many.
# shellcheck disable=SC2054 # the comma is the option's
[ "$oses" -eq 9 ] || machine=(--memory 2752M --pool 0 --cmdline mint_pool=1536M,704M)

vm_ok vm --smp $((oses + (oses == 16))) "${machine[@]}" \
	--timeout "$(rounds 360 1500)" < <(echo "oses=$oses"; cat << 'GUEST'
before=$(snapshot)
names=$(seq 2 "$oses" | sed 's/^/os/' | xargs)

core=1
for os in $names; do
	check "$os is created" mintctl os create "$os" --cores $core --memory 128M
	core=$((core + 1))
done
[ "$failed" -eq 0 ] || finish
# In the long form the machine is full.
full="there cannot be one more"
if [ "$oses" -eq 16 ]; then
	refused "$full" 1 'os17.*16 OSes at most' mintctl os create os17 --cores 16 --memory 64M
fi
check "there is an image" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
for os in $names; do
	mintctl os start "$os" --image web --wait 200 > "/tmp/start.$os" 2>&1 &
	echo "$os $!"
done > /tmp/starts
while read -r os pid; do
	wait "$pid"
	check_equal "$os starts" 0 $?
	cat "/tmp/start.$os"
done < /tmp/starts
check_equal "all from one image" "web $(echo "$names" | tr ' ' ,)" "$(mintctl image list --noheadings -o NAME,USERS | xargs)"

all_up() { [ "$(mintctl os list --noheadings -o STATE | grep -c '^up *$')" -eq "$oses" ]; }
check "all are up at the same time" all_up
list=$(mintctl os list --noheadings -o NAME,CORES,STATE)
for os in $names; do
	check_equal "$os knows all" "$list" "$(in_os "$os" 'mintctl os list --noheadings -o NAME,CORES,STATE')"
done
last=os1
for os in $names; do
	check_equal "$last commands $os" "$os 1" "$(in_os $last "mintctl os exec -n $os -- sh -c 'echo \$(hostname) \$(nproc)'")"
	last=$os
done
check_equal "and the last the first" os1 "$(in_os "$last" 'mintctl os exec -n os1 -- hostname')"
# All at the same moment, each through the next.
for os in $names; do in_os "$os" "sleep 1; hostname" > "/tmp/at-once.$os" 2>&1 & done
wait
for os in $names; do check_equal "$os answers while all do" "$os" "$(cat "/tmp/at-once.$os")"; done
for os in $names; do cat /proc/sys/kernel/random/boot_id; in_os "$os" 'cat /proc/sys/kernel/random/boot_id'; done | sort -u > /tmp/ids
check_equal "each is one of its own" "$oses" "$(wc -l < /tmp/ids)"
check "table and hardware agree" mintctl irq verify
check "still all are up" all_up

for os in $names; do check "$os is destroyed" mintctl os destroy "$os" --force; done
check "the image goes" mintctl image remove web
check_equal "all is as it was before" "$before" "$(snapshot)"
finish
GUEST
)
for n in $(seq "$oses"); do
	check_no_log "os$n has nothing to complain of" 'WARNING|BUG:|Oops|Call Trace|stall' "os$n"
done

finish
