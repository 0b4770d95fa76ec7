#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An OS that becomes a copy of one that runs, and one that goes on from a snapshot, against one
# that is started from an image in the same machine: from the command until its agent says that
# user space is up. How long the source stands still, and its parts; the same for an OS of four
# times the size with as many pages in use.
#
# Each repetition has its own machine, and each OS memory that ran no code before, but that
# the host has given to the machine already.

. "$(dirname "$0")/lib.sh"
variant=normal

spin=$(program spin)
canary=$(program canary)

# What the kernel of the OS $1 said last: how long it stood still, its programs, the copying, pages.
stop_of()
{
	sed -n -e 's/.*it stood still for \([0-9]*\) us, its programs for \([0-9]*\) us.*/\1 \2/p' \
		-e 's/.*of these \([0-9]*\) us for the copying of \([0-9]*\) pages.*/\1 \2/p' "$dir/$name/$1.log" |
		tail -n 2 | xargs
}

for n in $(seq "$MINT_BENCH_REPS"); do
	name=clone-$n
	machine "$name" --smp 5 --memory 7G --pool 6G --timeout 300 --file "$spin" --file "$canary" << 'GUEST'
# create NAME CORES SIZE: the host gives memory when it is written for the first time.
create()
{
	mintctl os create "$1" --cores "$2" --memory "$3" --one-piece || exit
	./canary fill "$(mintctl os show "$1" --json | sed -n 's/.*"address": \([0-9]*\),/\1/p')" $((${3%M} << 20)) || exit
}
# took WHAT COMMAND...: cycles of the clock.
took()
{
	took_what=$1 took_from=$(./spin)
	shift
	"$@" || exit
	echo "took: $took_what $(($(./spin) - took_from))"
}
mintctl image load bench --kernel /boot/bzImage --initrd /boot/initrd || exit
create os2 1 512M
# Where the others will be.
create place3 2 512M
create place4 3 512M
for os in place3 place4; do mintctl os destroy $os --no-clear || exit; done
took start mintctl os start os2 --image bench --wait 60
took clone mintctl os clone os2 os3 --cores 2 --wait 60
mintctl os snapshot os2 still || exit
create os4 3 512M
took snapshot mintctl os start os4 --snapshot still --wait 60
for os in os3 os4; do mintctl os destroy $os --force --no-clear || exit; done
mintctl snapshot remove still
# One of 2 GiB, in which as much is in use: it has a larger memory map, the other one gets a file.
create big 2 2048M
create place6 3 2048M
mintctl os destroy place6 --no-clear || exit
mintctl os start big --image bench --wait 60 || exit
used() { in_os "$1" "awk '\$1 == \"MemTotal:\" { t = \$2 } \$1 == \"MemFree:\" { print t - \$2 }' /proc/meminfo"; }
in_os os2 'dd if=/dev/zero of=/tmp/fill bs=1M count=24 2> /dev/null'
mintctl os clone os2 os5 --cores 3 --wait 60 || exit
mintctl os destroy os5 --force --no-clear || exit
mintctl os clone big os6 --cores 3 --wait 60 || exit
GUEST
	khz=$(khz "$name")
	took() { awk -v khz="$khz" -v what="$1" '$1 == "took:" && $2 == what { printf "%.3f\n", $3 / khz }' "$dir/$name.out"; }
	for figure in clone snapshot; do
		sample "${figure/clone/copy}" $figure "$(took $figure)"
		sample "${figure/clone/copy}" start "$(took start)"
	done
	read -r still programs copying pages < <(stop_of os2)
	read -r big_still big_programs big_copying big_pages < <(stop_of big)
	ms_of() { awk -v us="$1" 'BEGIN { printf "%.3f\n", us / 1000 }'; }
	sample still size-512M "$(ms_of "$still")"
	sample still size-2G "$(ms_of "$big_still")"
	sample programs size-512M "$(ms_of "$programs")"
	sample programs size-2G "$(ms_of "$big_programs")"
	sample fixed size-512M "$(ms_of $((still - copying)))"
	sample fixed size-2G "$(ms_of $((big_still - big_copying)))"
	sample page size-512M "$(awk -v us="$copying" -v n="$pages" 'BEGIN { printf "%.3f\n", us / n }')"
	sample page size-2G "$(awk -v us="$big_copying" -v n="$big_pages" 'BEGIN { printf "%.3f\n", us / n }')"
	echo "pages: $pages of 512M, $big_pages of 2G"
done
