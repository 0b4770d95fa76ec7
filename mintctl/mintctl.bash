# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Completion of mintctl for bash. Source it, or install it as
# /usr/share/bash-completion/completions/mintctl.

# The words $1 that fit what is typed.
_mintctl_words()
{
	local word

	COMPREPLY=()
	for word in $1; do
		[[ $word != "$cur" && $word != "$cur"* ]] || COMPREPLY+=("$word")
	done
}

_mintctl_files()
{
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	compopt -o filenames 2>/dev/null
}

_mintctl_oses() { mintctl os list --noheadings -o NAME 2>/dev/null; }
_mintctl_devs() { mintctl dev list --noheadings -o BDF 2>/dev/null; }
_mintctl_gsis() { mintctl irq list --noheadings -o GSI 2>/dev/null | grep '[0-9]' | sort -nu; }

# The value of option $1; fails if that takes none.
_mintctl_value()
{
	case $1 in
	--kernel|--initrd) _mintctl_files ;;
	--dev) _mintctl_words "$(_mintctl_devs)" ;;
	--to) _mintctl_words "$(_mintctl_oses)" ;;
	--legacy) _mintctl_words 'com1 com2 kbd vga rtc' ;;
	--cores|--cpus|--memory|--cmdline|--wait|--timeout|--linger|--delay|-d|--number|-o|--output) COMPREPLY=() ;;
	*) return 1 ;;
	esac
}

_mintctl_options()
{
	case $1 in
	'os create') echo --cores --memory --dev --legacy ;;
	'os start') echo --kernel --initrd --cmdline --wait ;;
	'os show') echo --json ;;
	'os console') echo --read-only --linger ;;
	'os log') echo --follow ;;
	'os exec') echo --no-stdin ;;
	'os stop') echo --timeout ;;
	'os destroy') echo --force --timeout ;;
	'dev move') echo --to --force --with-siblings --allow-no-driver --dry-run --timeout --timings ;;
	'dev release') echo --force --with-siblings --dry-run --timeout --timings ;;
	'dev show'|'monitor ') echo --json ;;
	'irq show'|'irq verify') echo --json ;;
	'irq top') echo --delay --number --once ;;
	*' list') echo --output --json --noheadings ;;
	esac
	echo --help
}

_mintctl_verbs()
{
	case $1 in
	os) echo create start list show console log exec stop destroy ;;
	dev) echo list show tree move release policy ;;
	irq) echo list show top verify repair timeout ;;
	machine) echo poweroff reboot ;;
	esac
}

_mintctl_argument()
{
	case $1 in
	'os list'|'os create'|*' list'|machine*) COMPREPLY=() ;;
	os*) _mintctl_words "$(_mintctl_oses)" ;;
	'dev move'|'dev release'|'dev show') _mintctl_words "$(_mintctl_devs)" ;;
	'dev policy') _mintctl_words "$(_mintctl_devs) $(_mintctl_oses) class: -" ;;
	'irq show') _mintctl_words "$(_mintctl_gsis)" ;;
	esac
}

_mintctl()
{
	local cur prev words cword first=1

	# Bash splits a BDF at its colons; bash-completion puts it together again.
	if declare -F _get_comp_words_by_ref > /dev/null; then
		_get_comp_words_by_ref -n : cur prev words cword
	else
		words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
		cur=${words[cword]} prev=${words[cword - 1]}
	fi
	[ "${words[1]}" != help ] || [ "$cword" -eq 1 ] || first=2
	case $((cword - first)) in
	0) _mintctl_words "os dev irq machine monitor $([ "$first" = 2 ] || echo help --help --version)" ;;
	1) _mintctl_words "$(_mintctl_verbs "$prev") --help" ;;
	*)
		_mintctl_value "$prev" ||
		case $cur in
		-*) _mintctl_words "$(_mintctl_options "${words[1]} ${words[2]}")" ;;
		*) _mintctl_argument "${words[1]} ${words[2]}" ;;
		esac ;;
	esac
	! declare -F __ltrim_colon_completions > /dev/null ||
		__ltrim_colon_completions "$cur"
}

complete -F _mintctl mintctl
