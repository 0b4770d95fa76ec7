# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# For scripts that run in the guest: reads and changes what a kernel's file says of itself.
# Offsets are those of the boot protocol.

# That file, a copy; who uses this sets it.
bzimage=

get() { od -An -v -tu4 -j "$1" -N 4 "$bzimage" | tr -d ' '; }
get2() { od -An -v -tu2 -j "$1" -N 2 "$bzimage" | tr -d ' '; }
get1() { od -An -v -tu1 -j "$1" -N 1 "$bzimage" | tr -d ' '; }

# put OFFSET VALUE [BYTES]
put()
{
	put_value=$(($2 & 0xffffffff)) put_text='' put_left=${3:-4}
	while [ $((put_left -= 1)) -ge 0 ]; do
		put_text="$put_text\\0$(printf %o $((put_value & 255)))"
		put_value=$((put_value >> 8))
	done
	printf '%b' "$put_text" | dd of="$bzimage" bs=1 seek="$1" conv=notrunc 2> /dev/null
}

# Where the real-mode part ends, where kernel_info and the marker of Mint in it are.
find_marker()
{
	setup=$((($(get1 $((0x1f1))) + 1) * 512))
	info=$((setup + $(get $((0x268)))))
	marker=$((info + $(get $((info + 4)))))
}

# The checksum at the end fits again: the CRC-32 of gzip, not inverted.
reseal()
{
	reseal_len=$((setup + $(get $((0x1f4))) * 16 - 4))
	reseal_crc=$(head -c $reseal_len "$bzimage" | gzip -1 | tail -c 8 | head -c 4 | od -An -tu4)
	put $reseal_len $((reseal_crc ^ 0xffffffff))
}

# Field N of the marker gets a value, and the sum of all stays 0.
field_of_marker()
{
	put $((marker + 8)) $(($(get $((marker + 8))) + $(get $((marker + 4 * $1))) - $2))
	put $((marker + 4 * $1)) "$2"
}
