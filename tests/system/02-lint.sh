#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the project holds its sources to: all parts of "make lint"; and the patch series
# on the newest and the oldest Debian kernel of the archive, which are 150 MB.
#
# Covers: 10
# Kernel: plain debug
# Short: make lint
# Long: the patch series as well
# Limit: 1200

. "$(dirname "$0")/lib.sh"

check "its tools can be installed" "$repo/tests/bootstrap" --install-lint
for part in $(make -s --no-print-directory -C "$repo" list-lint-parts); do
	check "$part" make -s -C "$repo" "$part"
done
tree=$("$repo/kernel-glue/scripts/kernel-build" --tree)
check "the series applies to a source in a directory" \
	"$repo/kernel-glue/scripts/check-series" --tree "${tree%/*}/pristine-${tree##*/tree-}"
mkdir -p "$dir/none" && touch "$dir/none/Makefile"
if "$repo/kernel-glue/scripts/check-series" --tree "$dir/none" 2> "$dir/refused"; then
	not_ok "it does not apply to another one"
elif [ "$(grep -c 'does not apply to' "$dir/refused")" -eq "$(grep -c . "$repo/kernel-glue/patches/series")" ]; then
	ok "of another one each patch is named that does not apply"
else
	not_ok "of another one each patch is named that does not apply" "$(cat "$dir/refused")"
fi
[ -z "$MINT_TEST_LONG" ] || check "the series applies to the oldest and the newest source" \
	"$repo/kernel-glue/scripts/check-series"

finish
