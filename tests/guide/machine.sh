# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The machine of docs/guide/first-day.md: what tests/vm is given beside the script, which is
# type.sh. Sourced by who sets repo, and dir, where the commands of the page are to lie.
# shellcheck disable=SC2034,SC2154 # this is for who sources it, those are from there

mapfile -t day_machine < <("$repo/tests/guide/page" machine)
"$repo/tests/guide/page" commands > "$dir/commands"
day_machine+=(--timeout 200 --file "$dir/commands" --file "$repo/tests/system/programs/terminal.sh"
	--file "$(command -v script):/usr/bin/")
