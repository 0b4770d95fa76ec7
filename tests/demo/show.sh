#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The show: runs in the first OS, started by tests/demo/run.

nic=0000:03:00.0
address=10.0.2.15/24
peer=10.0.2.2
# They share a line; the first stays.
stays=0000:00:04.0
goes=0000:00:08.0
failed=

title() { printf '\n=== %s\n' "$*"; }

# Shows a command and what it prints; a failure is remembered, and said.
run()
{
	printf '\n$ %s\n' "$*"
	"$@" && return
	note_failure "$*" "$?"
	return 1
}

note_failure()
{
	printf 'demo: "%s" failed with status %s\n' "$1" "$2"
	failed="$failed
  $1"
}

# Stops when going on would show nothing.
must()
{
	run "$@" || verdict
}

verdict()
{
	if [ -z "$failed" ]; then
		title "VERDICT: all of it worked."
		echo 'Two Linux kernels ran side by side on this machine, each on its own cores and'
		echo 'memory with no hypervisor below; a NIC went from one to the other and back.'
		exit 0
	fi
	title "VERDICT: FAILED. What did not work:$failed"
	exit 1
}

# Five beats of this OS, and five of os2 at the same time.
heartbeats()
{
	# shellcheck disable=SC2016 # it expands in the OS that beats
	beat='for n in 1 2 3 4 5; do
		echo "  $(hostname): beat $n, up $(cut -d" " -f1 /proc/uptime) s, load $(cut -d" " -f1 /proc/loadavg)"
		sleep 1
	done'
	mintctl os exec os2 -- sh -c "$beat" | tee /tmp/beats.os2 &
	sh -c "$beat" | tee /tmp/beats.os1
	wait
	[ "$(cat /tmp/beats.os1 /tmp/beats.os2 | grep -c beat)" -eq 10 ] || note_failure "five beats of each OS" 1
}

# interrupts_go_to OS BDF: all those of the NIC, and there are some. A line is
# listed with one of the devices on it, and once for each OS that uses it.
interrupts_go_to()
{
	line=$(mintctl dev list --noheadings -o BDF,IRQ,GSI | awk -v nic="$2" '$1 == nic && $2 == "intx" { print $3 }')
	pattern=${line:+^ *$line }
	pattern=${pattern:-$2}
	printf '\n$ mintctl irq list | grep -E "GSI|%s"\n' "$pattern"
	mintctl irq list | grep -E "GSI|$pattern" | tee /tmp/routes
	awk -v line="$line" -v os="$1" '
	$1 == "GSI"        { next }
	$4 == os           { routes++ }
	$4 != os && !line  { foreign++ }
	END                { exit !routes || foreign }' /tmp/routes || note_failure "interrupts of $2 go to $1" 1
}

# in_os OS WORD...: prints what it runs where.
in_os()
{
	in_os_name=$1
	shift
	if [ "$in_os_name" = os1 ]; then
		run "$@"
	else
		run mintctl os exec "$in_os_name" -- "$@"
	fi
}

# works_in OS BDF ADDRESS PEER
works_in()
{
	in_os "$1" net-up "$2" "$3"
	in_os "$1" ping -c 3 -W 5 "$4"
	interrupts_go_to "$1" "$2"
}

# Nobody uses it any more, in OS: BDF.
rest_in()
{
	in_os "$1" sh -c "cd /sys/bus/pci/devices/$2/net && ip addr flush dev * && ip link set * down"
}

# What the monitor has seen, since the last time: in the end that OS has BDF.
seen=0
# show_monitor BDF OS
show_monitor()
{
	printf '\n$ mintctl monitor\n'
	until=$(($(cut -d. -f1 /proc/uptime) + 10))
	until tail -n +$((seen + 1)) /tmp/monitor | grep -q "$1 .*now with $2"; do
		if [ "$(cut -d. -f1 /proc/uptime)" -ge $until ]; then
			note_failure "the monitor says that $1 is with $2" 1
			break
		fi
		usleep 50000
	done
	tail -n +$((seen + 1)) /tmp/monitor
	seen=$(wc -l < /tmp/monitor)
}

# move_it BDF OS: and says for how long nobody could use it.
move_it()
{
	must mintctl dev move "$1" --to "$2" --timings
	show_monitor "$1" "$2"
}

# os2 starts again, for the second time.
reboot_it()
{
	printf '\n$ mintctl os exec os2 -- reboot\n'
	# Its end may be the end of the connection.
	mintctl os exec -n os2 -- reboot 2> /dev/null
	until=$(($(cut -d. -f1 /proc/uptime) + 60))
	until mintctl os list --noheadings -o NAME,STATE,STARTS | grep -qE '^os2 +up +2$'; do
		if [ "$(cut -d. -f1 /proc/uptime)" -ge $until ]; then
			note_failure "os2 starts again" 1
			break
		fi
		usleep 100000
	done
}

title "One Linux has the whole machine"
run uname -sr
run mintctl os list
run mintctl dev list

title "It starts a second one beside itself, on cores 2 and 3"
must mintctl os create os2 --cores 2-3 --memory 768M
must mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
must mintctl os start os2 --image web --timings --wait 60
run mintctl os list
run mintctl os exec os2 -- uname -a

title "Each sees only what is its own"
run grep '^processor' /proc/cpuinfo
run mintctl os exec os2 -- grep '^processor' /proc/cpuinfo
run grep 'System RAM' /proc/iomem
run mintctl os exec os2 -- grep 'System RAM' /proc/iomem

title "Two hearts beat at once"
heartbeats

mintctl monitor > /tmp/monitor &
monitor=$!

title "A NIC works in the first OS ..."
works_in os1 "$nic" "$address" "$peer"
printf '\n$ mintctl dev move %s --to os2\n' "$nic"
if mintctl dev move "$nic" --to os2; then
	note_failure "a NIC in use is refused" 0
fi
rest_in os1 "$nic"
title "... goes to os2, while both run ..."
move_it "$nic" os2
run mintctl dev tree
works_in os2 "$nic" "$address" "$peer"
rest_in os2 "$nic"
title "... and comes back"
move_it "$nic" os1
works_in os1 "$nic" "$address" "$peer"

title "Two more share one interrupt line; one of them goes to os2, the other stays"
works_in os1 "$stays" 10.0.3.15/24 10.0.3.2
works_in os1 "$goes" 10.0.4.15/24 10.0.4.2
rest_in os1 "$goes"
move_it "$goes" os2
works_in os2 "$goes" 10.0.4.15/24 10.0.4.2
run ping -c 3 -W 5 10.0.3.2
run mintctl irq verify
rest_in os2 "$goes"
title "... and comes back"
move_it "$goes" os1
works_in os1 "$goes" 10.0.4.15/24 10.0.4.2
kill "$monitor"

title "The second OS reboots: it starts again by itself, and the first goes on"
reboot_it
run mintctl os show os2

title "The second OS ends; its cores and its memory come back"
run mintctl os stop os2
run mintctl os destroy os2
run mintctl image remove web
run mintctl os list

verdict
