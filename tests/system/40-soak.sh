#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Two further OSes of two cores each, every core of the machine busy, and traffic
# between their NICs: heartbeats by each OS's own clock are complete, no log has
# an error.
#
# Covers: 2
# Short: 40 s
# Long: 10 min

. "$(dirname "$0")/lib.sh"
variant=normal

seconds=$(rounds 40 600)

vm_ok vm --smp 5 --timeout $((180 + seconds * 2)) \
	--arg -netdev --arg hubport,id=h1,hubid=1 \
	--arg -netdev --arg hubport,id=h2,hubid=1 \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=6 \
	--arg -device --arg pcie-root-port,id=rp2,chassis=2,addr=7 \
	--arg -device --arg e1000e,bus=rp1,netdev=h1,mac=52:54:00:00:00:02 \
	--arg -device --arg e1000e,bus=rp2,netdev=h2,mac=52:54:00:00:00:03 < <(echo "seconds=$seconds"; cat << 'GUEST'
nics=$(mintctl dev list --noheadings -o BDF,DRIVER | awk '$2 == "e1000e" { print $1 }')
first=${nics%%[!0-9a-f:.]*} second=${nics##*[!0-9a-f:.]}

busy='n=0; while [ $n -lt $(nproc) ]; do (while :; do :; done) > /dev/null 2>&1 & n=$((n + 1)); done'

check "os2 is up" up os2 1-2 256M --dev "$first"
check "os3 is up" up os3 3-4 256M --dev "$second"
check "os2 has a link" mintctl os exec -n os2 -- net-up "$first" 10.0.0.2/24
check "os3 has a link" mintctl os exec -n os3 -- net-up "$second" 10.0.0.3/24
check "os2 reaches os3" mintctl os exec -n os2 -- ping -c 1 -w 10 10.0.0.3

heartbeat /tmp/beat &
eval "$busy"
for os in os2 os3; do
	heartbeat_in $os
	in_os $os "cat /proc/stat > /tmp/stat; $busy"
done
in_os os2 "ping -A -q -s 1400 -w $seconds 10.0.0.3 > /tmp/ping" &
one=$!
in_os os3 "ping -A -q -s 1400 -w $seconds 10.0.0.2 > /tmp/ping" &
two=$!
wait $one $two

for os in os2 os3; do
	in_os $os 'cat /tmp/ping' > /tmp/ping
	check "$os: all but 1 % of the traffic arrived, a packet a second or more" awk -v wanted=$seconds '
		{ print }
		/received/ { good = $4 >= wanted && $4 >= $1 * 0.99 }
		END { exit !good }' /tmp/ping
	printf '# %s\n' "$(grep received /tmp/ping)"
	check_equal "$os is up" up "$(field $os STATE)"
	in_os $os 'cat /tmp/beat' > /tmp/beat.$os
	check_heartbeat "$os: heartbeat" "$seconds" /tmp/beat.$os
	# Fields: user, nice, system, idle; all but the start and the end was work.
	in_os $os 'cat /tmp/stat /proc/stat' > /tmp/stat
	check "$os: its two cores were busy" awk '
		/^cpu[0-9]/ && !($1 in idle) { idle[$1] = $5; work[$1] = $2 + $4; next }
		/^cpu[0-9]/ { n++; print; bad += ($5 - idle[$1]) * 5 > $2 + $4 - work[$1] }
		END { exit n != 2 || bad }' /tmp/stat
	in_os $os 'cat /proc/iomem' > /tmp/iomem.$os
	check_equal "$os has its cores" 2 "$(in_os $os 'grep -c ^processor /proc/cpuinfo')"
done
check_heartbeat "os1: heartbeat" "$seconds" /tmp/beat
check "os2 and os3 share no memory" sh -c 'grep -q "System RAM" /tmp/iomem.os2 && grep -q "System RAM" /tmp/iomem.os3 &&
	! grep -h "System RAM" /tmp/iomem.os2 /tmp/iomem.os3 | cut -d" " -f1 | sort | uniq -d | grep .'
check "all is given back" sh -c 'mintctl os destroy os2 && mintctl os destroy os3'
finish
GUEST
)
for os in os1 os2 os3; do
	check_no_log "$os has no error" '[Ee]rror' "$os"
done

finish
