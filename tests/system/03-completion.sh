#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Completion of mintctl in bash, against what mintctl itself says: every object, verb and
# option, and no other; OSes, devices, lines, files and legacy devices where they belong.
#
# Covers: completion
# Short: no machine
# Limit: 120

. "$(dirname "$0")/lib.sh"

make -s -C "$repo" programs > "$dir/make.log" 2>&1 || not_ok "mintctl can be built" "$(tail -n 5 "$dir/make.log")"

# The mintctl that completion asks: there are OSes and devices, without a machine.
mkdir -p "$dir/bin" "$dir/work"
cat > "$dir/bin/mintctl" << END
#!/bin/sh
case "\$1 \$2" in
*--help*) exec "$repo/build/mintctl" "\$@" ;;
esac
[ "\$3" != --help ] || exec "$repo/build/mintctl" "\$@"
case "\$1 \$2" in
'os list') printf '%s\n' os1 os2 database ;;
'dev list') printf '%s\n' 0000:00:1f.2 0000:03:00.0 ;;
'irq list') printf '%s\n' 4 23 - 4 ;;
'image list') printf '%s\n' web - ;;
*) exec "$repo/build/mintctl" "\$@" ;;
esac
END
chmod +x "$dir/bin/mintctl"
PATH=$dir/bin:$PATH
cd "$dir/work" && touch bzImage initrd.img

one_line() { paste -s -d ' '; }

# complete_words WORD...: what is offered for the last of these words, sorted, in one line.
# In a shell of its own, as a shell of somebody who has just sourced it.
complete_words()
{
	bash -c '
	# It fails where bash itself has not called for a completion.
	compopt() { :; }
	. "$1"
	shift
	spec=$(complete -p mintctl) || exit
	[[ $spec =~ -F\ ([^ ]+) ]] || exit
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMPREPLY=()
	COMP_POINT=${#COMP_LINE}
	"${BASH_REMATCH[1]}" mintctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	printf "%s\n" "${COMPREPLY[@]}"' - "$repo/mintctl/mintctl.bash" mintctl "$@" |
		sed 's/ *$//' | LC_ALL=C sort -u | one_line
}

# offers WORDS WANTED: for the last of WORDS, which are one argument; a + is the empty word.
offers()
{
	local words got wanted

	read -ra words <<< "$1"
	words=("${words[@]/#+/}")
	got=$(complete_words "${words[@]}")
	wanted=$(tr ' ' '\n' <<< "$2" | LC_ALL=C sort -u | one_line)
	if [ "$got" = "$wanted" ]; then
		ok "mintctl $1: ${wanted:-nothing}"
	else
		not_ok "mintctl $1: ${wanted:-nothing}" "offered: $got"
	fi
}

# ---- objects and verbs, by mintctl's own list ----
"$repo/build/mintctl" --help > "$dir/help"
# A command without a verb has two blanks and more behind its object.
sed -n 's/^  \([a-z]*\) \( *\)\([a-z]*\)  *[A-Z].*/\1 \3/p' "$dir/help" > "$dir/commands"
check "mintctl lists its commands" test "$(wc -l < "$dir/commands")" -ge 20
objects=$(cut -d' ' -f1 "$dir/commands" | sort -u | one_line)
offers '+' "$objects help --help --version"
offers 'help +' "$objects"
offers 'm' "$(tr ' ' '\n' <<< "$objects" | grep '^m' | one_line)"
while read -r object; do
	verbs=$(awk -v object="$object" '$1 == object { print $2 }' "$dir/commands" | one_line)
	[ -n "$verbs" ] || continue
	offers "$object +" "$verbs --help"
	offers "help $object +" "$verbs --help"
	offers "$object x" ''
done < <(tr ' ' '\n' <<< "$objects")

# ---- options, by each command's own help ----
while read -r object verb; do
	# shellcheck disable=SC2086 # the verb may be none
	check "$object${verb:+ $verb} --help, without a machine" sh -c "out=\$('$repo/build/mintctl' $object $verb --help 2>&1 > '$dir/text') && [ -z \"\$out\" ]"
	options=$(sed -n 's/^  \(-[a-z], \)\?\(--[a-z-]*\).*/\2/p' "$dir/text" | one_line)
	offers "$object${verb:+ $verb} --" "$options"
	[ -z "$verb" ] || offers "$object $verb --h" "$(tr ' ' '\n' <<< "$options" | grep '^--h' | one_line)"
done < "$dir/commands"

# ---- values and arguments ----
oses='os1 os2 database'
devs='0000:00:1f.2 0000:03:00.0'
for verb in show console log stop destroy start exec; do offers "os $verb +" "$oses"; done
offers 'os stop os' 'os1 os2'
offers 'os create +' ''
offers 'os list +' ''
offers 'os create os4 --dev +' "$devs"
offers 'os create os4 --legacy +' 'com1 com2 kbd vga rtc'
offers 'os create os4 --legacy com' 'com1 com2'
offers 'os create os4 --cores +' ''
offers 'os create os4 --memory +' 'max'
offers 'os create os4 --core-count +' ''
offers 'os start os2 --kernel +' 'bzImage initrd.img'
offers 'os start os2 --initrd in' 'initrd.img'
offers 'os start os2 --wait +' ''
offers 'dev move +' "$devs"
offers 'dev move 0000:03:00.0 --to +' "$oses"
offers 'dev move 0000:03:00.0 --to d' database
offers 'dev show +' "$devs"
offers 'dev release +' "$devs"
offers 'dev policy +' "$devs $oses class: -"
offers 'irq show +' '0000:00:1f.2 0000:03:00.0 4 23 doorbell'
offers 'irq show 0000:0' '0000:00:1f.2 0000:03:00.0'
offers 'irq top --delay +' ''
offers 'irq top -n +' ''
offers 'image list --sort +' 'NAME ID STATE SIZE ADDRESS KERNEL INITRD RELEASE ARCH KIND USERS LOADER CMDLINE'
offers 'image list -o S' 'STATE SIZE'
offers 'image list -o NAME,S' 'NAME,STATE NAME,SIZE'
offers 'dev list --sort OW' 'OWNER'
offers 'irq list -o SHARERS,E' 'SHARERS,EVICTED SHARERS,EVICTIONS'
offers 'machine show +' ''
offers 'image show +' 'web'
offers 'machine poweroff +' ''

finish
