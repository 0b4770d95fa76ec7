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
[ -z "$MINT_TEST_LONG" ] || check "the series applies to the oldest and the newest source" \
	"$repo/kernel-glue/scripts/check-series"

finish
