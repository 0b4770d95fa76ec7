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
	machine "$1" --smp $((2 * $2 + 1)) --memory 3G --pool $((2 * $2 * 192 + 128))M --timeout 180 --cmdline mint_way \
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
begin() { ./call mintctl os start "os$(($1 + 1))" --image bench --cmdline "$line"; }
up() { wait_for 60 is "os$(($1 + 1))" up; }
n=0
while [ $((n += 1)) -le "$number" ]; do begin $n & done
wait
n=0
while [ $((n += 1)) -le $((2 * number)) ]; do
	[ $n -le "$number" ] || begin $n || exit
	up $n || exit
done
exit 0
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

now() { local t=$EPOCHREALTIME; echo $((10#${t/./} / 1000)); }
# A whole machine that does nothing: MINT_BENCH_DIR keeps them apart.
alone() { machine "$1" --smp 1 --memory 512M --pool 0 --timeout 120 <<< 'exit 0'; }

for n in $(seq "$MINT_BENCH_REPS"); do
	together "two-$n" 2
	spans "two-$n" 2 two
	together "three-$n" 3
	spans "three-$n" 3 three

	begin=$(now)
	alone "a-$n" & other=$!
	alone "b-$n"
	wait $other
	at_once=$(($(now) - begin))
	begin=$(now)
	alone "c-$n"
	alone "d-$n"
	sample host at-once "$at_once"
	sample host in-turn "$(($(now) - begin))"
done
