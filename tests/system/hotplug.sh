# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For system tests of moves, after lib.sh and irq.sh.
# shellcheck disable=SC2034,SC2154 # this is for who sources it, and that is from lib.sh

devices_guest=$repo/tests/system/programs/devices.sh

# What the guest may ask for by lines "host: ...", besides what irq.sh knows:
#
#	host: device_add ARGUMENTS	QEMU plugs a device
#	host: device_del ID		and asks for it to be unplugged
follow_guest()
{
	local word what text

	while read -r word what text; do
		[ "$word" = host: ] || continue
		case $what in
		device_add|device_del) qmp "$1" "$what $text" ;;
		esac
	done
}

# What every script of a guest needs: functions of os1.
moves_prelude=$(cat << 'END'
# uses OS VERB BDF...: the device works there; see devices.sh.
uses()
{
	uses_os=$1
	shift
	if [ "$uses_os" = os1 ]; then
		sh -s "$@" < /root/devices.sh
	else
		mintctl os exec "$uses_os" -- sh -s "$@" < /root/devices.sh
	fi
}

# What a device is now, as mintctl says: column of dev list.
dev() { mintctl dev list --noheadings -o "BDF,$2" | sed -n "s/^$1  *//p" | sed 's/ *$//'; }
owner() { dev "$1" OWNER; }
with() { [ "$(owner "$1")" = "$2" ]; }

# at_phase OS WORD: what the OS does in its next move; see movetest.c.
at_phase()
{
	in_os_or_here "$1" "echo '$2' > /sys/kernel/debug/mint_move_test"
}
stalled() { [ "$(in_os_or_here "$1" 'cat /sys/kernel/debug/mint_move_test')" = stalled ]; }
in_os_or_here() { if [ "$1" = os1 ]; then sh -c "$2"; else in_os "$1" "$2"; fi; }

# What a move must leave as it was: bus numbers and windows of bridges, addresses.
# Whether a function decodes them is up to its driver.
addresses() { lspci -vv 2> /dev/null | grep -E '^[0-9a-f]|Region|Bus:|behind bridge' | sed 's/ \[disabled\]//'; }
END
)
