# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# For scripts that run in the guest: /usr/lib/mint/test.sh there. Each check
# prints a KTAP line, which tests/system/lib.sh numbers.

failed=0

# The host has it before the script goes on, which may end the machine in its next line.
settle() { [ ! -w /vm/ask ] || { echo > /vm/ask; read -r _ < /vm/told; }; }

ok() { printf 'ok - %s\n' "$1"; settle; }

# not_ok NAME [REASON]
not_ok()
{
	failed=$((failed + 1))
	printf 'not ok - %s\n' "$1"
	[ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/# /'
	settle
}

# check NAME COMMAND...: the command must succeed, and report no failure itself.
check()
{
	check_name=$1
	shift
	check_status=0
	check_output=$("$@" 2>&1) || check_status=$?
	case $check_output in
	*'not ok - '*) [ "$check_status" -ne 0 ] || check_status='0, and a failure' ;;
	esac
	if [ "$check_status" = 0 ]; then
		ok "$check_name"
	else
		not_ok "$check_name" "$* failed with status $check_status:
$check_output"
	fi
}

# check_equal NAME WANTED GOT
check_equal()
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "wanted '$2', got '$3'"
	fi
}

# refused NAME STATUS PATTERN COMMAND...: the command must fail with STATUS and
# say something on stderr that matches the extended regular expression.
refused()
{
	check_name=$1 check_wanted=$2 check_pattern=$3
	shift 3
	check_status=0
	check_output=$("$@" 2>&1 > /dev/null) || check_status=$?
	if [ "$check_status" -ne "$check_wanted" ]; then
		not_ok "$check_name" "$* ended with status $check_status, not $check_wanted: $check_output"
	elif ! printf '%s\n' "$check_output" | grep -qE -- "$check_pattern"; then
		not_ok "$check_name" "$* said '$check_output', which does not match '$check_pattern'"
	else
		ok "$check_name"
	fi
}

# wait_for SECONDS COMMAND...: waits until the command succeeds.
wait_for()
{
	wait_until=$(($(cut -d. -f1 /proc/uptime) + $1))
	shift
	until "$@" > /dev/null 2>&1; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt "$wait_until" ] || return 1
		usleep 50000
	done
}

# await_the_end SECONDS: the machine is to end under this script, which says nothing of it:
# it is asked to end as all processes are, and /proc is gone before it. Returns if the
# machine does not end.
await_the_end()
{
	trap '' TERM HUP INT
	end_until=$(($(cut -d. -f1 /proc/uptime) + $1))
	while end_now=$(cut -d. -f1 /proc/uptime 2> /dev/null || echo 0) && [ "$end_now" -lt "$end_until" ]; do
		usleep 200000
	done
}

# What can be used in this OS, KiB: what the allocators keep in reserve is given back
# or counted.
free_memory()
{
	echo 3 > /proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*; do
		[ -L "$cache" ] || echo 1 > "$cache/shrink"
	done
	cat /proc/sys/vm/stat_refresh
	awk '/^MemFree|^Buffers|^Cached|^SReclaimable/ { sum += $2 }
		/^ +count:/ { sum += 4 * $2 }
		END { print sum }' /proc/meminfo /proc/zoneinfo
}

# up NAME CPUS MEMORY [OPTION OF CREATE]...: creates an OS and starts it.
up()
{
	up_name=$1 up_cpus=$2 up_memory=$3
	shift 3
	mintctl os create "$up_name" --cpus "$up_cpus" --memory "$up_memory" "$@" &&
		start "$up_name"
}

start() { mintctl os start "$1" --kernel /boot/bzImage --initrd /boot/initrd --wait 60; }

# The same for a 32-bit kernel.
up_32()
{
	up_name=$1 up_cpus=$2 up_memory=$3
	shift 3
	mintctl os create "$up_name" --cpus "$up_cpus" --memory "$up_memory" --arch 32 "$@" &&
		start_32 "$up_name"
}

start_32() { mintctl os start "$1" --kernel /boot/bzImage-32 --initrd /boot/initrd-32 --wait 60; }

# in_os NAME WORD...: runs a command of a shell there, with nothing on stdin.
in_os()
{
	in_os_name=$1
	shift
	mintctl os exec -n "$in_os_name" -- sh -c "$*"
}

# field NAME COLUMN: what mintctl os list says in this column about an OS.
field() { mintctl os list --noheadings -o "NAME,$2" | sed -n "s/^$1  *//p" | sed 's/ *$//'; }

# is NAME STATE: for wait_for.
is() { [ "$(field "$1" STATE)" = "$2" ]; }

# What the machine looks like, without what changes by itself.
snapshot()
{
	cat /sys/kernel/mint/oses /sys/kernel/mint/devices
	mintctl os list --json | grep -vE '"(age|silent|silent_core)"'
	mintctl dev list
	cat /sys/devices/system/cpu/online
	grep MemTotal /proc/meminfo
}

# heartbeat FILE: notes the time since boot several times a second, for ever.
heartbeat()
{
	while read -r heartbeat_now _ < /proc/uptime; do
		echo "$heartbeat_now"
		usleep 100000
	done > "$1"
}

# heartbeat_in NAME: the same in the background of another OS, into /tmp/beat.
heartbeat_in()
{
	in_os "$1" '. /usr/lib/mint/test.sh; heartbeat /tmp/beat > /dev/null 2>&1 &'
}

# check_heartbeat NAME SECONDS FILE: it covers so many seconds by the OS's own
# clock up to now, and never stopped for 4 seconds: the host may be busy, too.
check_heartbeat()
{
	# shellcheck disable=SC2016 # awk expands it
	check "$1" awk -v wanted="$2" '
	NR == 1 { first = $1 }
	NR > 1 && $1 - last > longest { longest = $1 - last; at = last }
	{ last = $1 }
	END {
		printf "%d beats in %.1f s, the longest gap %.2f s, after %.1f s\n",
			NR, last - first, longest, at - first
		exit NR == 0 || last - first < wanted || longest >= 4
	}' "$3"
	printf '# %s\n' "$check_output"
}

# check_slope NAME BOUND FIRST FILE: its lines "NUMBER VALUE", from that number on, do not
# fall by BOUND or more for each number, by least squares.
check_slope()
{
	# shellcheck disable=SC2016 # awk expands it
	check "$1" awk -v bound="$2" -v first="$3" '
	{ print "after " $1 ": " $2 }
	$1 >= first { n++; x += $1; y += $2; xx += $1 * $1; xy += $1 * $2 }
	END {
		slope = n > 1 ? (n * xy - x * y) / (n * xx - x * x) : -bound
		printf "%d samples, slope %.1f\n", n, slope
		exit slope <= -bound
	}' "$4"
	printf '%s\n' "$check_output" | sed 's/^/# /'
}

# The last line of every script. That of the machine (script=main) says that it was
# reached: what ends before that has not done all that it should.
finish()
{
	[ "${script:-}" != main ] || echo '# end of script'
	exit $((failed != 0))
}

# keep_json FILE: for check_json of the host, a document that mintctl printed.
keep_json() { printf 'json '; tr -d '\n' < "$1"; echo; }

# keep_json_lines FILE: the same for what "mintctl monitor --json" printed.
keep_json_lines() { sed 's/^/json /' "$1"; }
