#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The I/O APIC's registers are written by the interrupt layer alone, under its
# lock: seen from outside, in QEMU's trace, each OS's cores write as often as the
# layer counted for it, and nobody's access falls between another's write to the
# index register and his access to the data register, while two OSes register and
# free routes at once. Without the lock it does.
#
# Covers: irq-1
# Short: 10000 routes registered and freed on each side, and 300 without the lock
# Long: 50000 on each side

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"

trace=$repo/build/tests/ioapic-trace
marker=0x4f0		# nothing lives at this port
ioapic=0xfec00000	# of q35, by its ACPI tables

make -s -C "$repo" build/tests/ioapic-trace || exit 1

# ---- the judge: does it see what it must? ----

shopt -s lastpipe	# so that what is counted behind a pipe is counted here

line() { printf "memory_region_ops_%s cpu %d mr 0x55d0 addr 0x%x value 0x%x size %d name 'ioapic'\n" "$@"; }
index() { line write "$1" $((ioapic)) "$2" 4; }
data() { line "$2" "$1" $((ioapic + 0x10)) 0 4; }
begin() { line write 0 $((marker)) "$1" 1; }

# verdict NAME STATUS WANTED: what it prints about the trace on stdin.
verdict()
{
	local status=0 out

	out=$("$trace" "$marker" "$ioapic") || status=$?
	if [ "$status" -eq "$2" ] && [ "$out" = "$3" ]; then
		ok "judge: $1"
	else
		not_ok "judge: $1" "status $status: $out"
	fi
}

{ index 0 16; data 0 write; begin 1; index 1 17; data 1 read; index 1 18; data 1 write; line write 1 $((ioapic + 0x40)) 160 4; } |
	verdict "pairs, one after the other" 0 $'writes 0 0 1 1 0\nwrites 1 1 2 1 1'
{ index 0 16; index 1 18; data 0 write; data 1 write; } |
	verdict "a write between" 1 $'interleaved 0 0 1 0x12\nwrites 0 0 1 1 0\nwrites 0 1 1 1 0'
{ index 0 16; index 1 18; data 1 read; data 0 read; } |
	verdict "a read between" 1 $'interleaved 0 0 1 0x12\nwrites 0 0 1 0 0\nwrites 0 1 1 0 0'
{ index 0 16; line write 0 $((ioapic + 0x40)) 160 4; line write 1 $((ioapic + 0x40)) 160 4; data 0 write; } |
	verdict "the EOI register is no part of it" 0 $'writes 0 0 1 1 1\nwrites 0 1 0 0 1'

# ---- the machine ----

if ! qemu-system-x86_64 -trace help 2> /dev/null | grep -qx memory_region_ops_read; then
	skip "who writes to the I/O APIC" "this QEMU has no event memory_region_ops_read"
	finish
fi

mkfifo "$dir/trace"
"$trace" "$marker" "$ioapic" < "$dir/trace" > "$dir/writes" &
judge=$!

# Without the lock the two write over each other's registers, and who sees that restores
# what was his. As long as there was the lock, nobody did: the script looks.
for os in os1 os2; do
	allow_log vm $os "interrupt table: what is this OS's own at GSI [0-9]+ was damaged; restored"
done

# The script begins phases when nobody writes: it reads the layer's counters,
# begins the phase, reads them again, and prints "at PHASE OS INDEX DATA EOI".
# Phases from 100 on are without the lock.
# shellcheck disable=SC2054 # the commas are QEMU's
vm_ok vm --timeout 400 --file "$irq_guest" \
	--arg -trace --arg enable=memory_region_ops_write --arg -trace --arg enable=memory_region_ops_read \
	--arg -D --arg "$dir/trace" \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg e1000,netdev=n1,addr=4 \
	--arg -netdev --arg user,id=n2,restrict=on --arg -device --arg rtl8139,netdev=n2,addr=5 \
	--arg -device --arg edu,addr=3 --arg -device --arg edu,addr=7 \
	< <(echo "churn=$(rounds 10000 50000)"; cat << 'END'
. ./irq.sh
edu1=0000:00:03.0 edu2=0000:00:07.0
phase=0

marker() { printf '%b' "\\0$(printf %o "$1")" | dd of=/dev/port bs=1 seek=$((0x4f0)) count=1 2> /dev/null; }
counters() { tail -n +2 /sys/kernel/mint/irqstat; }

begin_phase()
{
	while before=$(counters); marker $((phase += 1)); [ "$before" != "$(counters)" ]; do
		[ $phase -lt 99 ] || { not_ok "a moment in which nobody writes"; finish; }
	done
	printf '%s\n' "$before" | sed "s/^/at $phase /"
}

# churn_in OS: registers and frees routes there, in the background.
churn_in() { mintctl os exec -n "$1" -- sh -c "echo $2 > /sys/kernel/debug/mint_irq_churn"; }

set_edu $edu1 irq_mode intx
begin_phase
check "the first OS's NIC" net-up 0000:00:04.0 10.0.2.15/24
check "and its edu" load $edu1 200
check "create os2" mintctl os create os2 --cpus 2-3 --memory 256M --legacy com2 --dev 0000:00:05.0 --dev $edu2
begin_phase
echo "cores: os2 $phase"
check "start it" start os2
mintctl os exec os2 -- sh -c 'cat > /root/irq.sh' < irq.sh
check "os2's NIC" in_os os2 'net-up 0000:00:05.0 10.0.2.15/24 && ping -A -q -c 50 -w 20 10.0.2.2'
in_os os2 "echo intx > /sys/bus/pci/devices/$edu2/irq_mode"
check "the two edus share a line" test "$(table os1 $edu1 type) $(table os2 $edu2 gsi)" = "shared $(table os1 $edu1 gsi)"
in_os os2 ". /usr/lib/mint/test.sh; . /root/irq.sh; load $edu2 500" &
check "the shared line, os1" load $edu1 500
wait $!
check_equal "the shared line, os2" 0 $?
begin_phase

churn_in os2 "$churn" & os2=$!
churn_in os1 "$churn" & os1=$!
verified=0
while kill -0 $os1 2> /dev/null || kill -0 $os2 2> /dev/null; do
	mintctl irq verify > /tmp/verify 2>&1 || { not_ok "table and hardware agree in the middle of it" "$(cat /tmp/verify)"; break; }
	verified=$((verified + 1))
done
wait $os1
check_equal "os1 registers and frees $churn routes" 0 $?
wait $os2
check_equal "os2 does, at the same time" 0 $?
check "table and hardware were compared meanwhile, $verified times" test $verified -ge 3
check "table and hardware agree at the end" verify
check "from os2, too" in_os os2 mintctl irq verify
begin_phase
echo "end: $phase"

undamaged() { ! dmesg | grep 'damaged; restored'; }
check "os1 had nothing to restore" undamaged
check "os2 had nothing to restore" in_os os2 "! dmesg | grep 'damaged; restored'"

# What the lock is for. That two cores are between index and data at the same time is a
# matter of chance, more so on a busy host: so many that one is seen.
marker 100
echo 1 > /sys/kernel/debug/mint_irq_nolock
in_os os2 'echo 1 > /sys/kernel/debug/mint_irq_nolock'
churn_in os2 3000 > /dev/null 2>&1 & os2=$!
churn_in os1 3000 > /dev/null 2>&1
wait $os2
mintctl irq verify > /tmp/verify 2>&1 || sed 's/^/# without the lock: /' /tmp/verify
finish
END
)
# Had QEMU never opened the FIFO, the judge would wait for it for ever.
: <> "$dir/trace"
wait "$judge"

cat > "$dir/compare.awk" << 'AWK'
# writes.txt first: count[phase, os]; then the script's output.
FILENAME == writes && $1 == "writes" { n++; phase_of[n] = $2; cpu_of[n] = $3; index_of[n] = $4; data_of[n] = $5; eoi_of[n] = $6; next }
FILENAME == writes { next }
$1 == "cores:" { from = $3 }
$1 == "end:" { to = $2 }
# Who is not there yet has written nothing, from the phase on in which it starts.
$1 == "at" {
	if (!($3 in first)) { first[$3] = from ? from : $2; start[$3] = from ? "0 0 0" : $4 " " $5 " " $6 }
	last[$3] = $2; stop[$3] = $4 " " $5 " " $6
}
# Cores 2 and 3 are os2's from the phase on in which it starts.
function owner(cpu, phase) { return cpu >= 2 && phase >= from ? "os2" : "os1" }
END {
	for (os in first) {
		split(start[os], a); split(stop[os], b)
		for (i = 1; i <= n; i++)
			if (phase_of[i] >= first[os] && phase_of[i] < last[os] && owner(cpu_of[i], phase_of[i]) == os) {
				seen["index"] += index_of[i]; seen["data"] += data_of[i]; seen["eoi"] += eoi_of[i]
			}
		printf "%s %d %d %d %d %d %d\n", os, b[1] - a[1], seen["index"], b[2] - a[2], seen["data"], b[3] - a[3], seen["eoi"]
		delete seen
	}
}
AWK
awk -v writes="$dir/writes" -f "$dir/compare.awk" "$dir/writes" "$dir/vm.out" > "$dir/compared"
sed 's/^/# register writes, by the layer and in the trace: OS, index, data, EOI: /' "$dir/compared"
# same OS MINIMUM: the layer's counters are the trace's, and enough to mean something.
# shellcheck disable=SC2317 # called by check
same() { awk -v os="$1" -v least="$2" '$1 == os { found = $2 == $3 && $4 == $5 && $6 == $7 && $3 >= least && $7 > 0 } END { exit !found }' "$dir/compared"; }
check "os1 wrote as often as the layer says" same os1 1000
check "os2 wrote as often as the layer says" same os2 1000
if awk '$1 == "interleaved" && $2 < 100' "$dir/writes" | grep . > "$dir/bad"; then
	not_ok "no two OSes' accesses interleave" "$(cat "$dir/bad")"
else
	ok "no two OSes' accesses interleave"
fi
# shellcheck disable=SC2016 # awk expands it
check "without the lock they do" awk '$1 == "interleaved" && $2 >= 100 { found = 1 } END { exit !found }' "$dir/writes"

finish
