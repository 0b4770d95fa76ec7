#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Addresses that a 32-bit kernel has none for at once: what lies above 4 GiB (memory of the
# pool, images, the BARs of a device) works from a 32-bit OS as from any other, and so does
# memory of its own above its direct map, from which kexec starts it again. What it cannot
# map at all is refused, by who would give it and by itself, and left alone.
#
# Covers: 32-6
# Kernel: 32-test
# Short: each once
# Limit: 400

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/irq.sh"
. "$(dirname "$0")/hotplug.sh"

# disk VM: one whose registers lie in a BAR of 64 bits. The firmware puts those above 4 GiB
# when there is another one that does not fit below.
disk()
{
	truncate -s 256M "$dir/$1.img"
	mke2fs -q -F "$dir/$1.img"
	# shellcheck disable=SC2054 # the commas are QEMU's
	disk=(
		--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=4
		--arg -drive --arg "file=$dir/$1.img,format=raw,if=none,id=d1"
		--arg -device --arg virtio-blk-pci,drive=d1,bus=rp1,disable-legacy=on
		--arg -device --arg pcie-root-port,id=rp2,chassis=2,addr=5
		--arg -object --arg memory-backend-ram,id=m1,size=2G
		--arg -device --arg ivshmem-plain,memdev=m1,bus=rp2
	)
}

# ---- above 4 GiB ----

disk far
# As the test wants it: it reaches 4 GiB only.
expect_log far os2 'mint: BAR 4 .* cannot be used'
vm_ok far --32 --smp 6 --memory 5G --timeout 200 --file "$devices_guest" "${disk[@]}" \
	< <(printf '%s\n' "$moves_prelude"; cat << 'GUEST'
disk=$(lspci -D -n -d 1af4:1042 | cut -d' ' -f1)
four_gib=$((1 << 32))
# What JSON says of an image or an OS: its address, in bytes.
at() { mintctl "$1" list --json | tr -d ' \n' | sed 's/}/\n/g' | sed -n "s/.*\"name\":\"$2\".*\"address\":\([0-9]*\).*/\1/p"; }
above() { [ "$(at "$1" "$2")" -ge "$four_gib" ]; }
bar_of() { mintctl dev show "$disk" | sed -n 's/^BAR 4: *memory \(0x[0-9a-f]*\).*/\1/p'; }
reach() { echo "$1" > /sys/kernel/debug/mint_fault; }
before=$(snapshot)

check "os2, a 32-bit one, is up" up_32 os2 2-3 384M
for file in bzImage initrd; do
	mintctl os exec os2 -- sh -c "cat > /tmp/$file" < /boot/$file
done
check "os3 is created" mintctl os create os3 --cores 4-5 --memory 256M
check "its memory is above 4 GiB" above os os3
check "os2 loads an image of a 64-bit kernel" in_os os2 'mintctl image load far --kernel /tmp/bzImage --initrd /tmp/initrd'
check "which is above 4 GiB" above image far
check "os2 starts os3 from it" in_os os2 'mintctl os start os3 --image far --wait 60'
check_equal "it works" "x86_64 2" "$(in_os os3 'echo $(uname -m) $(nproc)')"

check "the disk's registers are above 4 GiB" test $(($(bar_of))) -ge "$four_gib"
for os in os2 os3 os2 os1; do
	check "the disk goes to $os" mintctl dev move "$disk" --to $os
	check "it works in $os" uses $os fs "$disk" "new$((n = ${n:-0} + 1))"
done

check "os2 destroys os3" in_os os2 'mintctl os destroy os3 --force'
check "and removes the image" in_os os2 'mintctl image remove far'
check "all was cleared" sh -c '! mintctl os log os2 | grep "is not cleared"'

# ---- what it does not reach ----

check "a 32-bit kernel reaches 4 GiB, it is said" reach reach:4
refused "a move of what lies above is refused" 1 "$disk: its BAR at $(bar_of) is too high for os2" \
	mintctl dev move "$disk" --to os2
refused "so is a create with it" 1 "$disk: its BAR at $(bar_of) is too high for os3" \
	mintctl os create os3 --cores 4 --memory 128M --arch 32 --dev "$disk"
check "a 64-bit OS gets it" up os3 4 128M --dev "$disk"
check "and uses it" uses os3 fs "$disk" new5
check "which ends" mintctl os destroy os3
in_os os2 'echo reach:4 > /sys/kernel/debug/mint_fault'
refused "os2 puts no image where it does not reach" 1 'the image cannot be copied into the pool' \
	mintctl os exec -n os2 -- mintctl image load far --kernel /tmp/bzImage --initrd /tmp/initrd
check_equal "there is none" "" "$(mintctl image list --noheadings -o NAME | grep far)"
in_os os2 'echo none > /sys/kernel/debug/mint_fault'
check "a 32-bit kernel reaches 2 GiB, it is said" reach reach:2
refused "it has no PCI then" 1 "$disk: configuration space is too high for os2" mintctl dev move "$disk" --to os2
reach none

# By itself it sees what it cannot have, whoever gave it.
check "os2 gets the disk once more" mintctl dev move "$disk" --to os2
check "os2 stops" mintctl os stop os2
check "it starts, and reaches 4 GiB" mintctl os start os2 --kernel /boot/bzImage-32 --initrd /boot/initrd-32 --cmdline mint_fault=reach:4 --wait 60
check "it leaves alone what lies above" sh -c "mintctl os log os2 | grep -q '$disk: mint: BAR 4 .* cannot be used'"
check_equal "and has no disk" "" "$(in_os os2 'ls /sys/class/block | grep vda')"
check "os2 stops again" mintctl os stop os2
check "it starts, and reaches 2 GiB" mintctl os start os2 --kernel /boot/bzImage-32 --initrd /boot/initrd-32 --cmdline mint_fault=reach:2 --wait 60
check_equal "it has no PCI" "" "$(in_os os2 'ls /sys/bus/pci/devices')"
check "os2 leaves" mintctl os destroy os2
check "the disk works in os1" uses os1 fs "$disk" new6
check_equal "all is as it was" "$before" "$(snapshot)"
check "table and hardware agree" mintctl irq verify
finish
GUEST
)
check "far: the file system is sound" e2fsck -fn "$dir/far.img"

# ---- memory of its own above its direct map ----

disk high
vm_ok high --32 --smp 4 --memory 2800M --pool 1700M --timeout 200 --file "$devices_guest" \
	--file "$(program_32 kexec):/root/kexec" "${disk[@]}" \
	< <(printf '%s\n' "$moves_prelude"; cat << 'GUEST'
disk=$(lspci -D -n -d 1af4:1042 | cut -d' ' -f1)
again() { [ "$(mintctl os list --noheadings -o NAME,STATE,STARTS | grep '^os2 ' | xargs)" = "os2 up $1" ]; }
high() { in_os os2 "sed -n 's/^$1: *\([0-9]*\) kB/\1/p' /proc/meminfo"; }

check "os2 is up" up_32 os2 2-3 1600M --dev "$disk"
check "some of its memory is above its direct map" test "$(high HighTotal)" -gt 65536
check "the disk works with it" uses os2 fs "$disk" new1
for file in kexec:/root/kexec kernel:/boot/bzImage-32 initrd:/boot/initrd-32; do
	mintctl os exec os2 -- sh -c "cat > /tmp/${file%%:*}" < "${file#*:}"
done
before=$(high HighFree)
check "kexec loads a kernel there" in_os os2 'chmod +x /tmp/kexec && /tmp/kexec load /tmp/kernel /tmp/initrd "$(cat /proc/cmdline) mark=high"'
check "into that memory" test $((before - $(high HighFree))) -gt 16384
in_os os2 '/tmp/kexec exec' > /dev/null 2>&1
check "it starts from it" wait_for 60 again 2
check_equal "with the line that it was given" mark=high "$(in_os os2 'tr " " "\n" < /proc/cmdline | grep mark')"
check_equal "it is what it was" "i686 2" "$(in_os os2 'echo $(uname -m) $(nproc)')"
check "the disk works again" uses os2 fs "$disk" new2
check "os2 leaves" mintctl os destroy os2
check "table and hardware agree" mintctl irq verify
finish
GUEST
)
check "high: the file system is sound" e2fsck -fn "$dir/high.img"

finish
