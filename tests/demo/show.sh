#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The show: runs in the first OS, started by tests/demo/run.

nic=0000:03:00.0
address=10.0.2.15/24
peer=10.0.2.2
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

# interrupts_go_to OS: all those of the NIC, and there are some.
interrupts_go_to()
{
	printf '\n$ mintctl irq list | grep -E "GSI|%s"\n' "$nic"
	mintctl irq list | grep -E "GSI|$nic" | tee /tmp/routes
	awk -v nic="$nic" -v os="$1" '
	$NF == nic { routes++; if ($4 != os) foreign++ }
	END        { exit !routes || foreign }' /tmp/routes || note_failure "interrupts of the NIC go to $1" 1
}

nic_here()
{
	run net-up "$nic" "$address"
	run ping -c 3 -W 5 "$peer"
	interrupts_go_to os1
}

nic_in_os2()
{
	run mintctl os exec os2 -- net-up "$nic" "$address"
	run mintctl os exec os2 -- ping -c 3 -W 5 "$peer"
	interrupts_go_to os2
}

title "One Linux has the whole machine"
run uname -sr
run mintctl os list
run mintctl dev list

title "It starts a second one beside itself, on cores 2 and 3"
must mintctl os create os2 --cpus 2-3 --memory 768M
must mintctl os start os2 --kernel /boot/bzImage --initrd /boot/initrd --wait 60
run mintctl os list
run mintctl os exec os2 -- uname -a

title "Each sees only what is its own"
run grep '^processor' /proc/cpuinfo
run mintctl os exec os2 -- grep '^processor' /proc/cpuinfo
run grep 'System RAM' /proc/iomem
run mintctl os exec os2 -- grep 'System RAM' /proc/iomem

title "Two hearts beat at once"
heartbeats

title "A NIC works in the first OS ..."
nic_here
title "... goes to os2, while both run ..."
must mintctl dev move "$nic" --to os2
run mintctl dev list
nic_in_os2
title "... and comes back"
must mintctl dev move "$nic" --to os1
nic_here

title "The second OS ends; its cores and its memory come back"
run mintctl os stop os2
run mintctl os destroy os2
run mintctl os list

verdict
