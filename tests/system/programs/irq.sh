# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# For scripts in the guest that test interrupts; needs /usr/lib/mint/test.sh.

# ---- what arrived ----

# arrivals NAME: how many interrupts a handler of that name got, by this OS's
# own count, over all CPUs.
arrivals()
{
	awk -v name="$1" '
	NR == 1 { cpus = NF; next }
	{
		found = 0
		for (i = cpus + 2; i <= NF; i++) {
			word = $i
			sub(/,$/, "", word)
			found = found || word == name
		}
		for (i = 2; found && i <= cpus + 1; i++)
			sum += $i
	}
	END { print sum + 0 }' /proc/interrupts
}

# virq NAME: Linux's number of its interrupt.
virq() { awk -v name="$1" '{ sub(":", "", $1) } $NF == name || $0 ~ " " name "," { print $1; exit }' /proc/interrupts; }

# table OS DEV COLUMN: a column of the row of that OS and device in the table. DEV
# may be gsi:N.
table()
{
	awk -v os="$1" -v dev="$2" -v column="$3" '
	NR == 1 { for (i = 1; i <= NF; i++) number[$i] = i; next }
	$number["os"] == os && ($number["dev"] == dev || "gsi:" $number["gsi"] == dev) {
		print $number[column]
		exit
	}' /sys/kernel/mint/irqtable
}

more_than() { [ "$(arrivals "$1")" -gt "$2" ]; }
table_more_than() { [ "$(table "$1" "$2" count)" -gt "$3" ]; }

# interrupts WHAT HANDLER DEV COMMAND...: after the command both this OS and the
# table of all count more interrupts. DEV: the device as the table calls it.
interrupts()
{
	interrupts_what=$1 interrupts_handler=$2 interrupts_dev=$3
	shift 3
	interrupts_here=$(arrivals "$interrupts_handler")
	interrupts_there=$(table "$(hostname)" "$interrupts_dev" count)
	check "$interrupts_what: it works" "$@"
	check "$interrupts_what: this OS counts interrupts" \
		wait_for 20 more_than "$interrupts_handler" "$interrupts_here"
	check "$interrupts_what: so does the table" \
		wait_for 20 table_more_than "$(hostname)" "$interrupts_dev" "${interrupts_there:-0}"
}

# host WORD...: asks who watches over the machine (tests/system/irq.sh), past
# check, which keeps what its command prints.
exec 3>&1
host() { printf 'host: %s\n' "$*" >&3; }

# asked WHAT COMMAND...: asks the host for it, again and again, until the command
# has read something into /tmp/asked: what comes before it reads is lost.
asked()
{
	asked_what=$1
	shift
	timeout 20 "$@" > /tmp/asked &
	while kill -0 $! 2> /dev/null; do
		# shellcheck disable=SC2086 # words
		host $asked_what
		usleep 300000
	done
}

verify() { mintctl irq verify; }

# ---- QEMU's edu device ----

# edus: the BDFs of those that this OS has, one a line.
edus()
{
	for edu_path in /sys/bus/pci/drivers/edu/0*; do
		[ ! -e "$edu_path" ] || basename "$edu_path"
	done
}

# set_edu BDF FILE WORD...
set_edu()
{
	edu_file=/sys/bus/pci/devices/$1/$2
	shift 2
	echo "$*" > "$edu_file"
}

edu() { cat "/sys/bus/pci/devices/$1/$2"; }

# load BDF N [PERIOD]: from the last CPU of this OS: shared lines arrive at the
# first, so raising and serving are not in step.
load()
{
	load_bdf=$1 load_cpu=$(sed 's/.*[-,]//' /sys/devices/system/cpu/online)
	shift
	taskset "$(printf '%x' $((1 << load_cpu)))" \
		sh -c "echo '$*' > /sys/bus/pci/devices/$load_bdf/load"
}

served_all() { [ "$(edu "$1" served)" = "$(edu "$1" raised)" ]; }
