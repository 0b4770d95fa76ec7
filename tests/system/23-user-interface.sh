#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What an operator and a plain user get of a real machine: os exec with clients that
# are stopped, and its own exit statuses; flags and JSON of a function; who may see
# physical addresses and what a dead kernel said.
#
# Covers: faults-22 faults-23 faults-24
# Short: 1 boot
# Limit: 240

. "$(dirname "$0")/lib.sh"
variant=normal

expect_panic vm os3 'sysrq triggered crash'
vm_ok vm --on-panic continue --file "$(command -v setpriv):/usr/bin/" --arg -device \
	--arg pcie-root-port,id=rp1,bus=pcie.0,addr=3,chassis=1 \
	--arg -device --arg e1000e,bus=rp1 << 'GUEST'
# ---- what is shipped ----
zcat /proc/config.gz > /tmp/config
check "the shipped kernel has no test driver and no hooks" sh -c \
	"grep -q 'CONFIG_MINT=y' /tmp/config && ! grep -E 'CONFIG_MINT_(EDU|TEST)=' /tmp/config"
check "no functions of them" sh -c "grep -q mint_os_create /proc/kallsyms && ! grep -E ' (edu_|mint_edu|.*mint_test)' /proc/kallsyms"
check "no files of them" sh -c '[ -d /sys/kernel/debug/mint_pci ] && ! ls /sys/kernel/debug | grep -E "^mint_(test|irq|move)"'

check "os2 starts" up os2 2 256M
check "os3 starts" up os3 3 256M
check_equal "cores have a column" 2 "$(field os2 CORES)"

# ---- a function ----
check "FLAGS has what its help promises" sh -c \
	"mintctl dev list --noheadings -o BDF,FLAGS | grep -E '^0000:00:03.0 +.*bridge.*slot'"
mintctl dev show 0000:01:00.0 --json > /tmp/json
keep_json /tmp/json
for key in subsystem revision class_name modalias moves trigger bars bar_types bar_addresses bar_sizes port order; do
	grep -q "\"$key\":" /tmp/json || not_ok "dev show --json has $key" "$(cat /tmp/json)"
done
check "the BARs are numbers" grep -A 2 '"bar_sizes": \[' /tmp/json

# ---- exit status of exec ----
refused "exec fails by itself: no such OS" 125 'os9' mintctl os exec -n os9 -- true
refused "wrong usage" 125 'missing' mintctl os exec os2
refused "no such command" 127 'cannot run' mintctl os exec -n os2 -- /nowhere
refused "not to be run" 126 'cannot run' mintctl os exec -n os2 -- /etc
mintctl os exec -n os2 -- sh -c 'exit 1'
check_equal "the command's own status" 1 $?

# ---- clients that are stopped ----
# A second agent, less patient; init's does nothing from now on.
impatient='mint-agent --no-ready --stall 8 && kill -STOP $(pidof mint-agent | tr " " "\n" | sort -n | head -n 1)'
in_os os2 "$impatient" > /dev/null 2>&1
new_agent() { in_os os2 'for p in $(pidof mint-agent); do tr "\0" " " < /proc/$p/cmdline; done' | grep -q 'stall 8'; }
check "an agent that is less patient" wait_for 20 new_agent

# eight COMMAND: as many clients as there are channels, all of them stopped.
eight()
{
	pids=
	for i in 1 2 3 4 5 6 7 8; do
		mintctl os exec -n os2 -- sh -c "touch /tmp/$1-$i; $2" > "${3:-/tmp/$1-$i}" 2> "/tmp/$1-$i.err" &
		pids="$pids $!"
	done
	wait_for 20 begun "$1" || not_ok "eight clients: $1"
	# shellcheck disable=SC2086 # one argument per process
	kill -STOP $pids
}
# By the console, as no channel is left.
on_console() { printf '%s\n' "$1" | mintctl os console os2; }
# What the console said before comes again, so that the answer has to name the question.
begun() { on_console "echo have $1 \$(ls -d /tmp/$1-* | wc -l)." | grep -q "have $1 8\."; }
works() { [ "$(in_os os2 echo works)" = works ]; }

eight last 'until [ -e /tmp/go ]; do usleep 20000; done; seq 1 3000; exit 7'
refused "no channel is left" 125 'all its channels are in use' mintctl os exec -n os2 -- true
on_console 'touch /tmp/go' > /dev/null
check "when their commands have ended there are channels again" wait_for 20 works
kill -CONT $pids
seq 1 3000 > /tmp/wanted
for pid in $pids; do
	wait "$pid"
	[ $? -eq 7 ] || not_ok "each gets the status of its command"
done
for i in 1 2 3 4 5 6 7 8; do
	cmp -s /tmp/wanted "/tmp/last-$i" || not_ok "each gets the last output" "$(cmp /tmp/wanted "/tmp/last-$i" 2>&1)"
done
ok "what they were sent while they were stopped is there"

eight yes 'exec yes' /dev/null
refused "no channel is left again" 125 'all its channels are in use' mintctl os exec -n os2 -- true
check "who takes nothing for long is given up" wait_for 20 works
no_yes() { [ "$(in_os os2 'pidof yes || echo none')" = none ]; }
check "and its command ended" wait_for 10 no_yes
kill -CONT $pids
gone() { for pid in $pids; do ! kill -0 "$pid" 2> /dev/null || return 1; done; }
wait_for 20 gone || { not_ok "they end" "$(mintctl os exec -n os2 -- ps)"; kill -KILL $pids; }
for pid in $pids; do
	wait "$pid"
	[ $? -eq 125 ] || not_ok "it says that the connection is lost"
done
check "in so many words" grep -q 'connection is lost' /tmp/yes-1.err

# ---- a plain user ----
user() { setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all --bounding-set -all "$@"; }
syslog() { setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all,+syslog --ambient-caps -all,+syslog "$@"; }
column_for() { "$1" mintctl os list --noheadings -o "NAME,$3" | sed -n "s/^$2  *//p" | sed 's/ *$//'; }

check_equal "a user sees names and states" up "$(column_for user os2 STATE)"
check_equal "and sizes" 256M "$(column_for user os2 MEMORY)"
check_equal "but not where memory is" - "$(column_for user os2 ADDRESS)"
check "root does" sh -c "mintctl os list --noheadings -o ADDRESS | grep -q 0x"
for what in "os show os2" "dev show 0000:01:00.0"; do
	user mintctl $what > /tmp/text || not_ok "a user may look: $what"
	check "no address: $what" sh -c '! grep 0x /tmp/text && [ -s /tmp/text ]'
done
check "the BARs have sizes" grep -qE '^BAR 0: +- +\(128K\)' /tmp/text
check "root sees the BARs" sh -c "mintctl dev show 0000:01:00.0 | grep -qE '^BAR 0: +memory 0x'"
check "JSON has none either" sh -c "setpriv --reuid 65534 --bounding-set -all mintctl dev list --json > /tmp/json &&
	! grep -A 1 '\"bar_addresses\": \[' /tmp/json | grep '[0-9]' && grep -A 1 '\"bar_sizes\": \[' /tmp/json | grep '[0-9]'"
keep_json /tmp/json
for file in /sys/kernel/mint/*; do
	! user cat "$file" > /dev/null 2>&1 || not_ok "a user cannot read $file"
done
! user dd if=/dev/mint of=/dev/null count=1 2> /dev/null || not_ok "a user cannot open /dev/mint"
ok "files are root's"

echo 1 > /proc/sys/kernel/dmesg_restrict
user mintctl monitor --json > /tmp/monitor.user &
mintctl monitor --json > /tmp/monitor.root &
syslog mintctl monitor --json > /tmp/monitor.syslog &
# A listener holds a socket in the group: column Groups.
listening() { [ "$(awk '$2 == 16 && $4 != "00000000"' /proc/net/netlink | wc -l)" -ge 3 ]; }
check "three listeners" wait_for 10 listening
in_os os3 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1 &
check "os3 panics" wait_for 20 is os3 panicked
for who in user root syslog; do
	check "who listens is told: $who" wait_for 10 grep -q '"panicked"' "/tmp/monitor.$who"
done
for who in user root syslog; do
	keep_json_lines "/tmp/monitor.$who"
done
check "root hears the reason" grep -q '"panicked", "reason": ".*sysrq' /tmp/monitor.root
check "who may read logs, too" grep -q '"panicked", "reason": ".*sysrq' /tmp/monitor.syslog
check "a user does not" grep -q '"panicked", "reason": ""' /tmp/monitor.user
check_equal "nor does he see it" - "$(column_for user os3 REASON)"
check "root does" sh -c "mintctl os list --noheadings -o REASON | grep -q sysrq"
check "who may read logs does" sh -c "setpriv --reuid 65534 --inh-caps -all,+syslog --ambient-caps -all,+syslog \
	mintctl os list --noheadings -o REASON,ADDRESS > /tmp/text; grep -q sysrq /tmp/text && ! grep 0x /tmp/text"
echo 0 > /proc/sys/kernel/dmesg_restrict
check "without dmesg_restrict a user does, too" sh -c "setpriv --reuid 65534 --bounding-set -all \
	mintctl os list --noheadings -o REASON,ADDRESS > /tmp/text; grep -q sysrq /tmp/text && ! grep 0x /tmp/text"
finish
GUEST
check_json "JSON is as the schema says" 5

finish
