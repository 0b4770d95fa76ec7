# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For system tests of interrupts, after lib.sh.
# shellcheck disable=SC2034,SC2154 # this is for who sources it, and that is from lib.sh

irq_guest=$repo/tests/system/programs/irq.sh

# serve_host VM: does what the guest of that machine asks for by lines
#
#	host: key NAME		a key of the PS/2 keyboard
#	host: power-button
#	host: com1|com2 TEXT	a line that arrives at a serial port
#
# in the background, until end_host. The machine needs --input.
serve_host()
{
	: > "$dir/$1.out"
	tail -n +1 -s 0.1 --pid=$$ -f "$dir/$1.out" 2> /dev/null | follow_guest "$dir/$1" &
	host_pid=$!
}

end_host()
{
	kill "$host_pid" 2> /dev/null
	wait "$host_pid" 2> /dev/null
}

follow_guest()
{
	local word what text

	while read -r word what text; do
		[ "$word" = host: ] || continue
		case $what in
		key) qmp "$1" "sendkey $text" ;;
		power-button) qmp "$1" system_powerdown ;;
		com1|com2) printf '%s\n' "$text" > "$1/$what.in" ;;
		esac
	done
}

# A command of QEMU's monitor.
qmp()
{
	printf '{"execute":"human-monitor-command","arguments":{"command-line":"%s"}}\n' "$2" > "$1/qmp.in"
}
