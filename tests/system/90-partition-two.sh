#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Applies in two OSes: while one is at work, that of the other OS is refused and changes
# nothing, in both orders; one that is killed, or whose OS ends, keeps nobody out.
#
# Covers: partition
# Short: 1 boot
# Limit: 240

. "$(dirname "$0")/lib.sh"

vm_ok vm << 'GUEST'
# Files are in the first OS only; an image is there for all.
cat > /tmp/two.conf << END
image web { }
os os2 { cores = "2-3" memory = 256M image = web wait = 60 }
END
sed 's/wait/hotplug = "class:0200" wait/' /tmp/two.conf > /tmp/policy.conf
cat > /tmp/race << 'END'
mintctl apply "$1" > /tmp/race.out 2>&1
echo $? > /tmp/race.status
END
there() { mintctl os exec -n os2 -- "$@"; }
put() { mintctl os exec os2 -- sh -c "cat > $1" < "$1"; }
has_policy() { mintctl dev policy | grep -q os2; }
has_no_policy() { ! has_policy; }
goes_with_policy() { mintctl apply /tmp/policy.conf; }
goes_without() { mintctl apply /tmp/two.conf; }
there_waits() { there mintctl apply "$1" --confirm 600; }

check "an image is loaded" mintctl image load web --kernel /boot/bzImage --initrd /boot/initrd
check "os2 is made" mintctl apply /tmp/two.conf
for file in /tmp/policy.conf /tmp/two.conf /tmp/race; do
	put $file
done

# ---- the first OS is at work ----
check "os1 waits for a confirmation" mintctl apply /tmp/policy.conf --confirm 600
refused "os2 is refused" 1 'another one is at work here, process [0-9]+;' there mintctl apply /tmp/two.conf
refused "it is told by whom" 1 'refused by os1, .*nothing was changed' there mintctl apply /tmp/two.conf
check "nothing has changed" has_policy
check "to look is not refused" there mintctl apply /tmp/two.conf --dry-run
check "os1 confirms" mintctl confirm

# ---- os2 is at work ----
check "then os2 is let through, and waits for a confirmation" wait_for 10 there_waits /tmp/two.conf
check "it is as os2 wants it" has_no_policy
refused "os1 is refused" 1 'another one is at work here, process [0-9]+ for one in os2' mintctl apply /tmp/policy.conf
refused "a teardown as well" 1 'another one is at work here, process [0-9]+ for one in os2' mintctl teardown
refused "and a second one in os2" 1 'another one is at work here' there mintctl apply /tmp/policy.conf
check "nothing has changed then, either" has_no_policy
check "os2 confirms" there mintctl confirm
check "then os1 is let through" wait_for 10 goes_with_policy
check "in os2 one is let through after the other" there sh -c \
	'mintctl apply /tmp/two.conf && mintctl apply /tmp/policy.conf'

# ---- nobody confirms ----
check "os2 waits again" there_waits /tmp/two.conf
there mintctl confirm
check "it stays" has_no_policy
goes_back_there() { there mintctl apply /tmp/policy.conf --confirm 1; }
check "os2 waits, and nobody confirms" wait_for 10 goes_back_there
check "it goes back" wait_for 30 has_no_policy
check "then os1 is let through again" wait_for 10 goes_with_policy

# ---- both at once ----
round=0
while [ $round -lt 4 ]; do
	round=$((round + 1))
	there sh /tmp/race /tmp/two.conf &
	over_there=$!
	sh /tmp/race /tmp/policy.conf
	wait $over_there
	here=$(cat /tmp/race.status) over=$(there cat /tmp/race.status)
	echo "# os1 ended with $here, os2 with $over"
	case $here,$over in
	0,0|0,1|1,0) ;;
	*) not_ok "of two at once one is let through" "os1: $(cat /tmp/race.out) os2: $(there cat /tmp/race.out)" ;;
	esac
	case $here,$over in
	0,1) has_policy || not_ok "who was let through has what it wants" "os1 has not" ;;
	1,0) has_no_policy || not_ok "who was let through has what it wants" "os2 has not" ;;
	esac
done
ok "of two at once one is let through"
ok "who was let through has what it wants"

# ---- what ends ----
check "os1 is let through after that" wait_for 10 goes_without
check "os2 waits for a confirmation" there_waits /tmp/policy.conf
refused "and keeps os1 out" 1 'for one in os2' mintctl apply /tmp/two.conf
there sh -c 'kill -KILL $(sed "s/ .*//" /run/mint/lock)'
check "one that is killed keeps nobody out" wait_for 10 goes_without
# What was begun and killed in os2 is still to be finished there.
check "which os2 finishes" there mintctl apply /tmp/two.conf
check "os2 waits once more" there_waits /tmp/policy.conf
check "os2 is destroyed" mintctl os destroy os2 --force
check "one whose OS ends keeps nobody out" wait_for 10 goes_without
check "teardown" mintctl teardown
finish
GUEST

finish
