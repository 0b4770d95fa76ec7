#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several OSes that are started at once, until the last of them is in its first program,
# against as many that are started one after the other in the same machine; and the limit of
# the host: two machines at once, against one after the other.
#
# Each repetition has its own machine, and each OS memory that ran no code before.

. "$(dirname "$0")/lib.sh"

first=$(program first -nostdlib -nostartfiles -fno-stack-protector -fno-builtin)
call=$(program call)
canary=$(program canary)

# together NAME NUMBER: NUMBER at once, then NUMBER one after the other.
together()
{
	# All below 4 GiB, each OS on a boundary of 128 MiB.
	machine "$1" --smp $((2 * $2 + 1)) --memory 2688M --pool $((2 * $2 * 256 + 128))M --timeout 180 --cmdline mint_way \
		--file "$first" --file "$call" --file "$canary" < <(echo "number=$2"; cat << 'GUEST'
line="quiet mint_way rdinit=/first $(tr ' ' '\n' < /proc/cmdline | grep tsc_early_khz)"
cp /boot/initrd /tmp/initrd
cp first /first
(cd / && echo first | cpio -o -H newc 2> /dev/null) >> /tmp/initrd
mintctl image load bench --kernel /boot/bzImage --initrd /tmp/initrd || exit
n=0
while [ $((n += 1)) -le $((2 * number)) ]; do
	mintctl os create "os$((n + 1))" --cores $n --memory 192M || exit
	# The host gives memory when it is written for the first time.
	./canary fill "$(mintctl os show "os$((n + 1))" --json | sed -n 's/.*"address": \([0-9]*\),/\1/p')" $((192 << 20)) || exit
done
# Who waits must not take the processor of who starts.
begin() { ./call mintctl os start "os$(($1 + 1))" --image bench --cmdline "$line" --wait 60; }
n=0
while [ $((n += 1)) -le "$number" ]; do begin $n & done
wait
n=0
while [ $((n += 1)) -le $((2 * number)) ]; do
	[ $n -le "$number" ] || begin $n || exit
done
[ "$(mintctl os list --noheadings -o STATE | grep -c up)" -eq $((2 * number + 1)) ]
GUEST
)
}

# spans NAME NUMBER FIGURE: at once from the first call to the last first program; in turn
# the sum of each.
spans()
{
	local khz log=$dir/$1/os1.log n last=0 begin=0 at sum=0

	khz=$(khz "$1")
	for n in $(seq "$2"); do
		at=$(way "$log" call "$n")
		[ "$begin" -ne 0 ] && [ "$begin" -lt "$at" ] || begin=$at
		at=$(way "$dir/$1/os$((n + 1)).log" first)
		[ "$last" -gt "$at" ] || last=$at
	done
	sample "$3" at-once "$(ms "$khz" "$begin" "$last")"
	for n in $(seq $(($2 + 1)) $((2 * $2))); do
		sum=$((sum + $(way "$dir/$1/os$((n + 1)).log" first) - $(way "$log" call "$n")))
	done
	sample "$3" in-turn "$(ms "$khz" 1 $((sum + 1)))"
}

# A machine of its own that boots the same kernel; how long that took, ms.
alone()
{
	machine "$1" --smp 1 --memory 512M --pool 64M --timeout 120 --cmdline "mint_way rdinit=/first" \
		--file "$first:/first" <<< 'exit 0'
}
took() { ms "$(khz "$1")" "$(way "$dir/$1/os1.log" setup)" "$(way "$dir/$1/os1.log" first)"; }

for n in $(seq "$MINT_BENCH_REPS"); do
	together "two-$n" 2
	spans "two-$n" 2 two
	together "three-$n" 3
	spans "three-$n" 3 three

	alone "a-$n" & other=$!
	alone "b-$n"
	wait $other
	alone "c-$n"
	alone "d-$n"
	sample host at-once "$(printf '%s\n' "$(took "a-$n")" "$(took "b-$n")" | sort -n | tail -n 1)"
	sample host in-turn "$(echo "$(took "c-$n") $(took "d-$n")" | awk '{ print $1 + $2 }')"
done
