# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC2034 # used by the script that sources this
#
# Several OSes with an edu each on one line, for scripts in the guest; after irq.sh.

# With a time-out of 2 s a host that stalls for half a second is no stalled OS.
line_timeout_ms=2000
: "${edu1:=0000:00:03.0}" "${edu2:=0000:00:07.0}" "${edu3:=0000:00:0b.0}"
khz=$(sed 's/.*tsc_early_khz=\([0-9]*\).*/\1/' /proc/cmdline)

# of OS FILE, put OS FILE TEXT: of its edu; each OS has one on the line.
of() { in_os "$1" "cat /sys/bus/pci/devices/$(edu_of "$1")/$2"; }
put()
{
	in_os "$1" "echo '$3' > /sys/bus/pci/devices/$(edu_of "$1")/$2" && return
	not_ok "$2 of $1's edu becomes $3"
	return 1
}

edu_of()
{
	case $1 in
	os1) echo "$edu1" ;;
	os2) echo "$edu2" ;;
	os3) echo "$edu3" ;;
	esac
}

# raise OS N [PERIOD [START]]: from its last core; its first takes the line's
# interrupts. START: when the TSC has that value.
raise() { in_os "$1" ". /usr/lib/mint/test.sh; . /root/irq.sh; load $(edu_of "$1") $2 ${3:-} ${4:-}"; }

# soon: what the TSC will be when all that is asked for now has begun.
soon() { echo $(($(edu "$edu1" clock) + khz * 1500)); }

served_all_of() { [ "$(of "$1" raised)" = "$(of "$1" served)" ]; }

# longest_ms OS: the longest delay of its interrupts since its delays were forgotten.
longest_ms() { of "$1" delays | awk -v khz="$khz" '{ printf "%d\n", $4 / khz }'; }
waited_less() { waited=$(longest_ms "$1"); echo "$waited ms"; [ "$waited" -lt "$2" ]; }
waited_more() { ! waited_less "$1" "$2"; }

state_is() { [ "$(table "$1" "$(edu_of "$1")" state)" = "$2" ]; }
is_shared() { [ "$(table "$1" "$(edu_of "$1")" type)" = shared ]; }

# join OS CPUS [OPTION]...: makes it, and its edu shares the line.
join()
{
	join_os=$1 join_cpus=$2
	shift 2
	up "$join_os" "$join_cpus" 256M --dev "$(edu_of "$join_os")" "$@" || return
	mintctl os exec "$join_os" -- sh -c 'cat > /root/irq.sh' < /root/irq.sh
	put "$join_os" irq_mode intx
}

# open_line: the first OS is on it, and the time-out is set.
open_line()
{
	set_edu "$edu1" irq_mode intx && mintctl irq timeout $line_timeout_ms
}
