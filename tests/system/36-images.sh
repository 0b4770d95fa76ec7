#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Images: loaded, shown, started from, shared, removed; what is refused; damage in the
# pool; a loader that dies; and that nobody reads what another OS had in its memory.
#
# Covers: start-6 start-8
# Short: each once

. "$(dirname "$0")/lib.sh"

expect_panic vm os2 'sysrq triggered crash'
vm_ok vm --smp 5 --on-panic continue --file "$(program canary)" --file "$(command -v jq):/usr/bin/jq" << 'GUEST'
json() { mintctl "$1" "$2" ${3:+"$3"} --json | jq -r "$4"; }
image() { json image show "$1" ".images[0].$2"; }
pool_free() { awk '/^pool_free/ { print $2 }' /sys/kernel/mint/machine 2> /dev/null; }
images() { mintctl image list --noheadings -o NAME,STATE,USERS | sed 's/ *$//'; }
before=$(snapshot)

# ---- load, list, show ----
check_equal "there is none at first" "" "$(images)"
check "load" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd --cmdline "of.image=1 both=image"
check_equal "it is listed" "web  ready -" "$(images)"
check_equal "its kernel is known" "$(uname -r)" "$(image web release)"
check_equal "and its initrd" "$(wc -c < /boot/initrd)" "$(image web initrd)"
check "image list --json is JSON" sh -c 'mintctl image list --json > /tmp/json'
keep_json /tmp/json
check "image show --json, too" sh -c 'mintctl image show web --json > /tmp/json'
keep_json /tmp/json
check "show names it" sh -c "mintctl image show web | grep -x 'Name:        web'"
refused "one that is not there" 1 'no such image' mintctl image show nobody
refused "a second one with that name" 1 'image web exists already; remove it first' \
	mintctl image load web --kernel /boot/bzImage
refused "a name that is none" 2 'not a name|name' mintctl image load 2web --kernel /boot/bzImage
head -c 1000000 /boot/bzImage > /tmp/short
refused "a kernel that is cut short" 1 '/tmp/short: .*damaged|cut short|checksum' mintctl image load bad --kernel /tmp/short
refused "a file that is no kernel" 1 '/etc/passwd: no bzImage' mintctl image load bad --kernel /etc/passwd
truncate -s 3G /tmp/sparse
refused "more than there is" 1 '3072M are too large' mintctl image load bad --kernel /boot/bzImage --initrd /tmp/sparse
truncate -s 990M /tmp/sparse
refused "more than this OS can read" 1 '/tmp/sparse: 990M are more than is free in this OS' mintctl image load bad --kernel /boot/bzImage --initrd /tmp/sparse
rm /tmp/sparse
refused "a parameter that no OS may have" 1 'mint.name|memmap|cmdline|parameter' mintctl image load bad --kernel /boot/bzImage --cmdline "memmap=1M"
check_equal "no trace of these" "web  ready -" "$(images)"

# ---- start from it ----
check "create os2" mintctl os create os2 --cores 2 --memory 192M
check "create os3" mintctl os create os3 --cores 3 --memory 192M
refused "an OS that has none yet" 1 'os2 has no image yet' mintctl os start os2
check "start" mintctl os start os2 --image web --cmdline "both=start" --wait 60
check_equal "its parameters are in front of those of the start" "of.image=1 both=image both=start" \
	"$(in_os os2 cat /proc/cmdline | tr ' ' '\n' | grep -E '^(of.image|both)=' | xargs)"
check "os3 orders a start by os2" in_os os2 'mintctl os start os3 --image web --wait 60'
check_equal "two start from it" "web  ready os2,os3" "$(images)"
check_equal "each sees the same" "$(images)" "$(in_os os3 'mintctl image list --noheadings -o NAME,STATE,USERS | sed "s/ *$//"')"
refused "one in use is not removed" 1 'image web is in use: os2, among others, starts from it' mintctl image remove web
line=$(in_os os3 cat /proc/cmdline)
check "os3 stops" mintctl os stop os3
check "and starts again, from what it has" mintctl os start os3 --wait 60
check_equal "with the line that it had" "$line" "$(in_os os3 cat /proc/cmdline)"
check "os2 goes" mintctl os destroy os2
check "os3 goes" mintctl os destroy os3
check_equal "nobody starts from it" "web  ready -" "$(images)"
base=$(image web address) size=$(image web size)
check "remove" mintctl image remove web
check "its memory is cleared" ./canary zero "$base" "$size"
refused "it is gone" 1 'no such image' mintctl image remove web
check_equal "all is as it was before" "$before" "$(snapshot)"

# ---- files make an image of their own ----
check "os2 from files" up os2 2 192M
check "os3 from the same" up os3 3 192M
check_equal "they share one, without a name" "- ready os2,os3" "$(images | tr -s ' ')"
check "os2 goes" mintctl os destroy os2
check_equal "os3 keeps it" "- ready os3" "$(images | tr -s ' ')"
check "os3 goes" mintctl os destroy os3
check_equal "and it with it" "" "$(images)"

# ---- damage ----
check "load again" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
check "create os2 again" mintctl os create os2 --cores 2 --memory 192M
base=$(image web address)
initrd_at=$((base + ($(image web size) - $(image web initrd)) / 4096 * 4096))

# damaged WHAT ADDRESS REASON
damaged()
{
	check "$1: one bit" ./canary flip "$2" 8
	refused "$1: the start says so" 1 "os2 is not started: the $3 in its image is damaged" mintctl os start os2 --image web
	check_equal "$1: so does os list" "not loaded" "$(field os2 STATE)"
	check "$1: that bit again" ./canary flip "$2" 8
	check "$1: it starts" mintctl os start os2 --image web --wait 60
	check "$1: and stops" mintctl os stop os2
}

damaged "the kernel" $((base + 0x100000)) kernel
damaged "the initrd" $((initrd_at + 0x100000)) initrd

# ---- no room ----
dd if=/dev/urandom of=/tmp/large bs=1M count=60 2> /dev/null
check "load a large one" mintctl image load large --kernel /boot/bzImage --initrd /tmp/large
rm /tmp/large
check "create a small one" mintctl os create os3 --cores 3 --memory 64M
refused "an OS without memory for it" 1 'os3 has too little memory: image and initrd need [0-9]+M' mintctl os start os3 --image large
refused "nor can it be told to start from it" 1 'os3 has too little memory' mintctl os set os3 --image large
check_equal "it is as it was" created "$(field os3 STATE)"
check "it goes" mintctl os destroy os3
check "remove the large one" mintctl image remove large
# As big as there is room for; what is left may be in several pieces.
fill()
{
	fill_size=1024
	until mintctl os create os4 --cores 4 --memory ${fill_size}M 2> /dev/null; do
		[ $((fill_size -= 16)) -gt 0 ] || return
	done
}
check "create a big one" fill
load_all() { n=0; while [ $((n += 1)) -lt 10 ]; do mintctl image load "more$n" --kernel /boot/bzImage || return; done; }
refused "more than is free in one piece" 1 'no free [0-9]+M piece in the pool for the image \([0-9]+M free in all\)' load_all
for more in $(mintctl image list --noheadings -o NAME | grep more); do mintctl image remove "$more"; done
check "the big one goes" mintctl os destroy os4

# ---- who loads dies ----
check "os2 starts" mintctl os start os2 --image web --wait 60
mintctl os exec os2 -- sh -c 'cat > /tmp/kernel' < /boot/bzImage
in_os os2 'echo image:20000 > /sys/kernel/debug/mint_fault; mintctl image load late --kernel /tmp/kernel' > /dev/null 2>&1 &
loading() { images | grep -q '^late  *loading'; }
check "os2 loads one" wait_for 20 loading
refused "which is not removed meanwhile" 1 'image late is being loaded' mintctl image remove late
refused "nor started from" 1 'image late is being loaded' mintctl os restart os2 --force --image late
in_os os2 'echo c > /proc/sysrq-trigger' > /dev/null 2>&1 &
check "os2 dies" wait_for 20 is os2 panicked
check "os2 goes" mintctl os destroy os2
check_equal "and what it loaded" "web  ready -" "$(images)"
wait

# ---- what an OS leaves in its memory ----
memory_of() { json os show "$1" '.oses[0] | "\(.address) \(.memory)"'; }
low_of() { json os show "$1" '.oses[0] | "\(.low_address) \(.low)"'; }
# shellcheck disable=SC2016 # os2 expands it
secret='for n in $(seq 400000); do echo "the secret of os2: $n"; done > /tmp/secret; sync'
for way in clear no-clear; do
	check "$way: os2 starts" sh -c '. /usr/lib/mint/test.sh; mintctl os create os2 --cores 2 --memory 192M && mintctl os start os2 --image web --wait 60'
	in_os os2 "$secret"
	# shellcheck disable=SC2046 # two words
	set -- $(memory_of os2) $(low_of os2)
	case $way in
	clear)
		check "$way: os2 goes" mintctl os destroy os2
		check "$way: nothing is left of it" ./canary zero "$1" "$2"
		check "$way: nor below 1 MiB" ./canary zero "$3" "$4" ;;
	*)
		check "$way: os2 goes" mintctl os destroy os2 --no-clear
		refused "$way: all is left" 1 '' ./canary zero "$1" "$2" ;;
	esac
done
check "remove the image" mintctl image remove web
check_equal "all is as it was before" "$before" "$(snapshot)"
finish
GUEST
check_json "images are as the schema says" 2

finish
