#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The cores of a further OS write to nothing but their own local APICs, the I/O
# APIC, which all OSes use by the interrupt layer, and the functions and legacy
# devices that the OS was given: an allow-list, held against QEMU's trace of every
# write to a port or to memory-mapped registers.
# Boot, a NIC with MSI-X, com2, cores off- and online, a function that comes and
# goes, shutdown and a panic are included.
#
# Covers: 3
# Short: one boot, 3 lives of os2; and the checker itself

. "$(dirname "$0")/lib.sh"
variant=normal

io_trace=$repo/build/tests/io-trace
doorbell=0xf7		# X86_PLATFORM_IPI_VECTOR
marker=0x4f0		# nothing lives at this port

make -s -C "$repo" build/tests/io-trace || exit 1

# ---- the checker: does it flag what it must? ----

shopt -s lastpipe	# so that what is counted behind a pipe is counted here

line() { printf "memory_region_ops_write cpu %d mr 0x55d0 addr 0x%x value 0x%x size %d name 'r'\n" "$@"; }

cat > "$dir/own.rules" << END
judge 1 2-3
apic 1
vector 1 $doorbell
port 1 0x2f8-0x2ff
mem 1 0xfe000000-0xfe000fff
expect 1 port 0x2f8
END

# verdict NAME WANTED-STATUS PATTERN: of the trace on stdin, in phase 1.
verdict()
{
	local status=0 out

	out=$({ line 0 $((marker)) 1 1; line 2 0x2f8 65 1; cat; } | "$io_trace" collect "$marker" |
		"$io_trace" check "$dir/own.rules") || status=$?
	if [ "$status" -eq "$2" ] && [[ $out =~ $3 ]]; then
		ok "checker: $1"
	else
		not_ok "checker: $1" "status $status: $out"
	fi
}

{ line 3 0xfe000ffc 1 4; line 0 0x70 1 1; line 3 0xfee000b0 0 4; } | verdict "own writes, others' writes" 0 '^$'
line 3 0x70 1 1 | verdict "a foreign port" 1 '1 3 port 0x70 '
line 2 0xfec00000 1 4 | verdict "foreign registers" 1 '1 2 mem 0xfec00000 '
line 2 0xfe000ffe 1 4 | verdict "a write across the end" 1 'mem 0xfe000ffe'
{ line 2 0xfee00310 0x3000000 4; line 2 0xfee00300 0xfd 4; } | verdict "an IPI to an own core" 0 '^$'
{ line 2 0xfee00310 0x1000000 4; line 2 0xfee00300 0xfd 4; } | verdict "an IPI to a foreign core" 1 'ipi 0x1000000:0xfd'
{ line 2 0xfee00310 0x1000000 4; line 2 0xfee00300 0xf7 4; } | verdict "a doorbell" 0 '^$'
{ line 2 0xfee00310 0x1000000 4; line 2 0xfee00300 0x4f7 4; } | verdict "an NMI to a foreign core" 1 'ipi 0x1000000:0x4f7'
line 2 0xfee00300 0xc00fd 4 | verdict "an IPI to all but self" 1 'ipi 0x0:0xc00fd'
{ line 2 0xfe000000 1 4; line 2 0xfee01000 0x22 4; } | verdict "a message that a device sends" 0 '^$'
{ line 2 0xfee000b0 0 4; line 2 0xfee01000 0x22 4; } | verdict "a message that a core sends" 1 'msi 0xfee01000'
{ line 0 $((marker)) 1 1; line 0 0x2f8 65 1; } | "$io_trace" collect "$marker" | "$io_trace" check "$dir/own.rules" > "$dir/out"
check "checker: what was expected and never came" grep -q '^never seen: expect 1 port 0x2f8' "$dir/out"

# ---- the machine ----

if ! qemu-system-x86_64 -trace help 2> /dev/null | grep -qx memory_region_ops_write; then
	skip "allow-list" "this QEMU has no event memory_region_ops_write"
	finish
fi

mkfifo "$dir/trace"
"$io_trace" collect "$marker" < "$dir/trace" > "$dir/writes" &
collector=$!

nics=()
for n in 1 2 3; do
	nics+=(--arg -device --arg "pcie-root-port,id=rp$n,chassis=$n"
		--arg -netdev --arg "hubport,hubid=0,id=net$n"
		--arg -device --arg "e1000e,netdev=net$n,bus=rp$n,mac=52:54:00:00:00:0$n")
done

# The script prints what os2 may touch: "rule: " and a rule of io-trace. Phases:
#  1  os2 boots and works	2  with another function	3  without it, and ends
#  5  os2 boots and panics	7  it boots
#  8  it does what it must not
# In the others its cores are nobody's or the first OS's.
expect_panic vm os2 'sysrq triggered crash'
vm_ok vm --timeout 120 --on-panic continue --arg -trace --arg enable=memory_region_ops_write --arg -D --arg "$dir/trace" \
	"${nics[@]}" << 'END'
nic=0000:03:00.0 other=0000:02:00.0

phase() { printf '%b' "\\0$(printf %o "$1")" | dd of=/dev/port bs=1 seek=$((0x4f0)) count=1 2> /dev/null; }

# may_touch PHASES BDF: its BARs, expansion ROM and configuration space.
may_touch()
{
	awk -v phases="$1" '$1 != $2 {
		print "rule:", $3 ~ /1..$/ ? "port" : "mem", phases, $1 "-" $2
	}' "/sys/bus/pci/devices/$2/resource"
	config_of "$2" | sed "s/^/rule: mem $1 /"
}

config_of()
{
	config_base=$(sed -n 's/^ *\([0-9a-f]*\)-.*PCI ECAM.*/0x\1/p' /proc/iomem)
	config_bus=0x$(echo "$1" | cut -d: -f2)
	config_slot=0x$(echo "$1" | cut -d: -f3 | cut -d. -f1)
	config_first=$((config_base + (config_bus << 20) + (config_slot << 15) + (${1##*.} << 12)))
	printf '0x%x-0x%x\n' $config_first $((config_first + 0xfff))
}

create_os2() { mintctl os create os2 --cpus 2-3 --memory 256M --legacy com2 --dev "$nic"; }

may_touch 1-7 $nic
may_touch 2 $other
net-up 0000:01:00.0 10.0.0.1/24 > /dev/null

check "create os2 with com2 and a NIC" create_os2
phase 1
check "start it" start os2
check "use its NIC" in_os os2 "net-up $nic 10.0.0.2/24 && ping -c 3 10.0.0.1"
check "the NIC interrupts by MSI-X" in_os os2 "grep -q MSIX-$nic /proc/interrupts"
check "use com2" in_os os2 'echo hello > /dev/ttyS1'
check "a core goes and comes inside it" in_os os2 \
	'cd /sys/devices/system/cpu && echo 0 > cpu1/online && echo 1 > cpu1/online'
phase 2
check "move another NIC to it" mintctl dev move $other --to os2
check "use that one" in_os os2 "net-up $other 10.0.1.2/24 && ping -c 1 10.0.0.1"
# An interface that is up with an address is in use.
check "move it back" mintctl dev move $other --to os1 --force
phase 3
check "it ends in order" mintctl os stop os2
phase 4
check "destroy it" mintctl os destroy os2

check "create it again" create_os2
phase 5
check "start it again" start os2
in_os os2 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1
check "it panics" wait_for 20 is os2 panicked
phase 6
check "destroy the dead OS" mintctl os destroy os2

# A scratch register of com1, a read-only register of the HPET, and a read-only
# one of the host bridge.
check "create it a third time" create_os2
phase 7
check "start it a third time" start os2
phase 8
check "it can misbehave" in_os os2 "
	printf x | dd of=/dev/port bs=1 seek=$((0x3ff)) count=1 &&
	busybox devmem $((0xfed00004)) 32 0 &&
	busybox devmem $(config_of 0000:00:00.0 | cut -d- -f1) 32 0"
phase 9
finish
END
# Had QEMU never opened the FIFO, the collector would wait for it for ever.
: <> "$dir/trace"
wait "$collector"

{
	sed -n 's/^rule: //p' "$dir/vm.out"
	cat << END
judge 1-3 2-3
judge 5 2-3
judge 7-8 2-3
apic 1-8
vector 1-8 $doorbell
port 1-8 0x2f8-0x2ff
mem 1-8 0xfec00000-0xfec00fff
expect 1 apic 0x380
expect 1 port 0x2f8
expect 2 mem 0xb0200000-0xb0200fff
END
	# Each BAR of the NIC that is memory and no ROM: registers, MSI-X table.
	sed -n 's/^rule: mem 1-7 \(.*\)/\1/p' "$dir/vm.out" | sed -n '1p;3p' | sed 's/^/expect 1 mem /'
} > "$dir/rules"

status=0
"$io_trace" check "$dir/rules" < "$dir/writes" > "$dir/findings" || status=$?
if [ "$status" -ne 1 ]; then
	not_ok "os2 wrote to nothing else" "the checker ended with status $status, not 1 for phase 8"
elif grep -v '^not allowed: 8 ' "$dir/findings" > "$dir/bad"; then
	not_ok "os2 wrote to nothing else" "$(head -n 30 "$dir/bad")"
else
	ok "os2 wrote to nothing else"
fi

# found NAME PATTERN: the misbehaviour was seen.
found() { check "$1" grep -qE "^not allowed: 8 [23] $2 " "$dir/findings"; }
found "a write to a foreign port is found" 'port 0x3ff'
found "a write to foreign registers is found" 'mem 0xfed00004'
found "a write to a foreign function is found" 'mem 0xb0000000'
check "and nothing else" test "$(grep -c '^not allowed: 8 ' "$dir/findings")" = 3

finish
