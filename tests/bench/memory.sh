#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is not left for programs of the memory of an OS that has just come up, with a 32-bit
# and with a 64-bit kernel, side by side in one machine, both with the same programs.

. "$(dirname "$0")/lib.sh"
variant=normal

# What the kernel took before it counted, and what is in use now.
cat > "$dir/memory.sh" << 'GUEST'
. /usr/lib/mint/test.sh
awk -v all="$1" -v left="$(free_memory)" '$1 == "MemTotal:" { print "memory:", "kernel", all - $2; print "memory:", "used", all - left }' /proc/meminfo
GUEST

size_mib=256
for n in $(seq "$MINT_BENCH_REPS"); do
	machine "memory-$n" --32 --smp 3 --memory 2G --pool 1G --timeout 200 --file "$dir/memory.sh" \
		< <(echo "size=$size_mib"; cat << 'GUEST'
up os2 1 ${size}M || exit
up_32 os3 2 ${size}M || exit
for os in os2 os3; do
	echo "of $os"
	mintctl os exec $os -- sh -s $((size << 10)) < /root/memory.sh || exit
done
GUEST
)
	for figure in kernel used; do
		sample $figure x86_64 "$(sed -n "/^of os2/,/^of os3/s/^memory: $figure //p" "$dir/memory-$n.out")"
		sample $figure i386 "$(sed -n "/^of os3/,\$s/^memory: $figure //p" "$dir/memory-$n.out")"
	done
done
