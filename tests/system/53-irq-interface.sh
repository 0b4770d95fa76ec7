#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a real kernel tells of interrupts, and of all else as it happens: the netlink group
# "irq" has news of each kind for who listens, in any OS; "irq show" says how a line is
# shared, and what messages and doorbells there are, "irq top" the rates that the counters
# have; "monitor" prints a line, or an object, for each event.
#
# Covers: netlink group irq, irq show, irq top, monitor
# Short: 1 boot
# Limit: 300

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"
. "$(dirname "$0")/netlink.sh"

# Slots 3 and 7 share a line; the one in slot 5 interrupts by a message.
for os in os1 os2; do
	allow_log vm $os 'mint: GSI [0-9]+ storms: [0-9]+ interrupts in a row that no OS had work in'
	allow_log vm $os 'mint: GSI [0-9]+: os2 does not acknowledge, it is out of the rounds'
	allow_log vm $os 'mint: interrupt table: .* damaged; restored'
done
vm_ok vm --timeout 240 --file "$irq_guest" --file "$repo/tests/system/programs/sharing.sh" --file "$(netlink_program)" \
	--file "$(command -v jq):/usr/bin/jq" --file "$(command -v script):/usr/bin/" \
	--arg -device --arg edu,addr=3 --arg -device --arg edu,addr=5 --arg -device --arg edu,addr=7 \
	--arg -device --arg pcie-root-port,id=rp1,bus=pcie.0,addr=4,chassis=1 \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000e,netdev=n1,bus=rp1 << 'GUEST'
. ./irq.sh
. ./sharing.sh
nic=0000:01:00.0 msi=0000:00:05.0

./nl listen irq > /tmp/news &
mintctl monitor --json --routes > /tmp/monitor &
monitor=$!
mintctl monitor > /tmp/lines &
lines=$!
check "somebody listens" wait_for 10 grep -q listening /tmp/news
# Two monitors are in both groups, the other is in one.
all_listen() { [ "$(awk '$2 == 16 && $4 != "00000000"' /proc/net/netlink | wc -l)" -ge 3 ]; }
check "and two monitor" wait_for 10 all_listen

# hears OS-ID GSI CHANGE: since the last forget_news.
hears() { tail -n "+$((heard + 1))" /tmp/news | grep -qE "^irq-ntf $1 $2 $3 0$"; }
forget_news() { heard=$(wc -l < /tmp/news); }
# news WHAT OS-ID GSI CHANGE
news()
{
	news_what=$1
	shift
	wait_for 15 hears "$@" || { not_ok "$news_what: $*" "$(tail -n "+$((heard + 1))" /tmp/news)"; return; }
	ok "$news_what: $*"
}

# ---- a line of one OS, and of two ----
forget_news
check "the line is open" open_line
gsi=$(table os1 $edu1 gsi)
check "it has a number" test "$gsi" -ge 0
news "os1 uses a line" 1 "$gsi" registered
# An interrupt that is on its way goes where it went.
moves_to() { echo "$2" > "/proc/irq/$1/smp_affinity_list" && raise os1 20; }
line_virq=$(virq edu)
check "it goes to another core" moves_to "$line_virq" 1
news "the line's route has changed" 1 "$gsi" changed
check "and back" moves_to "$line_virq" 0
check "a second OS joins" join os2 2-3
news "so does os2" 2 "$gsi" registered
news "the line has two now" - "$gsi" shared
check "both are served" eval 'raise os1 50 && raise os2 50'
mintctl os exec os2 -- sh -c 'cat > /root/nl && chmod +x /root/nl' < nl
in_os os2 '/root/nl listen irq > /tmp/news 2>&1 &'
in_os_hears() { in_os os2 "grep -q '$1' /tmp/news"; }
check "somebody listens in os2" wait_for 10 in_os_hears listening

# ---- a message ----
forget_news
check "a device has no interrupt" set_edu $msi irq_mode none
news "its message is gone" 1 - withdrawn
check "it interrupts by a message again" set_edu $msi irq_mode msi
news "os1 has a message" 1 - registered
check "and it arrives" eval 'load $msi 40 && served_all $msi'
msi_virq=$(awk '/PCI-MSI.* edu$/ { sub(":", "", $1); print $1 }' /proc/interrupts)
message_moves() { echo 1 > "/proc/irq/$msi_virq/smp_affinity_list" && load $msi 5; }
forget_news
check "it goes to another core, too" message_moves
news "so has its route" 1 - changed
told_of() { jq -es 'any(.event == "irq" and .device == "'"$1"'" and .change == "'"$2"'" and .os == "'"$3"'" and .gsi == null)' /tmp/monitor; }
for change in withdrawn registered changed; do
	check "the monitor says whose message is $change" wait_for 10 told_of $msi $change os1
done

# ---- irq show ----
mintctl irq show $msi > /tmp/show
sed 's/^/# /' /tmp/show
for line in "Function: +$msi" 'Owner: +os1' 'Driver: +edu' 'Interrupts: +1 message \(msi\), arrived 4[5-9] times' \
	'os1 +[0-9]+ +1 +1 active +4[5-9]$'; do
	check "irq show of a function: $line" grep -qE "^$line" /tmp/show
done
mintctl irq show $msi --json > /tmp/show.json
keep_json /tmp/show.json
check_equal "irq show --json has that message" "1 msi os1 $msi" "$(jq -r '.irqs | "\(length) \(.[0].type) \(.[0].owner) \(.[0].device)"' /tmp/show.json)"
mintctl irq show doorbell > /tmp/show
sed 's/^/# /' /tmp/show
for line in 'Doorbell: +vector 247 ' 'Arrived: +[1-9]' 'os1 +247 +0 +0 active +[1-9]' 'os2 +247 +2 +2 active +[1-9]'; do
	check "irq show of doorbells: $line" grep -qE "^$line" /tmp/show
done
mintctl irq show doorbell --json > /tmp/show.json
keep_json /tmp/show.json
check_equal "irq show --json has them" "os1 doorbell os2 doorbell" "$(jq -r '[.irqs[] | .owner, .type] | join(" ")' /tmp/show.json)"
mintctl irq show $edu1 > /tmp/show
check "a function without a message is shown by its line" sh -c "grep -q '^Interrupts: *by its line' /tmp/show && grep -qE '^GSI: *$gsi\$' /tmp/show"
refused "a function that has no interrupt in use" 1 "^mintctl: 0000:00:1f.0: no interrupt of it is in use" mintctl irq show 00:1f.0
refused "a function that is not there" 1 "^mintctl: 0000:0f:00.0: no such PCI function" mintctl irq show 0f:00.0
mintctl irq show "$gsi" > /tmp/show
sed 's/^/# /' /tmp/show
for line in "GSI: +$gsi" 'Trigger: +level, active high' 'Used by: +os1,os2 \(shared\)' 'Strategy: +(directed|self-ipi|mask)' \
	"Time-out: +$line_timeout_ms ms" 'Rounds: +[1-9][0-9]*, of these forced [0-9]+; evictions 0' \
	"os1 +active .*$edu1" "os2 +active .*$edu2"; do
	check "irq show: $line" grep -qE "^$line" /tmp/show
done
counts() { mintctl irq show "$gsi" --json | jq -r '[.irqs[] | select(.gsi == '"$gsi"') | "\(.owner) \(.count >= 50) \(.sharers | join("+"))"] | join(" ")'; }
check_equal "irq show --json has both, with what arrived" "os1 true os1+os2 os2 true os1+os2" "$(counts)"
refused "a line that nobody uses" 1 '^mintctl: .*19' mintctl irq show 19
refused "a line that cannot be" 2 "'4000'" mintctl irq show 4000
refused "what is no number" 2 "'x'" mintctl irq show x

# ---- news ----
forget_news
put os2 handler "slow $((line_timeout_ms * 2000)) 1"
raise os2 1 &
stalled=$!
raise os1 200 5000 &
waiting=$!
news "os2 keeps the others waiting" 2 "$gsi" evicted
news "it comes back" 2 "$gsi" readmitted
wait $stalled
check_equal "it was served" 0 $?
wait $waiting
check_equal "so was os1" 0 $?
in_lines() { grep -qE "^[0-9:.]+ $1" /tmp/lines; }
check "people read what it means" wait_for 10 in_lines "GSI $gsi evicted os2: it does not acknowledge"
check "and that it is over" wait_for 10 in_lines "GSI $gsi readmitted os2: "
check "irq show counts that" sh -c "mintctl irq show $gsi | grep -E '^Rounds:.*evictions [1-9]'"
# storm WHICH: os2's device wants something, and its driver does not look.
storm()
{
	forget_news
	put os2 handler ignore
	raise os2 1 &
	ignored=$!
	news "$1 storm is told" - "$gsi" throttled
	put os2 handler serve
	wait $ignored
	check_equal "it was served in the end" 0 $?
	check "and the line is as before" eval 'raise os1 20 && raise os2 20'
}
storm "a"
storm "the next"
check "people read that, too" wait_for 10 in_lines "GSI $gsi throttled: it storms"
forget_news
# The doorbells of the single repairs are over when they are counted.
echo repaired:500 > /sys/kernel/debug/mint_fault
echo section 7 > /sys/kernel/debug/mint_irq_scribble
check "what is damaged is repaired" sh -c 'mintctl irq repair --json > /tmp/repair.json'
keep_json /tmp/repair.json
check_equal "and told: what differed, and how much was restored" "true true" "$(jq -r '"\(.differences | length >= 1) \(.restored >= 1)"' /tmp/repair.json)"
echo none > /sys/kernel/debug/mint_fault
news "who repairs is named" 1 - repaired
check "people read who was repaired" wait_for 10 in_lines 'interrupt table repaired by os1: '
check "os2 hears of that" wait_for 10 in_os_hears 'irq-ntf 1 - repaired 0'
in_os os2 'cat /tmp/news' | sed 's/^/# os2: /'
check "table and hardware agree" wait_for 10 verify

# ---- irq top ----
count() { mintctl irq list --json | jq '[.irqs[] | select(.device == "'"$1"'" and .owner == "os1") | .count] | add'; }
# What top saw at first is what it saw at last, less what its rate says for the time in
# between; both looks were between ours.
before=$(count $edu1)
mintctl irq top --once --delay 4 > /tmp/top &
topper=$!
check "interrupts arrive meanwhile" raise os1 400 3000
wait $topper
check_equal "irq top --once ends by itself" 0 $?
after=$(count $edu1)
sed 's/^/# /' /tmp/top
check "its rate is that of the counters" awk -v dev=$edu1 -v before="$before" -v after="$after" '
	/, measured/ { for (i = 1; i < NF; i++) if ($i == "measured") seconds = $(i + 1) }
	$NF == dev && $4 == "os1" { rate = $1; last = $3; rows++ }
	END {
		first = last - rate * seconds
		# The rate and the seconds have one digit behind the point.
		slack = 0.06 * (rate + seconds)
		printf "%d..%d: %.1f/s for %.1f s from %.1f to %d\n", before, after, rate, seconds, first, last
		exit rows != 1 || seconds < 4 || rate <= 0 || first < before - slack || last > after || last - first > after - before + slack
	}' /tmp/top
printf '# %s\n' "$check_output"
check "the sums are those of the rows" awk '
	$1 == "OS" { part = 1; next }
	$1 == "RATE/s" { part = 2; next }
	part == 1 && $1 == "total" { routes = $2; count = $5 }
	part == 1 && NF == 5 && $1 != "total" { os_routes += $2; os_count += $5; oses++ }
	part == 2 && NF >= 7 { rows++; sum += $3 }
	END { print oses, routes, rows, count, sum; exit oses != 2 || routes != rows || routes != os_routes || count != sum || count != os_count }' /tmp/top
mintctl irq top --number 3 --delay 1 > /tmp/top
check_equal "as many samples as are asked for" 3 "$(grep -c '^mintctl irq top' /tmp/top)"
check "the busiest first" awk '$1 == "RATE/s" { last = -1; next } NF >= 7 && $1 ~ /^[0-9.]+$/ { if (last >= 0 && $1 > last) bad = 1; last = $1; n++ } END { exit bad || n < 9 }' /tmp/top

mintctl irq top --number 2 --delay 1 --json > /tmp/top
keep_json_lines /tmp/top
check_equal "as JSON, a line for each sample" "2 true true" "$(jq -s -r '"\(length) \(all(.measured >= 1000)) \(all(.irqs | any(.device == "'$edu1'" and .rate_s != null)))"' /tmp/top)"
mintctl irq timeout --json > /tmp/timeout.json
keep_json /tmp/timeout.json
check_equal "irq timeout, too" "$(mintctl irq timeout)" "$(jq .timeout /tmp/timeout.json)"

# On a terminal it goes on until it is told to end.
mkfifo /tmp/keys
script -q -f -c 'mintctl irq top --delay 1000; echo "ended with $?"' /tmp/screen < /tmp/keys > /dev/null 2>&1 &
exec 5> /tmp/keys
check "on a terminal it says what keys do" wait_for 20 grep -q 'measuring 1000 s (space: now, q: end)' /tmp/screen
printf ' ' >&5
check "space measures at once" wait_for 20 grep -qE 'measured [0-9.]+ s' /tmp/screen
printf q >&5
check "q ends it" wait_for 20 grep -q 'ended with 0' /tmp/screen
exec 5>&-

# ---- the end, and monitor --json ----
check "the NIC goes to os2" mintctl dev move $nic --to os2
check "and comes back" mintctl dev move $nic --to os1
forget_news
check "os2 is destroyed" mintctl os destroy os2 --force
news "os1 has the line to itself" - "$gsi" exclusive
news "os2 is off it" 2 "$gsi" withdrawn
freed() { grep -q '"os2".*"destroyed"' /tmp/monitor; }
check "the monitor has heard of it" wait_for 10 freed
kill $monitor $lines
sed 's/^/# /' /tmp/monitor /tmp/lines
keep_json_lines /tmp/monitor
check_equal "the monitor has told of every kind of change" \
	"changed evicted exclusive readmitted registered repaired shared throttled withdrawn" \
	"$(jq -r 'select(.event == "irq") | .change' /tmp/monitor | sort -u | xargs)"
check_equal "of who kept others waiting, where" "os2 $gsi" "$(jq -r 'select(.change == "evicted") | "\(.os) \(.gsi)"' /tmp/monitor | sort -u)"
check_equal "routes that come and go are for who asks" "" "$(grep -E ' route (registered|changed|withdrawn) by ' /tmp/lines)"
check "each line is an object with time and event" sh -c "[ \$(jq -c 'select(.time > 1000000000 and (.event | type) == \"string\")' /tmp/monitor | wc -l) -eq \$(wc -l < /tmp/monitor) ]"
check "the times go on" jq -es '[.[].time] | . == sort' /tmp/monitor
# What lies between these may be too short to be seen.
check_equal "the life of os2" "created up stopped by force destroyed" \
	"$(jq -r 'select(.event == "os" and .name == "os2") | .state' /tmp/monitor | grep -vxE 'busy|starting|running' | xargs)"
moves() { jq -r 'select(.bdf == "'$nic'" and (.event == "ordered" or .event == "moved")) | "\(.event) \(.from // .owner)"' /tmp/monitor | xargs; }
check_equal "the ways of the NIC" "ordered os1 moved os2 ordered os2 moved os1" "$(moves)"
check_equal "with phases and their times" true "$(jq -s '[.[] | select(.bdf == "'$nic'" and .event == "phase") | .ns > 0] | length >= 4 and all' /tmp/monitor)"
check_equal "and drivers" e1000e "$(jq -r 'select(.bdf == "'$nic'" and .event == "moved") | .driver' /tmp/monitor | sort -u)"
finish
GUEST
check_json "the JSON is as its schema says" 24
for os in os1 os2; do
	check_no_log "$os has nothing to complain of" 'WARNING|BUG:|Oops|Call Trace|stall|nobody cared' "$os"
done

finish
