#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# One file for the whole machine: two OSes with devices from it, again after the machine was
# started anew, and back to what was before; files with mistakes change nothing; a step that
# fails, a signal, and a confirmation that does not come take all back; an apply that was
# killed anywhere is finished by the next one.
#
# Covers: partition
# Short: 5 applies killed
# Long: 50 applies killed
# Limit: 240
# Long limit: 2400

. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2054 # the commas are QEMU's
machine=(--arg -device --arg pcie-root-port,id=rp1,bus=pcie.0,addr=3,chassis=1
	--arg -device --arg e1000e,bus=rp1,mac=52:54:00:00:00:01
	--arg -device --arg pcie-root-port,id=rp2,bus=pcie.0,addr=4,chassis=2
	--arg -device --arg e1000e,bus=rp2,mac=52:54:00:00:00:02)

cat > "$dir/partition.conf" << 'END'
# Two OSes with a network interface each.
image web {
	kernel = /boot/bzImage
	initrd = /boot/initrd
	cmdline = "quiet"
}

os os2 {
	cores = 2
	memory = 256M
	devices = "52:54:00:00:00:02"	# by its address
	image = web
	cmdline = 'who="two words"'
	on-crash = restart
	hotplug = { "class:0108", "0000:00:03.0" }
	wait = 60
}

os os3 {
	cores = 3
	memory = 256M
	devices = class:0200
	kernel = /boot/bzImage
	initrd = /boot/initrd
	wait = 60
}
start = { os3, os2 }
END

# The same in both machines.
cat > "$dir/lib.sh" << 'END'
conf=/etc/mint/partition.conf
nothing_differs() { [ "$(mintctl plan "$@")" = "nothing differs from ${1:-$conf}" ]; }
# What is, without what other OSes were there before: generations and ids.
shape() { mintctl export; mintctl os list --noheadings -o NAME,STATE,CORES,MEMORY,DEVICES; }
has_driver() { in_os "$1" "readlink /sys/bus/pci/devices/$2/driver" | grep -q e1000e; }
END

vm_ok vm "${machine[@]}" --file "$dir/partition.conf:/etc/mint/" --file "$dir/lib.sh" --cmdline "rounds=$(rounds 5 50)" << 'GUEST'
. /root/lib.sh
before=$(snapshot)
nic1=0000:01:00.0 nic2=0000:02:00.0

# ---- mistakes ----
cat > /tmp/bad.conf << 'END'
os os2 {
	cores = 2-9
	memory = 3Q
	colour = red
	devices = { "0000:09:00.0", "0000:00:03.0" }
	legacy = com9
	image = none
	kernel = /nowhere
}
os os3 {
	cores = 3
	memory = 255M
	on-crash = explode
	devices = "52:54:00:00:00:09"
	kernel = /etc/passwd
}
os os4 {
	cores = "0,3"
	memory = 64G
	kernel = /boot/bzImage
}
start = { os2, os5 }
END
mintctl apply /tmp/bad.conf > /tmp/out 2> /tmp/said
check_equal "a file with mistakes is refused" 1 $?
# told LINE TEXT
told() { grep -qF "/tmp/bad.conf:$1: $2" /tmp/said || not_ok "a mistake is told with its line" "line $1: $2, but: $(cat /tmp/said)"; }
told 2 'os2: core 9 does not exist: the machine has cores 0-3'
told 3 "size '3Q'"
told 4 'colour: there is no such setting of an os'
told 5 'os2: there is no device 0000:09:00.0'
told 5 'os2: device 0000:00:03.0 is part of the chipset, a bridge'
told 6 "legacy device 'com9'"
told 7 'os2: image none: the file does not describe it'
told 8 '/nowhere: No such file'
told 8 'os2: an image has its kernel and initrd'
told 12 'memory: 255M is not a multiple of 2M'
told 13 "explode: 'stop' or 'restart'"
told 14 'os3: no network interface of this OS has the address'
told 15 '/etc/passwd: not a bzImage'
told 18 'os4: core 0 is the boot core of os1'
told 18 'os4: core 3 is that of os3 as well'
told 19 'os4: memory: the OSes up to here have'
told 22 'start: os5: the file does not describe it'
check "and how many there are" grep -q '/tmp/bad.conf: [0-9]* mistakes; nothing was changed' /tmp/said
echo 'os os2 {' > /tmp/form.conf
refused "a brace that is missing" 1 'form.conf:.*a closing brace is missing' mintctl apply /tmp/form.conf
refused "a file on standard input, by line as well" 1 '/dev/stdin:2: colour: there is no such setting' sh -c \
	'printf "\ncolour = red\n" | mintctl plan -'
refused "no file" 1 '/tmp/none: No such file' mintctl apply /tmp/none
check_equal "nothing has changed" "$before" "$(snapshot)"

# ---- a device in use ----
interface=$(ls /sys/bus/pci/devices/$nic2/net)
ip addr add 10.9.0.1/24 dev "$interface"
ip link set "$interface" up
refused "a device that is in use is told with its line" 1 "$conf:11: .*$nic2 is in use in os1" mintctl apply
ip link set "$interface" down
ip addr flush dev "$interface"
check_equal "and nothing has changed" "$before" "$(snapshot)"

# ---- plan, apply ----
mintctl plan > /tmp/out
check "a plan says what would come" grep -qE "^os +os2 +- +- +cores 2, 256M, $nic2, running" /tmp/out
check "and who would get what" grep -qE "^device +$nic1 +owner +os1 +os3" /tmp/out
mintctl plan --json > /tmp/json
keep_json /tmp/json
check_equal "a dry run says the same" "$(cat /tmp/out)" "$(mintctl apply --dry-run)"
check_equal "of standard input as well" "$(cat /tmp/out)" "$(mintctl apply --dry-run - < $conf)"
check_equal "and does nothing" "$before" "$(snapshot)"
check "apply" mintctl apply
check_equal "two OSes are up" "up up" "$(field os2 STATE) $(field os3 STATE)"
check "os2 has its interface, by its address" wait_for 10 has_driver os2 "$nic2"
check "os3 has the one that is left" wait_for 10 has_driver os3 "$nic1"
check "the command line got there" in_os os2 "grep -q 'quiet.*who=\"two words\"' /proc/cmdline"
check "a crash of os2 is followed by a restart" sh -c "mintctl os list --noheadings -o NAME,ON-CRASH | grep -q '^os2 *restart'"
check "what is hot-added goes to os2" sh -c "[ \$(mintctl dev policy | grep -c ' os2 ') = 2 ]"
check "nothing differs any more" nothing_differs
generations=$(mintctl os list --noheadings -o NAME,GENERATION,STARTS)
check_equal "a second apply does nothing" "nothing differs from $conf" "$(mintctl apply)"
check_equal "no OS is another one" "$generations" "$(mintctl os list --noheadings -o NAME,GENERATION,STARTS)"
shape=$(shape)

# ---- export ----
mintctl export > /tmp/export.conf
check "what is exported is what is" nothing_differs /tmp/export.conf
sed 's/^/conf: /' /tmp/export.conf

# ---- what fails goes back ----
# with SED FILE: what is there, changed.
with() { sed "$1" $conf > "$2"; }
with 's/cores = 3/cores = "1,3"/; s/start = .*//' /tmp/more.conf
echo create > /sys/kernel/debug/mint_fault
refused "a step that fails" 1 'create fails, as the test wants it' mintctl apply /tmp/more.conf
check_equal "all is as it was" "$shape" "$(shape)"
check "in what was made again the interface works" wait_for 10 has_driver os3 "$nic1"
check "there is nothing left to undo" [ ! -e /run/mint/before.conf ]

# ---- confirmation ----
# The interfaces change sides, os3 stays as it is; and there is one more.
cat > /tmp/swapped.conf << END
$(sed -e "s/devices = \"52.*/devices = \"$nic1\"/" -e "s/devices = class.*/devices = \"$nic2\"/" -e 's/on-crash = restart//' $conf)
os os4 { cores = 1 memory = 64M kernel = /boot/bzImage }
END
check "apply what waits for a confirmation" mintctl apply /tmp/swapped.conf --confirm 2
check "meanwhile all is as it says" nothing_differs /tmp/swapped.conf
refused "another one meanwhile" 1 'another one is at work here' mintctl apply
is_over() { [ ! -e /run/mint/before.conf ]; }
check "nobody confirms" wait_for 30 is_over
check_equal "then all is as it was, what has moved as well" "$shape" "$(shape)"
check "the interface is at work where it was" wait_for 10 has_driver os2 "$nic2"
check "and no OS was ended for that" [ "$(field os2 GENERATION)" = "$(echo "$generations" | sed -n 's/^os2 *\([0-9]*\).*/\1/p')" ]
refused "a confirmation that nobody waits for" 1 'nothing waits for it' mintctl confirm
check "apply again" mintctl apply /tmp/swapped.conf --confirm 60
check "confirm" mintctl confirm
check "it stays" nothing_differs /tmp/swapped.conf
check "the one who waited is gone" wait_for 10 mintctl apply /tmp/swapped.conf

# An OS that was made again, with another command line, and one whose interface is another's.
sed -e 's/^os os3 {/&\n\tcmdline = "other=line"/' -e "s/devices = class.*//" \
	-e "s/devices = \"52.*/devices = { \"$nic1\", \"$nic2\" }/" $conf > /tmp/again.conf
check "the first file once more" mintctl apply
shape=$(shape)
check "apply a file that makes an OS again" mintctl apply /tmp/again.conf --confirm 8
check "it is another one" in_os os3 'grep -q other=line /proc/cmdline'
check "os2 has both interfaces" wait_for 10 has_driver os2 "$nic1"
check "nobody confirms that, either" wait_for 90 is_over
check_equal "all is as it was, and who was made again is up" "$shape" "$(shape)"
check "with its command line" in_os os3 '! grep -q other=line /proc/cmdline'
check "and with its interface" wait_for 10 has_driver os3 "$nic1"
check "the others once more" mintctl apply /tmp/swapped.conf

# ---- a signal ----
mintctl apply > /tmp/out 2>&1 &
pid=$!
check "an apply begins" wait_for 10 test -e /run/mint/before.conf
kill -TERM "$pid"
wait "$pid"
check_equal "an apply that gets a signal fails" 1 $?
check "and all is as it was" nothing_differs /tmp/swapped.conf
mintctl apply

# ---- killed anywhere ----
for word in $(cat /proc/cmdline); do
	case $word in
	rounds=*) rounds=${word#rounds=} ;;
	esac
done
random() { od -A n -N 2 -t u2 /dev/urandom | xargs; }
# From one to the other moves interfaces, makes and unmakes an OS, loads an image; in the long
# form, where a round may take its time, starts and ends one as well.
with 's/^start.*/start = { os2 }/' /tmp/one.conf
cat > /tmp/other.conf << END
image other { kernel = /boot/bzImage }
$(sed '/^start =/d; /^os os3/,/^}/d' /tmp/swapped.conf)
start = { os2 }
END
with 's/wait = 60//' /tmp/start.conf
check "os3 does not run" mintctl apply /tmp/one.conf
check "an OS is started, and not waited for" mintctl apply /tmp/start.conf
check "it can be ended at once" mintctl apply /tmp/one.conf
[ "$rounds" -gt 5 ] && third=$conf || third=/tmp/one.conf
# target ROUND: the file of that round.
target()
{
	case $(($1 % 4)) in
	1|3) echo /tmp/other.conf ;;
	2) echo "$third" ;;
	0) echo /tmp/one.conf ;;
	esac
}
now_ms() { awk '{ print int($1 * 1000) }' /proc/uptime; }
# Each way once in peace: a kill shall fall anywhere in the time that it takes.
for round in 1 2 3 4; do
	from=$(now_ms)
	check "in peace: apply $(target $round)" mintctl apply "$(target $round)"
	eval "length_$((round % 4))=$(($(now_ms) - from))"
done
# shellcheck disable=SC2154 # made by the eval above
printf '# ms in peace: %s\n' "$length_1 $length_2 $length_3 $length_0"
round=0
while [ "$round" -lt "$rounds" ]; do
	round=$((round + 1))
	file=$(target $round)
	eval "length=\$length_$((round % 4))"
	mintctl apply "$file" > /tmp/out 2>&1 &
	pid=$!
	usleep "$(($(random) * length * 1000 / 65536))"
	kill -KILL "$pid" 2> /dev/null
	wait "$pid"
	cut=$(tail -n 1 /tmp/out)
	mintctl apply "$file" > /tmp/out 2>&1 || not_ok "an apply after one that was killed" "after '$cut': $(cat /tmp/out)"
	nothing_differs "$file" || not_ok "what was killed is finished" "after '$cut': $(mintctl plan "$file")"
	printf '# killed at: %s\n' "$cut"
done
ok "applies that are killed are finished by the next ones"
check "an apply to the first file" mintctl apply
check_equal "after all of them it is what it was" "$shape" "$(shape)"

# ---- by hand ----
check "os3 goes" mintctl os destroy os3
check "an OS by hand" up os5 3 256M --dev "$nic1"
mintctl export > /tmp/hand.conf
check "how it was started is known" grep -q 'kernel = "/boot/bzImage"' /tmp/hand.conf
rm -r /run/mint
cat > /tmp/none.conf < /dev/null
refused "what nobody could bring back is not ended" 1 'os5: runs, would have to be destroyed.*mintctl os destroy os5' mintctl apply /tmp/none.conf

# ---- teardown ----
check "teardown" mintctl teardown
check "the image, of which nobody knows any more, stays" mintctl image remove web
check_equal "all is as it was at the start" "$before" "$(snapshot)"
finish
GUEST
check_json "JSON is as the schema says" 1

# The machine is started again, with what was exported.
sed -n 's/^conf: //p' "$dir/vm.out" > "$dir/export.conf"
mkdir -p "$dir/etc"
cp "$dir/export.conf" "$dir/etc/partition.conf"
vm_ok again "${machine[@]}" --file "$dir/etc/partition.conf:/etc/mint/" --file "$dir/lib.sh" << 'GUEST'
. /root/lib.sh
check "apply at boot" mintctl apply
check "both are up" wait_for 60 eval 'is os2 up && is os3 up'
check_equal "it is what was exported" "$(cat $conf)" "$(mintctl export)"
check "each has its interface" wait_for 20 eval 'has_driver os2 0000:02:00.0 && has_driver os3 0000:01:00.0'
finish
GUEST

finish
