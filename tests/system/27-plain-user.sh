#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who is not root may look and change nothing: each request of the netlink family, each
# command of mintctl, the device file; no physical address reaches him, by answer, by
# notification or as text. 23-user-interface has the rest of what a user sees.
#
# Covers: a caller who is not root
# Short: 1 boot
# Limit: 240

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/netlink.sh"
variant=normal

vm_ok vm --smp 3 --file "$(netlink_program)" --file "$(command -v setpriv):/usr/bin/" \
	--arg -device --arg pcie-root-port,id=rp1,bus=pcie.0,addr=3,chassis=1 \
	--arg -device --arg e1000e,bus=rp1 << 'GUEST'
nic=0000:01:00.0
# /root is root's.
cp nl /tmp/nl
user() { setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all --bounding-set -all "$@"; }
# with CAPABILITY COMMAND...: a user who has this one.
with()
{
	with_cap=$1
	shift
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps "-all,+$with_cap" --ambient-caps "-all,+$with_cap" "$@"
}

check "os2 is up" up os2 1 192M
check "there is an image" mintctl image load web --kernel /boot/bzImage
check "os3 is created" mintctl os create os3 --cores 2 --memory 64M
check_equal "the user is one" 65534 "$(user id -u)"

# ---- each request ----
/tmp/nl ask > /tmp/ask.root
user /tmp/nl ask > /tmp/ask.user
with net_admin /tmp/nl ask > /tmp/ask.net_admin
sed 's/^/# root: /' /tmp/ask.root
# What is asked without its attributes is found wanting, but allowed.
allowed='dev-get dump 0
image-get dump 0
irq-get dump 0
machine-get do 0
os-get do EINVAL
os-get dump 0
policy-get dump 0'
column() { cut -d' ' -f1-3 "$1" | grep -v ' EPERM$' | sort; }
check_equal "a user may look only" "$allowed" "$(column /tmp/ask.user)"
check_equal "so may one with CAP_NET_ADMIN" "$allowed" "$(column /tmp/ask.net_admin)"
check "all else is refused him for what he is" sh -c "[ \$(grep -c ' EPERM ' /tmp/ask.user) -eq \$((\$(wc -l < /tmp/ask.root) - 7)) ]"
check_equal "root is not" '' "$(grep ' EPERM ' /tmp/ask.root)"
with sys_admin /tmp/nl ask > /tmp/ask.sys_admin
check_equal "nor is one with CAP_SYS_ADMIN" "$(cut -d' ' -f1-3 /tmp/ask.root | sort)" \
	"$(cut -d' ' -f1-3 /tmp/ask.sys_admin | sort)"
# irq-verify is a dump, whose refusal has no text.
check_equal "and they are told what it needs" '' "$(grep -h ' EPERM ' /tmp/ask.net_admin /tmp/ask.user | grep -v '^irq-verify ' |
	grep -v 'this needs CAP_SYS_ADMIN; run it as root$')"
check_equal "no answer to a user has an address" 0 "$(awk '{ n += $5 } END { print n }' /tmp/ask.user)"
check_equal "nor to one with CAP_NET_ADMIN" 0 "$(awk '{ n += $5 } END { print n }' /tmp/ask.net_admin)"
check_equal "some to root have" "dev-get image-get machine-get os-get" "$(awk '$5 { print $1 }' /tmp/ask.root | sort | xargs)"
check_equal "a user gets as many answers as root" "$(awk '$3 == "0" && $1 ~ /get/ { print $1, $2, $4 }' /tmp/ask.root | sort | grep -v irq-get)" \
	"$(awk '$3 == "0" { print $1, $2, $4 }' /tmp/ask.user | sort | grep -v irq-get)"

# ---- each command ----
before=$(snapshot)
# no STATUS WORD...: mintctl refuses a user this, and tells him why.
no() { no_status=$1; shift; refused "refused: $*" "$no_status" 'not permitted; run it as root|this needs CAP_SYS_ADMIN; run it as root' user mintctl "$@"; }
no 1 os create os4 --cores 2 --memory 64M
no 1 os create os4 --cores 2 --memory max
no 1 os start os3 --kernel /boot/bzImage --initrd /boot/initrd
no 1 os restart os2
no 1 os restart os2 --force
no 1 os set os2 --on-crash restart
no 1 image load other --kernel /boot/bzImage
no 1 image remove web
no 1 os stop os2
no 1 os destroy os3
no 1 os destroy os2 --force
no 1 os console os2
no 1 os console os2 --read-only
no 1 os log os2
no 125 os exec -n os2 -- true
no 1 dev move $nic --to os2
no 1 dev move $nic --to os2 --dry-run
no 1 dev release $nic
no 1 dev policy class:0200 os2
no 1 dev policy class:0200 -
no 2 irq verify
no 1 irq repair
no 1 irq timeout
no 1 irq timeout 500
no 1 machine poweroff
no 1 machine reboot
check_equal "nothing has changed" "$before" "$(snapshot)"

# ---- files ----
check_equal "the device file is root's" '600 0:0' "$(stat -c '%a %u:%g' /dev/mint)"
chmod 666 /dev/mint
refused "nor does its mode alone open it" 1 'not permitted' user dd if=/dev/mint of=/dev/null count=1
chmod 600 /dev/mint

# ---- what he may read has no address ----
{ mintctl os show os2; mintctl os show os3; mintctl dev show $nic; } | grep -o '0x[0-9a-f]\{5,\}' | sort -u > /tmp/hex
{ cat /tmp/hex; while read -r hex; do [ $((hex)) -lt 1048576 ] || echo $((hex)); done < /tmp/hex; } > /tmp/addresses
check "root sees addresses" test "$(wc -l < /tmp/hex)" -ge 3
all=+ADDRESS
for what in "image list" "image list --json" "image list -o $all" "image show web" "image show web --json" "os list" "os list --json" "os list -o $all" "os show os2" "os show os2 --json" "dev list" "dev list --json" \
	"dev show $nic" "dev show $nic --json" "dev tree" "dev tree --json" "dev policy" "dev policy --json" "irq list" "irq list --json" "irq show 4" \
	"irq show 4 --json" "irq top --once --delay 1" "machine show" "machine show --json" doctor "doctor --json"; do
	# shellcheck disable=SC2086 # words
	check "a user may look: $what" user mintctl $what
	# There is no policy.
	[ "$what" = "dev policy" ] || check "it says something" test -n "$check_output"
	printf '%s\n' "$check_output" > /tmp/text
	check_equal "and no address" '' "$(grep -wFf /tmp/addresses /tmp/text)"
	# shellcheck disable=SC2086 # words
	mintctl $what >> /tmp/text.root
done
check "root is told them by these" grep -qwFf /tmp/addresses /tmp/text.root

# ---- what he may listen to ----
user /tmp/nl listen events > /tmp/news.user &
/tmp/nl listen events > /tmp/news.root &
both_listen() { grep -q listening /tmp/news.user && grep -q listening /tmp/news.root; }
check "two listen" wait_for 10 both_listen
check "the NIC goes to os2" mintctl dev move $nic --to os2
check "os3 is destroyed" mintctl os destroy os3
# News says how things are: of one that has just gone it may have no memory any more.
check "and created again" mintctl os create os3 --cores 2 --memory 64M
same() { [ "$(wc -l < /tmp/news.user)" -gt 3 ] && [ "$(wc -l < /tmp/news.user)" -eq "$(wc -l < /tmp/news.root)" ]; }
check "both hear the same" wait_for 10 same
check_equal "the user without addresses" 0 "$(awk 'NR > 1 { n += $5 } END { print n + 0 }' /tmp/news.user)"
has_addresses() { awk -v what="$1" '$1 == what { n += $5 } END { exit !n }' /tmp/news.root; }
for what in os-ntf dev-ntf; do check "root with: $what" wait_for 10 has_addresses $what; done
finish
GUEST
for os in os1 os2; do
	check_no_log "$os has nothing to complain of" 'WARNING|BUG:|Oops|Call Trace|stall' "$os"
done

finish
