#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# From the command to the first program: an OS that is started from an image, and the same
# kernel and initrd by "kexec -e", in the same machine.
#
# Each repetition has its own machine, as QEMU takes a second to write over code that it has
# translated; both starts go into memory that ran none before, but that the host has given to
# the machine already. The second kexec is the same without the checksum over all that was
# loaded.

. "$(dirname "$0")/lib.sh"

first=$(program first -nostdlib -nostartfiles -fno-stack-protector -fno-builtin)
call=$(program call)
kexec=$(program kexec)
canary=$(program canary)
kexec_tools=$(PATH=$PATH:/sbin:/usr/sbin command -v kexec) || die "kexec-tools is not installed"

# one NAME CHECKS: a machine; CHECKS is empty without the checksum.
one()
{
	machine "$1" --smp 2 --memory 2G --pool 768M --on-panic continue --timeout 120 \
		--file "$first" --file "$call" --file "$kexec" --file "$canary" --file "$kexec_tools:/usr/bin/kexec-tools" \
		--cmdline mint_way < <(echo "checks=$2"; cat << 'GUEST'
line="quiet mint_way rdinit=/first $(tr ' ' '\n' < /proc/cmdline | grep tsc_early_khz)"
cp /boot/initrd /tmp/initrd
cp first /first
(cd / && echo first | cpio -o -H newc 2> /dev/null) >> /tmp/initrd
mintctl image load bench --kernel /boot/bzImage --initrd /tmp/initrd || exit
mintctl os create os2 --cores 1 --memory 256M || exit
# The host gives memory when it is written for the first time.
./canary fill "$(mintctl os show os2 --json | sed -n 's/.*"address": \([0-9]*\),/\1/p')" $((256 << 20)) || exit
dd if=/dev/zero of=/tmp/fill bs=1M count=900 2> /dev/null
rm /tmp/fill
./call mintctl os start os2 --image bench --cmdline "$line" || exit
wait_for 30 is os2 up || exit
mintctl os destroy os2 || exit
mintctl image remove bench || exit
# The other kernel runs this instead.
mkdir -p /tmp/next/vm
echo "dmesg | grep way:" > /tmp/next/vm/script
(cd /tmp/next && echo vm/script | cpio -o -H newc 2> /dev/null) >> /tmp/initrd
line="$line console=ttyS0,115200"
if [ -n "$checks" ]; then
	./kexec load /boot/bzImage /tmp/initrd "$line" || exit
else
	kexec-tools -c -i -l /boot/bzImage --initrd=/tmp/initrd --command-line="$line" || exit
fi
./call ./kexec exec
exit 1
GUEST
)
}

# part FIGURE SERIES KHZ FROM TO
part()
{
	local value

	value=$(ms "$3" "$4" "$5") || die "$1, $2: a mark is missing"
	sample "$1" "$2" "$value"
}

# ours NAME KHZ
ours()
{
	local log=$dir/$1/os2.log called

	called=$(way "$dir/$1/os1.log" call)
	part kernel_init mint "$2" "$called" "$(way "$log" kernel_init)"
	part first mint "$2" "$called" "$(way "$log" first)"
}

# theirs NAME KHZ SERIES
theirs()
{
	local before=$dir/$1/os1.log after=$dir/$1.out called devices setup

	called=$(way "$before" call 2)
	devices=$(way "$before" devices)
	setup=$(way "$after" setup)
	part kernel_init "$3" "$2" "$called" "$(way "$after" kernel_init)"
	part first "$3" "$2" "$called" "$(way "$after" first)"
	part shutdown "$3" "$2" "$called" "$devices"
	part unpack "$3" "$2" "$devices" "$setup"
	part kernel "$3" "$2" "$setup" "$(way "$after" kernel_init)"
	part initcalls "$3" "$2" "$(way "$after" kernel_init)" "$(way "$after" first)"
}

for n in $(seq "$MINT_BENCH_REPS"); do
	one "with-$n" yes
	khz=$(khz "with-$n")
	ours "with-$n" "$khz"
	theirs "with-$n" "$khz" kexec
	log=$dir/with-$n/os2.log
	part kernel mint "$khz" "$(way "$log" setup)" "$(way "$log" kernel_init)"
	part initcalls mint "$khz" "$(way "$log" kernel_init)" "$(way "$log" first)"
	one "without-$n" ''
	theirs "without-$n" "$(khz "without-$n")" kexec-no-checksum
done
