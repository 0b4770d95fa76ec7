# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For the families of "make bench". Sourced first; a family prints what it measures:
#
#	sample FIGURE SERIES VALUE
#
# one line for each repetition, in the unit that figures.json gives; everything else that it
# prints is for people. Whatever goes wrong ends it with a status that is not 0.
set -euo pipefail

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dir=${MINT_BENCH_DIR:-$(mktemp -d)}
: "${MINT_BENCH_REPS:=10}"
# What every machine of a family is built from: as shipped, with marks of time in its log.
variant=measured

die() { printf 'bench: %s\n' "$*" >&2; exit 1; }

# sample FIGURE SERIES VALUE
sample() { printf 'sample %s %s %s\n' "$@"; }

# program NAME [OPTION OF GCC]...: builds programs/NAME.c for the guest, and prints where.
program()
{
	local source=$repo/tests/bench/programs/$1.c

	[ -e "$source" ] || source=$repo/tests/system/programs/$1.c
	gcc -O2 -Wall -D_GNU_SOURCE -static "${@:2}" -o "$dir/$1" "$source" && printf '%s\n' "$dir/$1"
}

# machine NAME [OPTION]... < script: as tests/vm; its output is $dir/NAME.out. Ends the family
# if the machine fails.
machine()
{
	local name=$1

	shift
	{ echo '. /usr/lib/mint/test.sh'; cat; } > "$dir/$name.script"
	"$repo/tests/vm" --variant "$variant" --out "$dir/$name" "$@" "$dir/$name.script" > "$dir/$name.out" 2> "$dir/$name.err" && return
	tail -n 15 "$dir/$name.out" "$dir/$name.err" >&2
	die "machine $name failed"
}

# Cycles of the clock in a millisecond, as the machine NAME was told.
khz() { sed -n 's/.*tsc_early_khz=\([0-9]*\).*/\1/p' "$dir/$1/os1.log" | head -n 1; }

# way FILE POINT [NUMBER]: TSC at which a kernel passed that point, for the NUMBERth time.
way() { sed -n "s/.*way: $2 \([0-9]*\).*/\1/p" "$1" | sed -n "${3:-1}p"; }

# ms KHZ FROM TO
ms() { awk -v khz="$1" -v from="$2" -v to="$3" 'BEGIN { if (!from || !to || to < from) exit 1; printf "%.3f\n", (to - from) / khz }'; }
