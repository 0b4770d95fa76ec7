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
_mintctl_snapshots() { mintctl snapshot list --noheadings -o NAME 2>/dev/null; }
_mintctl_images() { mintctl image list --noheadings -o NAME 2>/dev/null | grep -v '^-*$'; }
_mintctl_devs() { mintctl dev list --noheadings -o BDF 2>/dev/null; }
_mintctl_gsis() { mintctl irq list --noheadings -o GSI 2>/dev/null | grep '[0-9]' | sort -nu; }

# mintctl-docs: bash
_mintctl_objects()
{
	echo os image snapshot dev irq machine monitor doctor plan apply confirm export teardown
}

# The verbs of object $1.
_mintctl_verbs()
{
	case $1 in
	os) echo create start restart clone snapshot set list show console log exec login stop destroy ;;
	image) echo load list show remove ;;
	snapshot) echo list show save load remove ;;
	dev) echo list show tree move release policy ;;
	irq) echo list show top verify repair timeout ;;
	machine) echo show poweroff reboot ;;
	esac
}

# The options of command $1.
_mintctl_options()
{
	case $1 in
	'os create') echo --cores --core-count --slice --memory --like --one-piece --dev --legacy --arch ;;
	'os start') echo --kernel --image --snapshot --initrd --cmdline --wait --timings ;;
	'os restart') echo --image --force --timeout --wait ;;
	'os clone') echo --cores --core-count --memory --dev --hostname --paused --wait ;;
	'os set') echo --image --on-reboot --on-crash --on-poweroff --share --slice ;;
	'os list') echo --output --json --noheadings --sort ;;
	'os show') echo --json ;;
	'os console') echo --read-only --linger ;;
	'os log') echo --follow ;;
	'os exec') echo --no-stdin --tty ;;
	'os stop') echo --timeout ;;
	'os destroy') echo --force --no-clear --timeout ;;
	'image load') echo --kernel --initrd --cmdline ;;
	'image list') echo --output --json --noheadings --sort ;;
	'image show') echo --json ;;
	'snapshot list') echo --output --json --noheadings --sort ;;
	'snapshot show') echo --json ;;
	'dev list') echo --output --json --noheadings --sort ;;
	'dev show') echo --json ;;
	'dev tree') echo --json ;;
	'dev move') echo --to --force --with-siblings --dry-run --timeout --timings --allow-no-driver ;;
	'dev release') echo --force --with-siblings --dry-run --timeout --timings ;;
	'dev policy') echo --json ;;
	'irq list') echo --output --json --noheadings --sort ;;
	'irq show') echo --json ;;
	'irq top') echo --delay --number --once --json ;;
	'irq verify') echo --json ;;
	'irq repair') echo --json ;;
	'irq timeout') echo --json ;;
	'machine show') echo --json ;;
	'monitor') echo --json --routes ;;
	'doctor') echo --root --record --json ;;
	'plan') echo --json ;;
	'apply') echo --dry-run --confirm --keep-out-for ;;
	'teardown') echo --force ;;
	esac
	echo --help
}

# What command $1 takes beside options.
_mintctl_operands()
{
	case $1 in
	'os start') echo '@oses' ;;
	'os restart') echo '@oses' ;;
	'os clone') echo '@oses' ;;
	'os snapshot') echo '@oses' ;;
	'os set') echo '@oses' ;;
	'os show') echo '@oses' ;;
	'os console') echo '@oses' ;;
	'os log') echo '@oses' ;;
	'os exec') echo '@oses' ;;
	'os login') echo '@oses' ;;
	'os stop') echo '@oses' ;;
	'os destroy') echo '@oses' ;;
	'image show') echo '@images' ;;
	'image remove') echo '@images' ;;
	'snapshot show') echo '@snapshots' ;;
	'snapshot save') echo '@snapshots' ;;
	'snapshot load') echo '@files' ;;
	'snapshot remove') echo '@snapshots' ;;
	'dev show') echo '@devices' ;;
	'dev move') echo '@devices' ;;
	'dev release') echo '@devices' ;;
	'dev policy') echo '@devices @oses class: -' ;;
	'irq show') echo '@gsis @devices doorbell' ;;
	'plan') echo '@files' ;;
	'apply') echo '@files' ;;
	esac
}

# The columns of command $1.
_mintctl_columns()
{
	case $1 in
	'os list') echo NAME ID SELF STATE CORES APIC-IDS BOOT-CORE SHARED SHARE SLICE GOT STEAL TURNS LATEST MEMORY ADDRESS DMA DMA-ADDRESS LOW LOW-ADDRESS DEVS DEVICES DEVICE-NAMES DRIVERS LEGACY AGE RELEASE ARCH IMAGE STARTS TRIES ON-REBOOT ON-CRASH ON-POWEROFF CREATOR GENERATION SILENT SILENT-CORE REASON ;;
	'image list') echo NAME ID STATE SIZE ADDRESS KERNEL INITRD RELEASE ARCH KIND USERS LOADER CMDLINE ;;
	'snapshot list') echo NAME ID STATE SIZE ADDRESS USED MEMORY CORES RELEASE USERS LOADER ;;
	'dev list') echo BDF OWNER STATE DRIVER ID CLASS IRQ GSI HOME TO PORT RESET FLAGS NAME SUBSYSTEM REVISION CLASS-NAME MODALIAS MOVES TRIGGER POLARITY EJECT BARS BAR-TYPES BAR-ADDRESSES BAR-SIZES ORDER ORDERER FAILURE PHASES PHASE-TIMES PHASE-ENDS DOWNTIME LAYER-TIME ;;
	'irq list') echo GSI TYPE CHIP PIN TRIGGER POLARITY OWNER VECTOR DEST CORE STATE COUNT FOREIGN SHARERS EVICTED ROUNDS FORCED EVICTIONS STRATEGY TIMEOUT DEVICE ;;
	'plan') echo OBJECT NAME SETTING IS WANTED ;;
	esac
}

# What may be the value of option $2 of command $1; fails if it has none.
_mintctl_values()
{
	case "$1 $2" in
	'os create --cores') ;;
	'os create --core-count') ;;
	'os create --slice') echo '20ms' ;;
	'os create --cpus') ;;
	'os create --memory') echo 'max' ;;
	'os create --like') echo '@oses @snapshots' ;;
	'os create --dev') echo '@devices' ;;
	'os create --legacy') echo 'com1 com2 kbd vga rtc' ;;
	'os create --arch') echo '32 64' ;;
	'os start --kernel') echo '@files' ;;
	'os start --image') echo '@images' ;;
	'os start --snapshot') echo '@snapshots' ;;
	'os start --initrd') echo '@files' ;;
	'os start --cmdline') ;;
	'os start --wait') ;;
	'os restart --image') echo '@images' ;;
	'os restart --timeout') ;;
	'os restart --wait') ;;
	'os clone --cores') ;;
	'os clone --core-count') ;;
	'os clone --memory') ;;
	'os clone --dev') echo '@devices' ;;
	'os clone --hostname') ;;
	'os clone --wait') ;;
	'os set --image') echo '@images' ;;
	'os set --on-reboot') echo 'restart stop' ;;
	'os set --on-crash') echo 'stop restart' ;;
	'os set --on-poweroff') echo 'stop restart' ;;
	'os set --share') ;;
	'os set --slice') ;;
	'os list --output'|'os list -o') echo '@columnlist' ;;
	'os list --sort') echo '@columns' ;;
	'os console --linger') ;;
	'os stop --timeout') ;;
	'os destroy --timeout') ;;
	'image load --kernel') echo '@files' ;;
	'image load --initrd') echo '@files' ;;
	'image load --cmdline') ;;
	'image list --output'|'image list -o') echo '@columnlist' ;;
	'image list --sort') echo '@columns' ;;
	'snapshot list --output'|'snapshot list -o') echo '@columnlist' ;;
	'snapshot list --sort') echo '@columns' ;;
	'dev list --output'|'dev list -o') echo '@columnlist' ;;
	'dev list --sort') echo '@columns' ;;
	'dev move --to') echo '@oses' ;;
	'dev move --timeout') ;;
	'dev release --timeout') ;;
	'irq list --output'|'irq list -o') echo '@columnlist' ;;
	'irq list --sort') echo '@columns' ;;
	'irq top --delay'|'irq top -d') ;;
	'irq top --number'|'irq top -n') ;;
	'doctor --root') echo '@files' ;;
	'doctor --record') echo '@files' ;;
	'apply --confirm') ;;
	'apply --keep-out-for') echo '@oses' ;;
	*) return 1 ;;
	esac
}
# mintctl-docs: end

# Columns $1 behind what is typed of a list: after its last comma, or + at its beginning.
_mintctl_list()
{
	local begin=${cur%"${cur##*[,+]}"} word words=

	for word in $1; do words+=" $begin$word"; done
	printf '%s' "$words"
}

# Suggests what fits of $1, for command $2: words, and @ with a kind of them.
_mintctl_suggest()
{
	local word words=

	for word in $1; do
		case $word in
		@oses) words+=" $(_mintctl_oses)" ;;
		@images) words+=" $(_mintctl_images)" ;;
		@snapshots) words+=" $(_mintctl_snapshots)" ;;
		@devices) words+=" $(_mintctl_devs)" ;;
		@gsis) words+=" $(_mintctl_gsis)" ;;
		@columns) words+=" $(_mintctl_columns "$2")" ;;
		@columnlist) words+=" $(_mintctl_list "$(_mintctl_columns "$2")")" ;;
		@files) _mintctl_files; return ;;
		*) words+=" $word" ;;
		esac
	done
	_mintctl_words "$words"
}

# Behind command $1.
_mintctl_argument()
{
	local values

	if values=$(_mintctl_values "$1" "$prev"); then
		_mintctl_suggest "$values" "$1"
	elif [[ $cur = -* ]]; then
		_mintctl_words "$(_mintctl_options "$1")"
	else
		_mintctl_suggest "$(_mintctl_operands "$1")" "$1"
	fi
}

_mintctl()
{
	local cur prev words cword verbs first=1

	# Bash splits a BDF at its colons; bash-completion puts it together again.
	if declare -F _get_comp_words_by_ref > /dev/null; then
		_get_comp_words_by_ref -n : cur prev words cword
	else
		words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
		cur=${words[cword]} prev=${words[cword - 1]}
	fi
	[ "${words[1]}" != help ] || [ "$cword" -eq 1 ] || first=2
	verbs=$(_mintctl_verbs "${words[first]}")
	case $((cword - first)) in
	0) _mintctl_words "$(_mintctl_objects) $([ "$first" = 2 ] || echo help --help --version)" ;;
	1)
		if [ -n "$verbs" ]; then
			_mintctl_words "$verbs --help"
		else
			_mintctl_argument "${words[first]}"
		fi ;;
	*) _mintctl_argument "${words[first]}${verbs:+ ${words[first + 1]}}" ;;
	esac
	! declare -F __ltrim_colon_completions > /dev/null ||
		__ltrim_colon_completions "$cur"
}

complete -F _mintctl mintctl
