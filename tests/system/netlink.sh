# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For system tests that talk to the netlink family by themselves; after lib.sh.
# shellcheck disable=SC2154 # those are lib.sh's

# Builds programs/nl.c for the guest, and prints where.
netlink_program()
{
	# shellcheck disable=SC2046 # a word for each option
	gcc -O2 -Wall -Wextra -D_GNU_SOURCE -I "$repo/include/uapi" -I "$repo/include" -o "$dir/nl" \
		"$repo/tests/system/programs/nl.c" $(pkg-config --cflags --libs libnl-genl-3.0) && printf '%s\n' "$dir/nl"
}
