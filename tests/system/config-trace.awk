# SPDX-License-Identifier: GPL-2.0-only
#
# Judges QEMU's trace of configuration space, with "-v marker=PORT": while a device moves
# no bridge window and no bus number is written with another value than it has; a BAR is
# written with all ones, its decoding off, or with the value it has; a function is written
# by its owner, and by both sides while it moves.
#
# What is known of the machine comes first, in lines
#
#	ecam BASE
#	bridge BDF REGISTER SIZE VALUE
#	bar BDF REGISTER VALUE
#	command BDF VALUE
#	moves BDF		it goes from os1 to os2 and back
#	given BDF		os2 has it all the time
#
# then the trace. Phases, by writes to PORT: 1 with os1, 2 and 4 on its way, 3 with os2; 0
# nothing is judged. CPUs 0 and 1 are os1's, the others os2's.

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
	if (bdf != moves && os != 1 && !(bdf in given))
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
$1 == "given" { given[bdf_number($2)]; next }
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
addr == marker { phase = value; phases++; next }
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
