#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A 64-bit OS ends in every way it can, watched, started and destroyed by a 32-bit one; and
# a 32-bit one ends so.
#
# Covers: 32-3
# Kernel: 32-test
# Short: the 64-bit one
# Long: each once
# Limit: 400

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/deaths.sh"

dies_all 64 watched os2 --32 --smp 6
[ -z "$MINT_TEST_LONG" ] || dies_all 32 vm os1 --32

finish
