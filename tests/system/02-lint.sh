#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the project holds its sources to: all parts of "make lint", and the patch
# series on the newest and the oldest Debian kernel of the archive.
#
# Covers: 10
# Short: all of it
# Limit: 1200

. "$(dirname "$0")/lib.sh"

if ! "$repo/tests/bootstrap" --install-lint > "$dir/install" 2>&1; then
	skip "lint" "its tools cannot be installed: $(tail -n 1 "$dir/install")"
	finish
fi
for part in shell kernel sparse headers warnings mandoc; do
	check "lint-$part" make -s -C "$repo" "lint-$part"
done
check "the series applies to the oldest and the newest source" \
	"$repo/kernel-glue/scripts/check-series"

finish
