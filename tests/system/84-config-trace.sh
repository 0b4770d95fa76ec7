#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# From outside, by QEMU's trace of configuration space: while a device moves to and
# fro no bridge window and no bus number is written with another value than it has;
# a BAR is written with all ones, its decoding off, or with the value it has; a
# function is written by its owner, and by both sides while it moves.
#
# Covers: move-7
# Short: 3 moves each way; and the checker itself
# Long: 50 moves each way

. "$(dirname "$0")/lib.sh"
variant=normal
. "$(dirname "$0")/hotplug.sh"

rounds=$(rounds 3 50)

# What is known of the machine comes first, in lines
#
#	ecam BASE
#	bridge BDF REGISTER SIZE VALUE
#	bar BDF REGISTER VALUE
#	command BDF VALUE
#	moves BDF
#
# then the trace. Phases: 1 with os1, 2 and 4 on its way, 3 with os2. CPUs 0 and 1
# are os1's, the others os2's.
cat > "$dir/judge.awk" << 'AWK'
function number(s,	n, i) {
	if (s !~ /^0x/)
		return s + 0
	for (i = 3; i <= length(s); i++)
		n = n * 16 + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1
	return n + 0
}
function bdf_number(s,	p) {
	split(s, p, /[:.]/)
	return number("0x" p[2]) * 256 + number("0x" p[3]) * 8 + p[4]
}
function bad(what) { print "bad: " what ": " $0; nr_bad++ }
function judge_writer(bdf, os) {
	if (bdf != moves && os != 1)
		bad("os2 writes to what is not its own")
	else if (bdf == moves && (phase == 1 && os != 1 || phase == 3 && os != 2))
		bad("os" os " writes to a function that it does not have")
}
# Byte by byte: a write may cover several registers, and parts of them.
function judge_bridge(bdf, reg, size, value,	i, byte) {
	for (i = 0; i < size; i++) {
		byte = int(value / 256 ^ i) % 256
		if ((bdf, reg + i) in kept && kept[bdf, reg + i] != byte)
			bad("a window or bus number changes")
	}
}
function judge_bar(bdf, reg, value,	low) {
	low = bar[bdf, reg] % 2 ? 4 : 16
	if (int(value / low) == int(bar[bdf, reg] / low) || (reg == 48 && int(value / 2048) == int(bar[bdf, reg] / 2048)))
		return
	if (value < 4294965248)
		bad("a BAR changes")
	else if (command[bdf] % 4 && reg != 48)
		bad("a BAR is sized while it decodes")
}
$1 == "ecam" { ecam = number($2); next }
$1 == "moves" { moves = bdf_number($2); next }
$1 == "bar" { bar[bdf_number($2), number($3)] = number($4); next }
$1 == "command" { command[bdf_number($2)] = number($3); next }
$1 == "bridge" {
	for (i = 0; i < $4; i++)
		kept[bdf_number($2), number($3) + i] = int(number($5) / 256 ^ i) % 256
	next
}
$1 != "memory_region_ops_write" { next }
{ addr = number($7); value = number($9); size = $11 }
addr == 1264 { phase = value; phases++; next }
!phase || addr < ecam || addr >= ecam + 268435456 { next }
{
	off = addr - ecam
	bdf = int(off / 4096); reg = off % 4096
	if (bdf == moves)
		nr_moves[phase]++
	judge_writer(bdf, $3 < 2 ? 1 : 2)
	judge_bridge(bdf, reg, size, value)
	if ((bdf, reg) in bar)
		judge_bar(bdf, reg, value)
	if (reg == 4)
		command[bdf] = value
}
END {
	printf "%d phases, writes to what moves: %d, %d, %d, %d; %d bad\n", phases,
		nr_moves[1], nr_moves[2], nr_moves[3], nr_moves[4], nr_bad
	exit nr_bad || phases < 4 || !nr_moves[2] || !nr_moves[4]
}
AWK

# ---- the checker: does it flag what it must? ----

shopt -s lastpipe	# so that what is counted behind a pipe is counted here

known()
{
	cat << 'END'
ecam 0xb0000000
moves 0000:01:00.0
bridge 0000:00:03.0 0x18 3 0x010100
bridge 0000:00:03.0 0x20 4 0xfe50fe50
bar 0000:01:00.0 0x10 0xfe500000
command 0000:01:00.0 0x7
END
}
write() { printf "memory_region_ops_write cpu %d mr 0x55 addr 0x%x value 0x%x size %d name 'x'\n" "$@"; }
phase() { write 0 $((0x4f0)) "$1" 1; }
good()
{
	phase 1; write 0 $((0xb0100004)) 7 2
	phase 2; write 0 $((0xb0100004)) $((0x400)) 2; write 2 $((0xb0100010)) $((0xffffffff)) 4; write 2 $((0xb0100010)) $((0xfe500000)) 4
	phase 3; write 2 $((0xb0100004)) 7 2; write 0 $((0xb0018018)) $((0x010100)) 4
	phase 4; write 2 $((0xb0100004)) $((0x400)) 2
}
# verdict NAME WANTED PATTERN < trace
verdict()
{
	local out status=0

	out=$({ known; cat; } | awk -f "$dir/judge.awk") || status=$?
	if [ "$status" -eq "$2" ] && [[ $out =~ $3 ]]; then
		ok "checker: $1"
	else
		not_ok "checker: $1" "status $status: $out"
	fi
}
good | verdict "what is as it should be" 0 ' 0 bad'
{ good; write 0 $((0xb0018019)) 2 1; } | verdict "another bus number" 1 'bus number changes'
{ good; write 0 $((0xb0018020)) $((0xfe60fe50)) 4; } | verdict "another window" 1 'window or bus'
{ good; write 2 $((0xb0100010)) $((0xfe600000)) 4; } | verdict "another BAR" 1 'a BAR changes'
{ good; write 2 $((0xb0100004)) 7 2; write 2 $((0xb0100010)) $((0xffffffff)) 4; } | verdict "sizing while it decodes" 1 'sized while'
{ good; phase 3; write 1 $((0xb0100004)) 7 2; } | verdict "a write of who has let go" 1 'does not have'
{ good; write 3 $((0xb0018004)) 7 2; } | verdict "a write of os2 to a bridge" 1 'not its own'
good | sed '/addr 0xb0100010/d; /cpu 2/d' | grep -v 'value 0x2 size 1' | verdict "a trace in which nothing happens" 1 'phases'

# ---- the machine ----

mkfifo "$dir/trace"
grep -aE "name '(pcie-mmcfg|.*mmcfg).*'|addr 0x4f0 " < "$dir/trace" > "$dir/writes" &
collector=$!
vm_ok vm --timeout $((200 + rounds * 40)) --file "$devices_guest" \
	--arg -trace --arg enable=memory_region_ops_write --arg -D --arg "$dir/trace" \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=3 \
	--arg -netdev --arg user,id=n1,restrict=on \
	--arg -device --arg virtio-net-pci,netdev=n1,bus=rp1,disable-legacy=on \
	< <(echo "rounds=$rounds"; printf '%s\n' "$moves_prelude"; cat << 'GUEST'
nic=0000:01:00.0

phase() { printf '%b' "\\0$(printf %o "$1")" | dd of=/dev/port bs=1 seek=$((0x4f0)) count=1 2> /dev/null; }
register() { setpci -s "$1" "$2"; }

check "os2 is up" up os2 2-3 256M
sed -n 's/^ *\([0-9a-f]*\)-.*PCI ECAM.*/known: ecam 0x\1/p' /proc/iomem
echo "known: moves $nic"
for bridge in $(lspci -D -n -d ::0604 | cut -d' ' -f1); do
	for width in 18.L:3 1c.W:2 20.L:4 24.L:4 28.L:4 2c.L:4 30.L:4; do
		size=${width#*:} width=${width%:*}
		value=$(register "$bridge" "$width")
		[ $size != 3 ] || value=${value#??}
		echo "known: bridge $bridge 0x${width%.*} $size 0x$value"
	done
done
for bar in 10 14 18 1c 20 24 30; do
	echo "known: bar $nic 0x$bar 0x$(register $nic $bar.L)"
done
echo "known: command $nic 0x$(register $nic COMMAND)"
n=0
phase 1
while [ $((n += 1)) -le "$rounds" ]; do
	phase 2
	check "move $n to os2" mintctl dev move $nic --to os2
	phase 3
	check "it works there" uses os2 net $nic 10.0.2.15/24 10.0.2.2
	phase 4
	check "and back" mintctl dev move $nic --to os1
	phase 1
	check "it works here" uses os1 net $nic 10.0.2.15/24 10.0.2.2
done
check_equal "the filter refused nothing in os1" 0 "$(cat /sys/kernel/debug/mint_pci/refused_writes)"
finish
GUEST
)
# Had QEMU never opened the FIFO, the collector would wait for it for ever.
: <> "$dir/trace"
wait "$collector"
check "nobody wrote what he must not" awk -f "$dir/judge.awk" <(sed -n 's/^known: //p' "$dir/vm.out") "$dir/writes"

finish
