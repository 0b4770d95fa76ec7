#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a start costs the OS that orders it, in a machine whose clock counts instructions:
# the time of the command in its kernel and its program, against that from the command to
# the first program of the OS that is started. One thread of the host runs all cores of such a
# machine in turn, and its clock goes on while another core runs in the middle of the command:
# that can only add, so the smallest repetition counts.

. "$(dirname "$0")/lib.sh"

first=$(program first -nostdlib -nostartfiles -fno-stack-protector -fno-builtin)
call=$(program call)
cost=$(program cost)

for n in $(seq "$MINT_BENCH_REPS"); do
	machine "order-$n" --icount --smp 2 --memory 2G --pool 512M --timeout 300 --cmdline mint_way \
		--file "$first" --file "$call" --file "$cost" << 'GUEST'
cp /boot/initrd /tmp/initrd
cp first /first
(cd / && echo first | cpio -o -H newc 2> /dev/null) >> /tmp/initrd
mintctl image load bench --kernel /boot/bzImage --initrd /tmp/initrd || exit
mintctl os create os2 --cores 1 --memory 256M || exit
./call ./cost mintctl os start os2 --image bench --cmdline "quiet mint_way rdinit=/first" || exit
wait_for 120 is os2 up
GUEST
	sample order orderer "$(sed -n 's/^cost: //p' "$dir/order-$n.out")"
	# Nanoseconds of that clock.
	log=$dir/order-$n/os2.log
	sample order start "$(ms "$(awk -v khz="$(khz "order-$n")" 'BEGIN { print khz / 1000000 }')" \
		"$(way "$dir/order-$n/os1.log" call)" "$(way "$log" first)" | cut -d. -f1)"
done
