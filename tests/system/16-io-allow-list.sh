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
# In the same trace: what is written to configuration space while a function goes to
# os2 and comes back (config-trace.awk).
#
# Covers: 3, move-7
# Short: one boot, 3 lives of os2, 3 moves each way; and the checkers themselves
# Long: 50 moves each way

. "$(dirname "$0")/lib.sh"
variant=normal
. "$(dirname "$0")/hotplug.sh"

io_trace=$repo/build/tests/io-trace
doorbell=0xf7		# X86_PLATFORM_IPI_VECTOR
marker=0x4f0		# nothing lives at these ports
way_marker=0x4f4
rounds=$(rounds 3 50)

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

# judge_config FILE...
judge_config() { awk -v "marker=$((way_marker))" -f "$repo/tests/system/config-trace.awk" "$@"; }

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
on_its_way() { write 0 $((way_marker)) "$1" 1; }
good()
{
	on_its_way 1; write 0 $((0xb0100004)) 7 2
	on_its_way 2; write 0 $((0xb0100004)) $((0x400)) 2; write 2 $((0xb0100010)) $((0xffffffff)) 4; write 2 $((0xb0100010)) $((0xfe500000)) 4
	on_its_way 3; write 2 $((0xb0100004)) 7 2; write 0 $((0xb0018018)) $((0x010100)) 4
	on_its_way 4; write 2 $((0xb0100004)) $((0x400)) 2
}
# config_verdict NAME WANTED PATTERN < trace
config_verdict()
{
	local out status=0

	out=$({ known; cat; } | judge_config -) || status=$?
	if [ "$status" -eq "$2" ] && [[ $out =~ $3 ]]; then
		ok "checker of configuration: $1"
	else
		not_ok "checker of configuration: $1" "status $status: $out"
	fi
}
good | config_verdict "what is as it should be" 0 ' 0 bad'
{ good; write 0 $((0xb0018019)) 2 1; } | config_verdict "another bus number" 1 'bus number changes'
{ good; write 0 $((0xb0018020)) $((0xfe60fe50)) 4; } | config_verdict "another window" 1 'window or bus'
{ good; write 2 $((0xb0100010)) $((0xfe600000)) 4; } | config_verdict "another BAR" 1 'a BAR changes'
{ good; write 2 $((0xb0100004)) 7 2; write 2 $((0xb0100010)) $((0xffffffff)) 4; } | config_verdict "sizing while it decodes" 1 'sized while'
{ good; on_its_way 3; write 1 $((0xb0100004)) 7 2; } | config_verdict "a write of who has let go" 1 'does not have'
{ good; write 3 $((0xb0018004)) 7 2; } | config_verdict "a write of os2 to a bridge" 1 'not its own'
good | sed '/addr 0xb0100010/d; /cpu 2/d' | grep -v 'value 0x2 size 1' | config_verdict "a trace in which nothing happens" 1 'phases'

# ---- the machine ----

if ! qemu-system-x86_64 -trace help 2> /dev/null | grep -qx memory_region_ops_write; then
	skip "allow-list" "this QEMU has no event memory_region_ops_write"
	finish
fi

mkfifo "$dir/trace" "$dir/config-trace"
grep -aE "name '(pcie-mmcfg|.*mmcfg).*'|addr $way_marker " < "$dir/config-trace" > "$dir/config-writes" &
config_collector=$!
tee "$dir/config-trace" < "$dir/trace" | "$io_trace" collect "$marker" > "$dir/writes" &
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
vm_ok vm --timeout $((150 + rounds * 30)) --file "$devices_guest" --on-panic continue --arg -trace --arg enable=memory_region_ops_write --arg -D --arg "$dir/trace" \
	"${nics[@]}" < <(echo "rounds=$rounds"; printf '%s\n' "$moves_prelude"; cat << 'END'
nic=0000:03:00.0 other=0000:02:00.0

to_port() { printf '%b' "\\0$(printf %o "$2")" | dd of=/dev/port bs=1 seek=$(($1)) count=1 2> /dev/null; }
phase() { to_port 0x4f0 "$1"; }
on_its_way() { to_port 0x4f4 "$1"; }

# What config-trace.awk has to know.
tell_config()
{
	sed -n 's/^ *\([0-9a-f]*\)-.*PCI ECAM.*/known: ecam 0x\1/p' /proc/iomem
	echo "known: moves $other"
	echo "known: given $nic"
	for bridge in $(lspci -D -n -d ::0604 | cut -d' ' -f1); do
		for width in 18.L:3 1c.W:2 20.L:4 24.L:4 28.L:4 2c.L:4 30.L:4; do
			size=${width#*:} width=${width%:*}
			value=$(setpci -s "$bridge" "$width")
			[ $size != 3 ] || value=${value#??}
			echo "known: bridge $bridge 0x${width%.*} $size 0x$value"
		done
	done
	for bar in 10 14 18 1c 20 24 30; do
		echo "known: bar $other 0x$bar 0x$(setpci -s $other $bar.L)"
	done
	echo "known: command $other 0x$(setpci -s $other COMMAND)"
}

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
tell_config
n=0
on_its_way 1
while [ $((n += 1)) -le "$rounds" ]; do
	on_its_way 2
	check "move $n of another NIC to it" mintctl dev move $other --to os2
	on_its_way 3
	check "move $n: use it there" in_os os2 "net-up $other 10.0.1.2/24 && ping -c 1 10.0.0.1"
	on_its_way 4
	# An interface that is up with an address is in use.
	check "move $n: and back" mintctl dev move $other --to os1 --force
	on_its_way 1
	check "move $n: use it here" net-up $other 10.0.1.3/24
	check "move $n: it rests" sh -c "ip addr flush dev \$(basename /sys/bus/pci/devices/$other/net/*)"
done
on_its_way 0
check_equal "the filter refused nothing in os1" 0 "$(cat /sys/kernel/debug/mint_pci/refused_writes)"
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
)
# Had QEMU never opened the FIFO, the collector would wait for it for ever.
: <> "$dir/trace"
wait "$collector" "$config_collector"
check "what is written to configuration space while a function moves" \
	judge_config <(sed -n 's/^known: //p' "$dir/vm.out") "$dir/config-writes"

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
