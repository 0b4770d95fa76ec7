#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "os login" and "os exec --tty": a real terminal in the other OS, with its size and its
# signals: top and vi run there, are resized, interrupted and suspended; the terminal here is
# as it was however it is left, and nothing stays behind there.
#
# Covers: login
# Short: 1 boot
# Limit: 300

. "$(dirname "$0")/lib.sh"

vm_ok vm --smp 2 --file "$(command -v script):/usr/bin/" \
	--file "$repo/tests/system/programs/terminal.sh" << 'GUEST'
. ./terminal.sh
check "os2 is up" up os2 1 192M

runs() { in_os os2 "pidof $1"; }
runs_not() { ! runs "$1"; }

terminal login 'mintctl os login os2'
keys 'echo "here $(hostname) $(tty) $HOME"\r'
check "a shell on a terminal there" wait_for 20 shows 'here os2 /dev/pts/[0-9]+ /root'
keys 'stty size | sed "s/^/size /"\r'
check "as large as the one here" wait_for 10 shows '^size 40 100'
stty -F "$(cat /tmp/login.tty)" rows 50 cols 120
resized() { keys 'stty size | sed "s/^/size /"\r' && shows '^size 50 120'; }
check "it follows" wait_for 10 resized
keys 'sleep 1000\r'
check "something runs" wait_for 10 runs sleep
keys '\003'
check "Ctrl-C ends it there" wait_for 10 runs_not sleep
stty -F "$(cat /tmp/login.tty)" rows 40 cols 100
keys 'exit 7\r'
restored login 7

terminal left 'mintctl os exec --tty os2 -- sh'
keys 'trap "" HUP; sleep 1000 &\r'
check "something in the background" wait_for 10 runs sleep
keys '\035'
restored left 129
check "when it is left that is gone" wait_for 10 runs_not sleep

terminal closed 'mintctl os login os2'
keys 'sleep 1000 & sleep 2000\r'
check "something in the background again" wait_for 10 runs sleep
kill -KILL $terminal_pid
gone() { ! kill -0 "$(cat /tmp/closed.pid)" 2> /dev/null; }
check "mintctl ends when its window is closed" wait_for 10 gone
check "and all that was started on it" wait_for 10 runs_not sleep

# ---- programs that have the whole screen ----
# resize ROWS COLUMNS: of the terminal here.
resize() { stty -F "$(cat "/tmp/$name.tty")" rows "$1" cols "$2"; }
shows_not() { ! shows "$1"; }
is_stopped() { in_os os2 "grep -q '^State:.T' /proc/\$(pidof $1)/status"; }
is_not_stopped() { runs "$1" && ! is_stopped "$1"; }
# reads FILE LINE...: the file there has these lines and no others.
reads()
{
	reads_file=$1
	shift
	[ "$(in_os os2 "cat $reads_file")" = "$(printf '%s\n' "$@")" ]
}

# Its last word stands behind column 100.
numbers='1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000'
check "a program with a long command line" in_os os2 "sleep $numbers 7654 > /dev/null 2>&1 &"
terminal top 'mintctl os exec -t os2 -- top -d 1'
check "top runs there" wait_for 20 shows 'sleep 1000 1000'
check "its lines are as long as the terminal is wide" shows_not 7654
resize 50 120
check "it is told of a wider one" wait_for 10 shows 'sleep 1000 1000.* 7654'
resize 40 100
keys '\003'
restored top 0
check "Ctrl-C has ended it there" wait_for 10 runs_not top
in_os os2 'killall sleep'

terminal vi 'mintctl os exec -t os2 -- sh'
keys 'vi /tmp/text\r'
check "vi runs there" wait_for 20 shows "\[40;1H"
check "on as many lines" shows_not '\[50;1H'
resize 50 120
check "it is told of more" wait_for 10 shows '\[50;1H'
resize 40 100
keys 'ione\rtwo'
check "it takes what is typed" wait_for 10 shows '\[2;1Htwo'
# It begins again at the first line, and takes commands.
keys '\003'
check "Ctrl-C interrupts it there: it ends the insertion" wait_for 10 shows '- /tmp/text \[Modified\] 1/2'
keys ':w\r'
check "it goes on and writes" wait_for 10 reads /tmp/text one two
keys '\032'
check "Ctrl-Z stops it there" wait_for 10 is_stopped vi
keys 'echo "shell $((6 * 7))"\r'
check "its shell goes on" wait_for 10 shows '^shell 42'
check "while it is stopped" is_stopped vi
keys 'fg\r'
check "fg brings it back" wait_for 10 is_not_stopped vi
keys 'Gothree'
check "it takes what is typed again" wait_for 10 shows '\[3;1Hthree'
keys '\033'
check "a key of its own is one" wait_for 10 shows '- /tmp/text \[Modified\] 3/3'
keys ':wq\r'
check "what it has written is there" wait_for 10 reads /tmp/text one two three
check "it has ended" wait_for 10 runs_not vi
keys 'exit 5\r'
restored vi 5

# Nobody is there to say fg.
terminal stopped 'mintctl os exec -t os2 -- vi /tmp/text'
check "vi runs without a shell" wait_for 20 runs vi
check "and shows the text" wait_for 10 shows three
keys '\032'
check "it stops there, too" wait_for 10 is_stopped vi
keys '\035'
restored stopped 129
check "it is gone when it is left" wait_for 10 runs_not vi

terminal hidden 'mintctl os login os2'
keys 'vi /tmp/text\r'
check "vi runs in a login" wait_for 20 shows three
keys '\032'
check "it is stopped" wait_for 10 is_stopped vi
kill -KILL $terminal_pid
hidden_gone() { ! kill -0 "$(cat /tmp/hidden.pid)" 2> /dev/null; }
check "mintctl ends with that window, too" wait_for 10 hidden_gone
check "what is stopped is gone as well" wait_for 10 runs_not vi
no_terminals() { [ "$(in_os os2 'ls /dev/pts')" = ptmx ]; }
check "no terminal stays behind there" wait_for 10 no_terminals

refused "without a terminal" 125 'standard input is no terminal' mintctl os exec -t os2 -- sh < /dev/null
refused "and without input" 125 'exclude each other' mintctl os exec -t -n os2 -- sh
refused "login is refused, too" 125 'standard input is no terminal' mintctl os login os2 < /dev/null

# ---- the OS ends beneath a terminal ----
terminal ended 'mintctl os login os2'
keys 'echo "still $((40 + 3))"\r'
check "a last one" wait_for 20 shows 'still 43'
check "os2 is destroyed" mintctl os destroy os2 --force
restored ended 125
check "it says so" shows 'os2: the connection is lost'
finish
GUEST

finish
