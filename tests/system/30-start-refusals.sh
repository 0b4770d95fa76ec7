#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What os start makes of files that are not what they should be: a kernel that does not
# say that it is a Mint kernel, or another revision of it, or a damaged one; one that
# kexec would not load.  Everything is refused by name and cause, and nothing changes.
#
# Covers: fault-start
# Short: every refusal once

. "$(dirname "$0")/lib.sh"

vm_ok vm --file "$repo/tests/guest/bzimage.sh" << 'END'
# What is refused leaves everything as it was; looked at after each group.
group() { before=$(snapshot); }
unchanged() { check_equal "nothing has changed: $1" "$before" "$(snapshot)"; }

image() { mintctl os start os2 --kernel "$1"; }

. /root/bzimage.sh
bzimage=/tmp/k
fresh() { cat /boot/bzImage > /tmp/k; }

check "create os2" mintctl os create os2 --cpus 2 --memory 192M
fresh
find_marker
check_equal "the marker is where the boot protocol says" "$((0x544e494d)) 48" "$(get $marker) $(get $((marker + 4)))"

# ---- no kernel for where it may go ----
xloadflags=$(get2 $((0x236)))
put $((0x236)) $((xloadflags & ~2)) 2
refused "a 64-bit kernel that does not reach above 4 GiB" 1 '/tmp/k: damaged, cut short or not relocatable' image /tmp/k
put $((0x236)) $((xloadflags & ~3)) 2
refused "one that says it is a 32-bit kernel, and whose marker does not" 1 '/tmp/k: Mint for another processor' image /tmp/k
fresh

# ---- no Mint kernel ----
group
release=$(uname -r)
put $marker 0
refused "a kernel without the marker" 1 "/tmp/k: is no Mint kernel \(Linux $release\)" image /tmp/k
put $((0x20e)) 0 2
refused "one without a version either" 1 '/tmp/k: is no Mint kernel \(Linux \?\)' image /tmp/k
fresh; put $((0x268)) 0
refused "one without kernel_info" 1 'is no Mint kernel' image /tmp/k
fresh; put $((0x268)) 0xfffffff0
refused "one whose kernel_info is not in it" 1 'is no Mint kernel' image /tmp/k
fresh; put $((0x206)) 0x20e 2
refused "one of an older boot protocol" 1 'is no Mint kernel' image /tmp/k
fresh; put $((info + 8)) 0xffffffff
refused "a kernel_info that claims to be large" 1 'is no Mint kernel' image /tmp/k
fresh; put $((info + 4)) 0
refused "a kernel_info without a size" 1 'is no Mint kernel' image /tmp/k
fresh; put $((marker + 4)) 0xffffffff
refused "a marker that claims to be large" 1 'is no Mint kernel' image /tmp/k
fresh; put $((marker + 4)) 0
refused "a marker without a size" 1 'is no Mint kernel' image /tmp/k
fresh; put $((marker + 4)) 8
refused "a marker that is cut short" 1 '/tmp/k: its Mint marker is damaged' image /tmp/k
fresh; put $((marker + 40)) 1
refused "a marker with a bit too many" 1 'its Mint marker is damaged' image /tmp/k

unchanged "kernels without Mint"

# ---- another Mint ----
fresh; field_of_marker 4 98; field_of_marker 5 99
refused "a newer table" 1 "/tmp/k: knows table revision 98, this machine has [0-9]" image /tmp/k
fresh; field_of_marker 4 0; field_of_marker 5 0
refused "an older table" 1 "knows table revision 0, this machine has [0-9]" image /tmp/k
fresh; field_of_marker 6 99; field_of_marker 7 99
refused "other boot data" 1 "knows boot data 99, this machine has [0-9]" image /tmp/k
fresh; field_of_marker 8 99; field_of_marker 9 99
refused "another interrupt table" 1 "knows IRQ table 99, this machine has [0-9]" image /tmp/k
fresh; field_of_marker 3 2
refused "another processor" 1 'Mint for another processor' image /tmp/k

unchanged "kernels with another Mint"

# ---- damage ----
fresh; put 1000000 $(($(get 1000000) ^ 1))
refused "one bit of the packed kernel" 1 '/tmp/k: damaged, its checksum is wrong' image /tmp/k
head -c $(($(wc -c < /boot/bzImage) - 16)) /boot/bzImage > /tmp/k
refused "the end is missing" 1 'damaged, cut short' image /tmp/k
fresh; put $((0x1f1)) 255 1
refused "a real-mode part that claims to be large" 1 'no Mint kernel|damaged' image /tmp/k
for size in 0 0xffffffff; do
	fresh; put $((0x1f4)) $size
	refused "syssize $size" 1 'damaged, cut short' image /tmp/k
done
for size in 0 0x1000; do
	fresh; put $((0x260)) $size
	refused "init_size $size" 1 'damaged, cut short' image /tmp/k
done
for size in 0 1 3 0x300000; do
	fresh; put $((0x230)) $size
	refused "an alignment of $size" 1 'damaged, cut short or not relocatable' image /tmp/k
done
fresh; put $((0x260)) 0xffffffff; reseal
refused "init_size 0xffffffff" 1 'os2 has too little memory: .* need [0-9]*M' image /tmp/k
fresh; put $((0x230)) 0x80000000; reseal
refused "an alignment of 2 GiB" 1 'os2 has too little memory' image /tmp/k

unchanged "damaged kernels"

# ---- files ----
ln -s /dev/zero /tmp/zero
refused "a device" 1 'not? a? ?regular file' image /tmp/zero
mkfifo /tmp/fifo
refused "a pipe" 1 'regular file' image /tmp/fifo
: > /tmp/empty
refused "an empty file" 1 '/tmp/empty: is empty' image /tmp/empty
refused "an empty initrd" 1 '/tmp/empty: is empty' mintctl os start os2 --kernel /boot/bzImage --initrd /tmp/empty
truncate -s 3G /tmp/sparse
refused "a kernel of 3 GiB" 1 '/tmp/sparse: 3072M are too large for 192M' image /tmp/sparse
refused "an initrd of 3 GiB" 1 '/tmp/sparse: 3072M are too large' mintctl os start os2 --kernel /boot/bzImage --initrd /tmp/sparse
unchanged "files"
rm /tmp/k /tmp/sparse

# ---- what kexec would refuse ----
echo 1 > /proc/sys/kernel/kexec_load_limit_reboot
check "os2 starts, and is the one load that is allowed" start os2
check_equal "that was it" 0 "$(cat /proc/sys/kernel/kexec_load_limit_reboot)"
check "create os3" mintctl os create os3 --cpus 3 --memory 192M
group
refused "more loads than the limit" 1 'os3: kernel.kexec_load_disabled or _limit_reboot forbids it' \
	mintctl os start os3 --kernel /boot/bzImage
check "os2 has a kernel" mintctl os exec os2 -- sh -c 'cat > /tmp/kernel' < /boot/bzImage
check "but may load none" in_os os2 'echo 1 > /proc/sys/kernel/kexec_load_disabled'
refused "kexec_load_disabled" 1 'os3: kernel.kexec_load_disabled' \
	mintctl os exec -n os2 -- mintctl os start os3 --kernel /tmp/kernel
unchanged "what kexec would not load"
check "os2 still runs" in_os os2 true
finish
END

finish
