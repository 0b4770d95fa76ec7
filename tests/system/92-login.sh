#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# "os login" and "os exec --tty": a real terminal in the other OS, with its size and its
# signals; the terminal here is as it was however it is left, and nothing stays behind there.
#
# Covers: login
# Short: 1 boot
# Limit: 240

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
