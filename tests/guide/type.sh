#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The typist of the first day, in its machine: types the lines of /root/commands on a
# terminal, each when a shell asks for it, and prints what the terminal has shown, each line
# behind "screen: ". Before and after each move it looks who owns what, for the picture.
# shellcheck source=../guest/test.sh
. /usr/lib/mint/test.sh
# shellcheck source=../system/programs/terminal.sh
. /root/terminal.sh

# Lines that begin with a prompt; the last of them waits.
# shellcheck disable=SC2317 # called by wait_for
asks() { [ "$(grep -cE '^os[0-9]+:~# ' /tmp/day.screen)" -eq $((typed + 1)) ]; }

# look BEFORE|AFTER: a JSON document a line.
look()
{
	for what in machine os dev; do
		verb=list
		[ $what != machine ] || verb=show
		printf '%s %s: %s\n' "$1" $what "$(mintctl $what $verb --json | tr -d '\n')"
	done
}

type_line()
{
	case $1 in
	'mintctl dev move '*) moves=yes ;;
	*) moves='' ;;
	esac
	[ -z "$moves" ] || look before
	printf '%s\r' "$1" >&5
	typed=$((typed + 1))
	wait_for 60 asks || return
	[ -z "$moves" ] || look after
}

typed=0
terminal day 'sh -l'
wait_for 20 asks || not_ok "a shell asks for a command"
while IFS= read -r line; do
	type_line "$line" || { not_ok "'$line' comes to its end"; break; }
done < /root/commands
awk '{ sub(/\r*$/, ""); print "screen: " $0 }' /tmp/day.screen
finish
