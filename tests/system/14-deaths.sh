#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A further OS ends in every way it can: panic, reboot, power-off, halt, cores
# that hang. The first OS does not notice, says what happened, and makes it anew.
#
# Covers: 5
# Short: each way once
# Long: the same

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/deaths.sh"

dies_all 64 vm os1
leaves_out '^who watches is up$'

finish
