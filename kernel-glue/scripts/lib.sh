# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the kernel scripts share: where things are, and how the tree that is
# built comes from Debian's source, the patch series and the files of our own.
# Sourced, never run; the sourcing script sets PROG.

repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
glue=$repo/kernel-glue

source_package=linux-source-6.12

say() { printf '%s: %s\n' "$PROG" "$*" >&2; }
die() { say "$@"; exit 1; }

# The cache holds everything that is costly to make again. It lives outside the
# checkout so that "git clean" does not cost a kernel build.
cache_dir()
{
	if [ -n "${MINT_CACHE:-}" ]; then
		printf '%s\n' "$MINT_CACHE"
	elif [ "$(id -u)" -eq 0 ]; then
		printf '/var/cache/mint\n'
	else
		printf '%s/mint\n' "${XDG_CACHE_HOME:-$HOME/.cache}"
	fi
}

# Only one build at a time may touch the cache $1, or what its lock $2 is of.
lock_cache()
{
	local cache=$1

	mkdir -p "$cache" || die "cannot create the cache $cache (set MINT_CACHE to choose another place)"
	exec 9> "$cache/${2:-lock}"
	flock -n 9 && return
	say "waiting for another build in $cache"
	flock 9
}

installed_source_version()
{
	dpkg-query -W -f='${Version}' "$source_package" 2>/dev/null ||
		die "the package $source_package is not installed (apt-get install $source_package)"
}

# The patches of the series, in order, one path a line.
series()
{
	local name

	[ -f "$glue/patches/series" ] || return 0
	sed -e 's/[[:space:]]*#.*//' -e '/^[[:space:]]*$/d' "$glue/patches/series" |
	while read -r name _; do
		[ -f "$glue/patches/$name" ] ||
			die "patches/series names $name, which does not exist"
		printf '%s\n' "$glue/patches/$name"
	done
}

# The existing kernel files that the series changes.
touched_files()
{
	local list

	list=$(series) || exit 1
	[ -n "$list" ] || return 0
	# shellcheck disable=SC2086 # one argument per patch
	sed -n 's,^--- a/\([^[:space:]]*\).*,\1,p' $list | sort -u
}

# Lines that the series adds to or takes from existing kernel files.
hook_lines()
{
	local list

	list=$(series) || exit 1
	[ -n "$list" ] || { echo 0; return; }
	# The header of a hunk says how many lines follow, so that a removed
	# line that looks like a header is not taken for one.
	# shellcheck disable=SC2086 # one argument per patch
	awk '
	function span(s,	a) { return split(s, a, ",") == 2 ? a[2] : 1 }
	old > 0 || new > 0 {
		c = substr($0, 1, 1)
		if (c == "+") { new--; if (existing) n++ }
		else if (c == "-") { old--; if (existing) n++ }
		else if (c != "\\") { old--; new-- }
		next
	}
	/^--- /  { existing = ($2 != "/dev/null") }
	/^@@ /   { old = span(substr($2, 2)); new = span(substr($3, 2)) }
	END      { print n + 0 }' $list
}

# Applies the series to the pristine copies in directory $1. $2 names what the
# series is applied to, for the message.
apply_series()
{
	local dir=$1 what=$2 patch list out

	list=$(series) || exit 1
	for patch in $list; do
		# No fuzz: a hook that lands in the wrong place is worse than
		# one that does not apply.
		if ! out=$(LC_ALL=C patch -d "$dir" -p1 --fuzz=0 --batch --forward --no-backup-if-mismatch < "$patch"); then
			say "kernel-glue/patches/${patch##*/} does not apply to $what:"
			awk '/^patching file/ { file = $3 }
			     /^Hunk #.*(FAILED|ignored)/ { print "    " file ": " $0 }
			     /^(can.t find file|Reversed|patch: |[|]--- )/ { print "    " $0 }' <<< "$out" >&2
			show_rejects "$dir"
			say "bring that hunk up to date with the file in $what, and run this again"
			return 1
		fi
	done
}

show_rejects()
{
	local rej

	find "$1" -name '*.rej' | while read -r rej; do
		printf '    what was refused of %s:\n' "${rej#"$1"/}"
		sed 's/^/      | /' "$rej"
	done >&2
}

# Copies files of our own, which must not exist in the kernel, into directory $1.
copy_overlay()
{
	local dir=$1

	copy_files "$glue/linux" '*' "$dir" README.md
	copy_files "$repo/include/mint" '*.h' "$dir/include/mint"
	copy_files "$repo/include/uapi/linux" 'mint*.h' "$dir/include/uapi/linux"
	copy_files "$repo/irqlayer" '*.[ch]' "$dir/arch/x86/mint/irqlayer"
	copy_files "$repo/hotplug" '*.[ch]' "$dir/arch/x86/mint/hotplug"
}

# Copies the files below $1 that match pattern $2 to $3, leaving editors' droppings and
# those named $4: what a reader reads makes no other kernel.
copy_files()
{
	local from=$1 pattern=$2 to=$3 but=${4:-} file

	[ -d "$from" ] || return 0
	(cd "$from" && find . -type f -name "$pattern" ! -name '.*' ! -name '*~' ! -name '*.orig' ! -name '*.rej' ! -name "$but" -printf '%P\n') |
	while read -r file; do
		mkdir -p "$to/$(dirname "$file")"
		cp -p "$from/$file" "$to/$file"
	done
}
