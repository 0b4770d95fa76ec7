#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# docs/guide/first-day.md is what happens: its commands, typed on a terminal of the shipped
# kernel, say what the page says, and owners.svg shows who owned what then. "make guide"
# writes anew what differs.
#
# Covers: guide
# Short: 1 boot
# Limit: 300

. "$(dirname "$0")/lib.sh"
. "$repo/tests/guide/machine.sh"

variant=normal
vm_ok vm "${day_machine[@]}" < "$repo/tests/guide/type.sh"
check "the first day is what its page says" "$repo/tests/guide/page" compare "$dir/vm.out"
"$repo/tests/guide/picture" "$dir/vm.out" > "$dir/owners.svg"
check "the picture is of that" diff "$repo/docs/guide/owners.svg" "$dir/owners.svg"

finish
