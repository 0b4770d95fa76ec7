#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "os console" on a terminal: keys go to the other OS, Ctrl-C among them; the terminal is
# as it was however the console is left, and the console free for others. And nine clients
# of "os exec" for eight channels: the ninth is told so and disturbs nobody.
#
# Covers: the console on a terminal, all channels in use
# Short: 1 boot
# Limit: 300

. "$(dirname "$0")/lib.sh"
variant=normal

vm_ok vm --smp 2 --file "$(command -v script):/usr/bin/" \
	--file "$repo/tests/system/programs/terminal.sh" << 'GUEST'
. ./terminal.sh
check "os2 is up" up os2 1 192M

# ---- terminals ----
# console NAME: "mintctl os console os2" runs on a terminal.
console()
{
	terminal "$1" 'mintctl os console os2'
	check "$1: the terminal becomes raw" wait_for 20 is_raw "$1"
}

settings() { stty -a -F "$(cat "/tmp/$1.tty")"; }
# The text comes first: before it, keys would be the shell's.
is_raw() { shows 'Ctrl-\] leaves it' && settings "$1" | grep -q -- '-isig' && settings "$1" | grep -q -- '-icanon' && settings "$1" | grep -q -- '-echo '; }
# Refused while somebody is attached. The answer has to differ from its echo.
on_console() { printf 'echo "answer:$((%s))"\n' "$1" | mintctl os console os2 | grep -q "answer:$(($1))"; }
sleeps() { in_os os2 'pidof sleep'; }
sleeps_not() { ! sleeps; }

console escape
keys 'echo "says $((6 * 7))"\r'
check "a command that is typed runs there" wait_for 10 shows '^says 42'
keys 'sleep 1000\r'
check "a long one, too" wait_for 10 sleeps
keys '\003'
check "Ctrl-C ends it there" wait_for 10 sleeps_not
keys 'tty; echo "still $((40 + 3))"\r'
check "and nothing here" wait_for 10 shows '^still 43'
check "it is that OS's hvc0" shows '^/dev/hvc0'
refused "a second one is refused" 1 'somebody else is attached to its console; try --read-only' mintctl os console os2 < /dev/null
refused "from that OS, too" 1 'somebody else is attached' mintctl os exec -n os2 -- mintctl os console os2
mintctl os console os2 --read-only > /tmp/watched 2>&1 &
watcher=$!
check "who only looks is not" wait_for 10 grep -q 'still 43' /tmp/watched
kill $watcher
wait $watcher
keys 'echo last > /tmp/last\r\035and not this\r'
restored escape 0
check "it says so" shows 'left the console'
# The keys before the escape arrive, those after it do not.
check "what was typed before Ctrl-] arrived" wait_for 10 in_os os2 'grep -q last /tmp/last'
check "the console is free again" wait_for 10 on_console 3+4
mintctl os console os2 < /dev/null > /tmp/ring
check "what came after Ctrl-] did not" sh -c 'grep "says 42" /tmp/ring && ! grep -E "and not this|not found" /tmp/ring'

console killed
kill -TERM "$(cat /tmp/killed.pid)"
restored killed 0
check "the console is free again" wait_for 10 on_console 5+6

console closed
kill -KILL $terminal_pid
gone() { ! kill -0 "$(cat /tmp/closed.pid)" 2> /dev/null; }
check "mintctl ends when its window is closed" wait_for 10 gone
check "the console is free again" wait_for 10 on_console 7+8

# ---- nine clients for eight channels ----
# client N: repeats each line that it is sent, with its number, until its input ends.
client()
{
	mkfifo "/tmp/in.$1"
	sleep 1000 > "/tmp/in.$1" &
	echo $! > "/tmp/holder.$1"
	{ mintctl os exec os2 -- sh -c 'while read -r line; do echo "$1 $line"; done' sh "$1"; echo "$1 ended with $?"; } \
		< "/tmp/in.$1" > "/tmp/out.$1" 2>&1 &
}
# all WORD: every one of the eight is sent this and repeats it.
all()
{
	for n in $clients; do echo "$1" > "/tmp/in.$n"; done
	for n in $clients; do
		wait_for 15 grep -qx "$n $1" "/tmp/out.$n" || { echo "client $n: $(cat "/tmp/out.$n")"; return 1; }
	done
}
end_client()
{
	kill "$(cat "/tmp/holder.$1")"
	wait_for 15 grep -qx "$1 ended with 0" "/tmp/out.$1"
}

clients='1 2 3 4 5 6 7 8'
for n in $clients; do client $n; done
check "eight clients at once are served" all first
refused "the ninth is refused" 125 'os2: all its channels are in use; try again when a command has ended' mintctl os exec -n os2 -- true
check "the eight go on" all second
# shellcheck disable=SC2016 # os2 expands it
printf 'mintctl os exec -n os1 -- touch /tmp/from-os2\n' | mintctl os console os2 > /dev/null
check "those of another OS are others" wait_for 10 test -e /tmp/from-os2
check "one ends" end_client 5
ninth() { mintctl os exec -n os2 -- true; }
check "then there is room" wait_for 10 ninth
clients='1 2 3 4 6 7 8 9'
client 9
check "for one that stays" all third
refused "and no more" 125 'all its channels are in use' mintctl os exec -n os2 -- true
for n in $clients; do check "client $n ends" end_client $n; done
printf '%s\n' '1 first' '1 second' '1 third' '1 ended with 0' > /tmp/wanted
check "each got its own, in order" cmp /tmp/wanted /tmp/out.1

# Eight that wait for one another; a channel may still be on its way back.
together()
{
	in_os os2 'rm -f /tmp/here.*' || return
	pids=''
	for n in 1 2 3 4 5 6 7 8; do
		in_os os2 ". /usr/lib/mint/test.sh; touch /tmp/here.$n; all() { [ \$(ls /tmp/here.* | wc -l) -eq 8 ]; }; wait_for 15 all" &
		pids="$pids $!"
	done
	together=0
	for pid in $pids; do wait "$pid" || together=1; done
	return $together
}
check "afterwards all eight are there again" wait_for 40 together

# ---- the OS ends beneath a terminal ----
console ended
check "os2 is destroyed" mintctl os destroy os2 --force
restored ended 0
check "it says so" shows 'os2: has ended'
finish
GUEST
for os in os1 os2; do
	check_no_log "$os has nothing to complain of" 'WARNING|BUG:|Oops|Call Trace|stall' "$os"
done

finish
