# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# mintctl on a terminal, for scripts in the guest; needs /usr/lib/mint/test.sh and script(1).

# terminal NAME COMMAND: it runs there. Keys go into /tmp/NAME.keys, what is shown into
# /tmp/NAME.screen; .before and .after are the settings of the terminal.
terminal()
{
	name=$1
	mkfifo "/tmp/$1.keys"
	cat > "/tmp/$1.sh" << END
stty rows 40 cols 100
tty > /tmp/$1.tty
stty -a > /tmp/$1.before
sh -c 'echo \$\$ > /tmp/$1.pid; exec $2'
echo \$? > /tmp/$1.status
stty -a > /tmp/$1.after
END
	script -q -f -c "sh /tmp/$1.sh" "/tmp/$1.screen" < "/tmp/$1.keys" > /dev/null 2>&1 &
	terminal_pid=$!
	exec 5> "/tmp/$1.keys"
}

# shellcheck disable=SC2059 # backslashes are keys
keys() { printf "$1" >&5; }
shows() { grep -qE -- "$1" "/tmp/$name.screen"; }

# restored NAME STATUS: mintctl has ended so, and the terminal is as it was.
restored()
{
	check "$1: mintctl has ended" wait_for 20 test -s "/tmp/$1.after"
	[ -s "/tmp/$1.after" ] || kill -KILL "$terminal_pid"
	check_equal "$1: with this status" "$2" "$(cat "/tmp/$1.status")"
	check "$1: the terminal is as it was" cmp "/tmp/$1.before" "/tmp/$1.after"
	wait "$terminal_pid"
}
