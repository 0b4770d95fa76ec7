#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A further OS touches nothing but its own whatever its command line says. Parameters
# that reach for what others own are refused by name. With every one that os start lets
# through and that could reach for more, and then with those that it refuses, passed on
# all the same, the OS's writes are held against an allow-list, and its memory is what
# it was given. An OS that gives a serial port away does not print to it any more.
#
# Covers: fault-cmdline
# Short: every refusal, 3 lives of os2, in one boot

. "$(dirname "$0")/lib.sh"

io_trace=$repo/build/tests/io-trace
doorbell=0xf7		# X86_PLATFORM_IPI_VECTOR
marker=0x4f0		# nothing lives at this port

make -s -C "$repo" build/tests/io-trace || exit 1
if ! qemu-system-x86_64 -trace help 2> /dev/null | grep -qx memory_region_ops_write; then
	skip "allow-list" "this QEMU has no event memory_region_ops_write"
	finish
fi

mkfifo "$dir/trace"
"$io_trace" collect "$marker" < "$dir/trace" > "$dir/writes" &
collector=$!

# Odd phases are lives of os2.
vm_ok vm --timeout 180 --cmdline "earlyprintk=serial,ttyS1,115200,keep" --arg -trace --arg enable=memory_region_ops_write --arg -D --arg "$dir/trace" << 'END'
phase() { printf '%b' "\\0$(printf %o "$1")" | dd of=/dev/port bs=1 seek=$((0x4f0)) count=1 2> /dev/null; }

start_with()
{
	mintctl os start os2 --kernel /boot/bzImage --initrd /boot/initrd --wait 60 --cmdline "$1"
}

# Its RAM lies in what it was given, and is all of it.
memory_is_own()
{
	mintctl os show os2 | grep -o '0x[0-9a-f]*-0x[0-9a-f]*' | tr -- - ' ' > /tmp/ranges
	in_os os2 'grep "System RAM\|Persistent" /proc/iomem' > /tmp/ram
	while read -r range _; do
		ram_ok=
		while read -r from to; do
			[ $((0x${range%-*})) -lt $((from)) ] || [ $((0x${range#*-})) -gt $((to)) ] || ram_ok=yes
		done < /tmp/ranges
		[ "$ram_ok" ] || { echo "$range is not its own"; return 1; }
	done < /tmp/ram
	in_os os2 cat /proc/meminfo | awk '/MemTotal/ { exit !($2 > 190000 && $2 < 256 * 1024) }'
}

# live WITH LINE: creates, starts, looks at, ends os2.
live()
{
	check "$1: create os2" mintctl os create os2 --cpus 2-3 --memory 256M --legacy com2
	phase "$2"
	check "$1: it starts" start_with "$3"
	check "$1: its memory is its own" memory_is_own
	check "$1: it works" in_os os2 'echo 1 > /sys/devices/system/cpu/cpu1/online 2> /dev/null; echo hello > /dev/ttyS1; dmesg | tail -n 3'
	in_os os2 dmesg > "/tmp/dmesg.$2"
	echo "os1 has something to say" > /dev/kmsg
	check "$1: it ends in order" mintctl os stop os2
	phase $(($2 + 1))
	check "$1: destroy it" mintctl os destroy os2
}

# ---- what is refused ----
check "create os2, without a port" mintctl os create os2 --cpus 2 --memory 192M
before=$(snapshot)
line() { mintctl os start os2 --kernel /boot/bzImage --initrd /boot/initrd --cmdline "$1"; }
belongs='com[12] belongs to os1|vga belongs to os1|only to'
refused "the early console of os1" 1 'earlyprintk=serial,ttyS0,.*: com1 belongs to os1' \
	line 'console=ttyS0,115200 earlyprintk=serial,ttyS0,115200 keep_bootcon'
for word in earlyprintk=serial earlyprintk=ttyS0 earlyprintk=ttyS1 earlyprintk=serial,0x3f8 \
	earlyprintk=serial,1,9600 earlyprintk=serial,115200 earlyprintk=serial,0x3e8 earlyprintk=vga,keep \
	earlyprintk=pciserial,0:4.0 earlyprintk=pciserial,force,0:4.0,nocfg earlyprintk=xdbc earlyprintk=dbgp0 earlyprintk=efi \
	earlyprintk=keep,xserial earlyprintk=serial,ttyS10 earlycon earlycon=uart8250,io,0x3f8 earlycon=uart,mmio32,0xfe000000 \
	earlycon=uart8250,0xfe000000 console=uart8250,io,0x3f8,115200 console=uart,io,0x2f8 console=uart8250,mmio,0xfed00000 \
	'"earlyprintk=serial,ttyS0"' 'quiet "earlycon=uart8250,io,0x3f8 x"' 'x="a earlyprintk=serial b"'; do
	refused "$word" 1 "--cmdline: .*($belongs)" line "$word"
done
for word in mem=64M memmap=64M@16M memmap=exactmap; do
	refused "$word" 1 '--cmdline: .*: its memory is what' line "$word"
done
for word in noapic nolapic disableapic nolapic_timer noapictimer nolapic-timer apic_extnmi=all nox2apic x2apic_phys pirq=1,2 \
	notsc acpi=force acpi=off acpi_rsdp=0xf0000 acpi_sci=low pmtmr=0x3f8 hpet=force io_delay=0x80 io_delay=0xed \
	pci=conf1 pci=conf2 pci=nommconf pci=realloc,nomsi pci=assign-busses pcie_aspm=force pcie_ports=native pcie_port_pm=force \
	initrd=0x1000000,1M initrdmem=0x1000000,1M elfcorehdr=0x1000000 bootconfig enable_mtrr_cleanup alloc_mptable \
	8250.probe_rsa=0x3f8 virtio_mmio.device=4K@0xfed00000:5 initcall_blacklist=mint_take_fixed \
	mint_pool=64M mint.name=os9; do
	refused "$word" 1 "--cmdline: ${word%%=*}.*: " line "x $word y"
done
check_equal "nothing has changed after these refusals" "$before" "$(snapshot)"
tab=$(printf '\t')
refused "after a tab" 1 '--cmdline: noapic: ' line "quiet${tab}noapic${tab}x"
check "destroy os2" mintctl os destroy os2

# ---- what os2 does with the rest, and with these ----
live "what is let through" 1 "console=ttyS0,115200 console=tty0 console=ttyS1,115200 earlyprintk=serial,ttyS1,115200,keep \
keep_bootcon lapic maxcpus=1 reboot=triple,force vga=ask video=vesafb:off tsc=unstable clocksource=acpi_pm hpet=disable \
panic=1 crashkernel=16M noirqdebug iommu=force intel_iommu=on efi=debug add_efi_memmap i8042.nopnp=1 i8042.reset=1 \
8250.nr_uarts=8 reserve=0x3f8,8 pci=nomsi,noaer apic=debug show_lapic=all nmi_watchdog=1 memblock=debug io_delay=udelay \
no_timer_check disable_timer_pin_1 vmalloc=64M gart_fix_e820=on edd=on debugpat mce=bootlog"
live "nosmp and no5lvl" 3 "nosmp no5lvl earlycon=uart8250,io,0x2f8,115200 idle=poll initcall_debug"

echo any-cmdline > /sys/kernel/debug/mint_fault
live "what is refused" 5 "earlycon=uart8250,io,0x3f8 mem=64M memmap=64M@16M memmap=32M!64M acpi=force acpi_rsdp=0xf0000 noapic nolapic \
nolapic_timer nox2apic apic_extnmi=all pci=conf1,assign-busses,realloc pcie_aspm=force pcie_ports=native io_delay=0x80 \
pmtmr=0x3f8 initrdmem=0x1000000,1M elfcorehdr=0x1000000 hpet=force initcall_blacklist=mint_take_fixed enable_mtrr_cleanup \
alloc_mptable mint_pool=64M \"earlyprintk=serial\" bootconfig notsc"
check_equal "all of it was left out" 26 "$(grep -c 'mint: left out: ' /tmp/dmesg.5)"
finish
END
# Had QEMU never opened the FIFO, the collector would wait for it for ever.
: <> "$dir/trace"
wait "$collector"

cat > "$dir/rules" << END
judge 1 2-3
judge 3 2-3
judge 5 2-3
apic 1-6
vector 1-6 $doorbell
port 1-6 0x2f8-0x2ff
mem 1-6 0xfec00000-0xfec00fff
expect 1 port 0x2f8
expect 3 port 0x2f8
expect 5 port 0x2f8
expect 5 apic 0x380
END
status=0
"$io_trace" check "$dir/rules" < "$dir/writes" > "$dir/findings" || status=$?
if [ "$status" -eq 0 ]; then
	ok "os2 wrote to nothing else"
else
	not_ok "os2 wrote to nothing else" "$(head -n 30 "$dir/findings")"
fi

# Phase 0 has the lines that it printed before.
com2_of_os1() { awk -v odd="$1" '$1 % 2 == odd && $2 < 2 && $3 == "port" && $4 >= "0x2f8" && $4 <= "0x2ff"' "$dir/writes"; }
check "os1 printed to com2 while it had it" test -n "$(com2_of_os1 0)"
check_equal "and never while os2 had it" '' "$(com2_of_os1 1)"

finish
