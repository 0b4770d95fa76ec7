# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Puts files of the host into a directory that becomes (part of) the guest's
# initramfs. Sourced, never run; the sourcing script has die().

# In the guest /bin, /sbin, /lib, /lib64 and /usr/sbin are links; a cpio archive
# must name what is behind them, or it would replace the link by a directory.
guest_path()
{
	local path=/${1#/}

	case $path in
	/bin/*|/sbin/*) path=/usr/bin/${path#/*/} ;;
	/lib/*|/lib64/*) path=/usr$path ;;
	esac
	case $path in
	/usr/sbin/*) path=/usr/bin/${path#/usr/sbin/} ;;
	esac
	printf '%s\n' "$path"
}

# A line for each file, which differs when it was written or replaced: its path, and what
# its inode says.
state_format='%n %d:%i %s %a %.9Y %.9Z'
state_of() { stat -L -c "$state_format" "$@"; }

# Before a file is read: where $inputs is a file, it gets the file's state.
note_input() { [ -z "${inputs:-}" ] || state_of "$1" >> "$inputs"; }

is_elf()
{
	[ "$(head -c 4 "$1" | tr -d '\0')" = $'\177ELF' ]
}

# In $sysroot, where programs of another architecture are that this machine cannot run:
# all libraries that program $1 needs, and those need, and what loads them.
libraries_in_sysroot()
{
	local -A seen=()
	local todo=("$1") name file loader

	loader=$(readelf -l "$1" | sed -n 's,.*program interpreter: \(.*\)\],\1,p')
	[ -z "$loader" ] || printf '%s\n' "$sysroot$loader"
	while [ ${#todo[@]} -gt 0 ]; do
		file=${todo[0]} todo=("${todo[@]:1}")
		for name in $(readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
			[ -z "${seen[$name]:-}" ] || continue
			seen[$name]=1
			file=$(find "$sysroot"/lib "$sysroot"/usr/lib -name "$name" | head -n 1)
			[ -n "$file" ] || die "$1 needs $name, which is not in $sysroot"
			todo+=("$file")
			printf '%s\n' "$file"
		done
	done
}

# The shared libraries that program $1 needs, by the path it knows them by.
libraries()
{
	local out

	if [ -n "${sysroot:-}" ]; then
		libraries_in_sysroot "$1"
		return
	fi
	out=$(ldd "$1" 2>&1) || return 0	# static
	if grep -q 'not found' <<< "$out"; then
		die "$1 needs a library that this machine does not have: $(grep 'not found' <<< "$out")"
	fi
	sed -n -e 's,.*=> \(/[^ ]*\) .*,\1,p' -e 's,^[[:space:]]*\(/[^ ]*\) (.*,\1,p' <<< "$out"
}

# put_file ROOT HOST GUEST: copies HOST, a file or a directory, to GUEST below
# ROOT, and the libraries of programs to where the loader looks for them. What
# the archive $have (a list of guest paths) has already is left out. With $sysroot they
# are of another architecture, and their libraries there.
put_file()
{
	local root=$1 host=$2 guest file

	guest=$(guest_path "$3")
	mkdir -p "$root${guest%/*}"
	if [ -d "$host" ]; then
		cp -rL "$host" "$root$guest"
		return
	fi
	note_input "$host"
	cp -L "$host" "$root$guest"
	is_elf "$host" || return 0
	for file in $(libraries "$host"); do
		put_library "$root" "$file"
	done
}

put_library()
{
	local root=$1 host=$2 guest

	guest=$(guest_path "${host#"${sysroot:-}"}")
	[ ! -e "$root$guest" ] || return 0
	[ -z "${have:-}" ] || ! grep -qxF "${guest#/}" "$have" || return 0
	mkdir -p "$root${guest%/*}"
	note_input "$host"
	cp -L "$host" "$root$guest"
}

# Writes the files below directory $1 as an archive that the kernel unpacks.
# Every archive is padded, so that several can be put behind each other.
make_archive()
{
	(cd "$1" && find . -mindepth 1 -printf '%P\0' | LC_ALL=C sort -z |
		cpio --null --create --format=newc --owner=0:0 --quiet)
}
