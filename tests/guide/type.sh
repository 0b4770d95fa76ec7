#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The typist of the first day, in its machine: types the lines of /root/commands on a
# terminal, each when a shell asks for it, and prints what the terminal has shown, each line
# behind "screen: ".
# shellcheck source=../guest/test.sh
. /usr/lib/mint/test.sh
# shellcheck source=../system/programs/terminal.sh
. /root/terminal.sh

# Lines that begin with a prompt; the last of them waits.
# shellcheck disable=SC2317 # called by wait_for
asks() { [ "$(grep -cE '^os[0-9]+:~# ' /tmp/day.screen)" -eq $((typed + 1)) ]; }

# No key of it means anything to printf.
type_line()
{
	printf '%s\r' "$1" >&5
	typed=$((typed + 1))
	wait_for 60 asks
}

typed=0
terminal day 'sh -l'
wait_for 20 asks || not_ok "a shell asks for a command"
while IFS= read -r line; do
	type_line "$line" || { not_ok "'$line' comes to its end"; break; }
done < /root/commands
awk '{ sub(/\r*$/, ""); print "screen: " $0 }' /tmp/day.screen
finish
