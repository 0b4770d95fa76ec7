#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A NIC moves to and fro while a NIC of each OS works on the same interrupt line:
# those that stay lose nothing. A stream to the NIC that moves has a gap as long as
# the downtime that the move prints, and no longer.
#
# Covers: move-3
# Short: 6 moves
# Long: 100 moves
# Long limit: 3600

. "$(dirname "$0")/lib.sh"
variant=normal
. "$(dirname "$0")/hotplug.sh"

moves=$(rounds 6 100)

# Slots 4, 8 and 12 have the same line.
# shellcheck disable=SC2054 # the commas are QEMU's
devices=()
for slot in 4 8 12; do
	devices+=(--arg -netdev --arg "user,id=n$slot,restrict=on,net=10.0.$slot.0/24,host=10.0.$slot.2"
		--arg -device --arg "e1000,netdev=n$slot,addr=0x$(printf %x $slot)")
done

vm_ok vm --timeout $((200 + moves * 20)) --file "$devices_guest" "${devices[@]}" \
	< <(echo "moves=$moves"; printf '%s\n' "$moves_prelude"; cat << 'GUEST'
stays1=0000:00:04.0 stays2=0000:00:08.0 goes=0000:00:0c.0

check "os2 is up" up os2 2-3 256M
check "a NIC stays with os2" mintctl dev move $stays2 --to os2
check_equal "all three share a line" 1 "$(for nic in $stays1 $stays2 $goes; do dev $nic GSI; done | sort -u | wc -l)"
check "os1's NIC works" net-up $stays1 10.0.4.15/24
check "os2's NIC works" mintctl os exec -n os2 -- net-up $stays2 10.0.8.15/24

# Back to back, each answer is awaited: an interrupt lost is a packet lost.
pinger /tmp/ping 10.0.4.2 -A -s 1000 > /dev/null 2>&1 &
in_os os2 'pinger /tmp/ping 10.0.8.2 -A -s 1000 > /dev/null 2>&1 &'

n=0 at=os1
while [ $((n += 1)) -le "$moves" ]; do
	to=$([ $at = os1 ] && echo os2 || echo os1)
	if ! mintctl dev move $goes --to "$to" > /tmp/out 2>&1 ||
	   ! uses "$to" net $goes 10.0.12.15/24 10.0.12.2 >> /tmp/out 2>&1; then
		not_ok "move $n" "$(cat /tmp/out)"
		break
	fi
	at=$to
done
[ "$n" -le "$moves" ] || ok "$moves moves of their neighbour"

many='awk "{ print; exit !(\$3 > 100) }" /tmp/ping'
check "os1's NIC lost nothing" pinger --stop /tmp/ping
check "and had much to do" sh -c "$many"
check "os2's NIC lost nothing" in_os os2 'pinger --stop /tmp/ping'
check "and had much to do" in_os os2 "$many"
check "table and hardware agree" mintctl irq verify

# ---- the gap ----

# Seconds of the clock, to a microsecond.
now() { bash -c 'echo $EPOCHREALTIME'; }
# From a driver that has it to the first answer, in OS: what comes after the downtime.
first_answer="net-up $goes 10.0.12.15/24 > /dev/null && ping -c 1 -W 10 10.0.12.2"

[ $at = os1 ] || mintctl dev move $goes --to os1 || not_ok "the NIC comes home"
driver=/sys/bus/pci/drivers/e1000
check "its driver lets go of it" sh -c "echo $goes > $driver/unbind"
check "and takes it" sh -c "echo $goes > $driver/bind"
bound=$(now)
check "it works" sh -c "$first_answer"
begins=$(echo "$bound $(now)" | awk '{ print $2 - $1 }')
# From its old OS, as fast as it answers, with the time of each answer.
ping -D -i 0.01 10.0.12.2 > /tmp/stream 2>&1 &
streamer=$!
wait_for 10 grep -q bytes.from /tmp/stream
check "there is a stream to it" test "$(grep -c bytes.from /tmp/stream)" -gt 0
mintctl dev move $goes --to os2 --force --timings > /tmp/timings
check "it answers in os2" in_os os2 "$first_answer"
answered=$(now)
check "and goes on to" in_os os2 'ping -c 3 -W 1 10.0.12.2'
kill $streamer
check "the move says for how long it was away" grep -E '^downtime [0-9]+\.[0-9]+ ms' /tmp/timings
# A second for three programs to start, one of them by way of os2's agent.
check "the gap is that long, and no longer than a driver's first steps add" awk \
	-v answered="$answered" -v begins="$begins" '
	/^downtime/ { downtime = $2 / 1000 }
	/bytes from/ { last = substr($1, 2) + 0 }
	END {
		gap = answered - last
		printf "a gap of %.3f s, downtime %.3f s, first steps %.3f s\n", gap, downtime, begins
		exit !(last && downtime > 0 && gap >= downtime && gap <= downtime + begins + 1)
	}' /tmp/timings /tmp/stream
printf '# %s\n' "$check_output"
finish
GUEST
)

finish
