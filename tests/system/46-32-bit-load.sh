#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A 32-bit OS between two 64-bit ones under load: every core of the machine busy, traffic
# from each one's NIC to the next one's, and a line of interrupts that all three share.
# Every interrupt that is raised is served, heartbeats by each OS's own clock are complete,
# no log has an error. Then, where the machine's clock counts instructions: on the shared
# line all wait alike, whichever kernel they have.
#
# Covers: 32-1
# Kernel: 32-test
# Short: 10 s, not counted
# Long: 10 min
# Limit: 400
# Long limit: 1800

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

seconds=$(rounds 10 600)

# shellcheck disable=SC2054 # the commas are QEMU's
nics=(
	--arg -netdev --arg hubport,id=h1,hubid=1
	--arg -netdev --arg hubport,id=h2,hubid=1
	--arg -netdev --arg hubport,id=h3,hubid=1
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=4
	--arg -device --arg pcie-root-port,id=rp2,chassis=2,addr=5
	--arg -device --arg pcie-root-port,id=rp3,chassis=3,addr=6
	--arg -device --arg e1000e,bus=rp1,netdev=h1,mac=52:54:00:00:00:01
	--arg -device --arg e1000e,bus=rp2,netdev=h2,mac=52:54:00:00:00:02
	--arg -device --arg e1000e,bus=rp3,netdev=h3,mac=52:54:00:00:00:03
)

vm_ok vm --32 --timeout $((200 + seconds * 2)) "${fair_machine[@]}" "${nics[@]}" \
	< <(echo "seconds=$seconds"; cat << 'GUEST'
. ./irq.sh
. ./sharing.sh
nics=$(mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "e1000e" { print $1 }')
nic_of() { echo "$nics" | sed -n "${1#os}p"; }
next() { case $1 in os1) echo 10.0.0.2 ;; os2) echo 10.0.0.3 ;; os3) echo 10.0.0.1 ;; esac; }
oses="os1 os2 os3"

check "the line is open" open_line
# All that is busy here shares the host's cores with others, too: who waits for one is not stalled.
check "with patience" mintctl irq timeout 20000
check "os2, a 32-bit one, is up" up_32 os2 2-3 256M --dev "$edu2" --dev "$(nic_of os2)"
check "os3, a 64-bit one, is up" up os3 4-5 256M --dev "$edu3" --dev "$(nic_of os3)"
check_equal "they are that" "x86_64 i386 x86_64" "$(mintctl os list --noheadings -o ARCH | xargs)"
for os in os2 os3; do
	mintctl os exec $os -- sh -c 'cat > /root/irq.sh' < irq.sh
	check "$os joins the line" put $os irq_mode intx
done
for os in $oses; do
	check "$os shares it" wait_for 20 is_shared $os
	check "$os has a link" in_os $os "net-up $(nic_of $os) 10.0.0.${os#os}/24"
done
for os in $oses; do
	check "$os reaches the next" in_os $os "ping -c 1 -w 10 $(next $os)"
done

pids=
for os in $oses; do
	heartbeat_in $os
	in_os $os 'cat /proc/stat > /tmp/stat
		n=0; while [ $n -lt $(nproc) ]; do (while :; do :; done) > /dev/null 2>&1 & n=$((n + 1)); done'
	in_os $os "ping -A -q -s 1400 -w $seconds $(next $os) > /tmp/ping" &
	pids="$pids $!"
done

# Each raises a hundred at a time, together with the others.
now() { cut -d. -f1 /proc/uptime; }
end=$(($(now) + seconds)) times=0 stuck=0
while [ "$(now)" -lt $end ]; do
	times=$((times + 1))
	loads=
	for os in $oses; do
		raise $os 100 2000 & loads="$loads $!"
	done
	for load in $loads; do
		wait $load || stuck=$((stuck + 1))
	done
done
check_equal "no load on the line got stuck, of $times from each" 0 $stuck
# shellcheck disable=SC2086 # one word each
wait $pids

for os in $oses; do
	check_equal "$os raised as much as it was to" $((times * 100)) "$(of $os raised)"
	check "$os served all that its device raised" served_all_of $os
	in_os $os 'cat /tmp/ping' > /tmp/ping.$os
	# Three may be under way at the end.
	check "$os: all but 1 % of the traffic arrived, a packet a second or more" awk -v wanted=$seconds '
		{ print }
		/received/ { good = $4 >= wanted && $4 + 3 >= $1 * 0.99 }
		END { exit !good }' /tmp/ping.$os
	printf '# %s\n' "$(grep received /tmp/ping.$os)"
	in_os $os 'cat /tmp/beat' > /tmp/beat.$os
	check_heartbeat "$os: heartbeat" "$seconds" /tmp/beat.$os
	# Fields: user, nice, system, idle; all but the start and the end was work.
	in_os $os 'cat /tmp/stat /proc/stat' > /tmp/stat.$os
	check "$os: its two cores were busy" awk '
		/^cpu[0-9]/ && !($1 in idle) { idle[$1] = $5; work[$1] = $2 + $4; next }
		/^cpu[0-9]/ { n++; print; bad += ($5 - idle[$1]) * 5 > $2 + $4 - work[$1] }
		END { exit n != 2 || bad }' /tmp/stat.$os
	check "$os: table and hardware agree" in_os $os mintctl irq verify
done
check_equal "all are up" "up up up" "$(mintctl os list --noheadings -o STATE | xargs)"
check "all is given back" sh -c 'mintctl os destroy os2 && mintctl os destroy os3'
finish
GUEST
)
for os in os1 os2 os3; do
	check_no_log "$os has no error" '[Ee]rror' "$os"
done

# A minute and a half; 45-32-bit looks at such a line in every run.
if [ -z "$MINT_TEST_LONG" ]; then
	leaves_out '^(os2 has a 32-bit kernel|table and hardware agree|(equal|10:1) load: the p99 delays are within .*)$'
	finish
fi

fair_vm_ok counted --32 --icount --timeout 360 "${fair_machine[@]}" < <(cat << 'GUEST'
machine=counted period=20 oses="os1 os2 os3"
. ./irq.sh
. ./sharing.sh
. ./fairness.sh

# As any test's three OSes, but that os2 has a 32-bit kernel.
up_64() { mintctl os create "$1" --cpus "$2" --memory "$3" --dev "$5" && start "$1"; }
up() { case $1 in os2) up_32 "$@" ;; *) up_64 "$@" ;; esac; }

three_oses
check_equal "os2 has a 32-bit kernel" i386 "$(field os2 ARCH)"
use self-ipi
n=4000
equal
n=1500
ten_to_one
check "table and hardware agree" verify
finish
GUEST
)

fair_table "$dir/counted.out"
fair_rows "$dir/counted.out" > "$dir/fair"
check "equal load: the p99 delays are within 1.3" fair_alike "$dir/fair" equal 1.3 1
check "10:1 load: the p99 delays are within 1.6" fair_alike "$dir/fair" 10:1 1.6 1

finish
