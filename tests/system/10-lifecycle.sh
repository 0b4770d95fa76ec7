#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The life of further OSes: create, start, list, show, exec, console, log, stop,
# destroy, from the first OS and from a further one; and that all comes back.
#
# Covers: 2
# Short: 3 OSes in one boot

. "$(dirname "$0")/lib.sh"
variant=normal

vm_ok vm --file "$(program kexec)" --file "$(command -v jq):/usr/bin/jq" << 'GUEST'
json_ok() { mintctl "$@" --json > /tmp/json && jq -e .version /tmp/json; }
json() { jq -r "$1" /tmp/json; }
online() { cat /sys/devices/system/cpu/online; }
mem_total() { awk '/MemTotal/ { print $2 }' /proc/meminfo; }

before=$(snapshot)
total=$(mem_total)
check "a kernel for kexec can be loaded while nobody else runs" ./kexec load /boot/bzImage
date +%s > /tmp/date

# ---- create and start ----
check "create" mintctl os create os2 --cpus 2-3 --memory 256M
check_equal "a created OS is listed" created "$(field os2 STATE)"
check_equal "its cores are listed" 2-3 "$(field os2 CPUS)"
check_equal "its memory is listed" 256M "$(field os2 MEMORY)"
check_equal "its creator is listed" os1 "$(field os2 CREATOR)"
check_equal "the donor has the other cores" 0-1 "$(online)"
check_equal "the donor's memory is not touched" "$total" "$(mem_total)"
refused "the donor cannot bring back a core that it gave away" 1 "" \
	sh -c 'echo 1 > /sys/devices/system/cpu/cpu2/online'
check_equal "that core is still offline" 0-1 "$(online)"
check "the kernel log says why" sh -c "dmesg | grep 'core 2 belongs to os2'"

check "start --wait" start os2
check_equal "it is up" up "$(field os2 STATE)"
check_equal "its release is listed" "$(uname -r)" "$(field os2 RELEASE)"
check "show names its cores" sh -c "mintctl os show os2 | grep -E '^ +3  .APIC id [0-9]+.'"
check "show names its memory" sh -c "mintctl os show os2 | grep -E '^Memory: +0x[0-9a-f]+-0x[0-9a-f]+  .256M'"
check "os list --json is JSON" json_ok os list
keep_json /tmp/json
check_equal "it has both OSes" "os1 os2" "$(json '[.oses[].name] | join(" ")')"
check_equal "it has the cores as numbers" 5 "$(json '.oses[1].cores | add')"
check "os show --json is JSON" json_ok os show os2
keep_json /tmp/json
check_equal "it has the memory in bytes" $((256 << 20)) "$(json '.oses[0].memory')"
check "dev list --json is JSON" json_ok dev list
keep_json /tmp/json
check "dev tree --json is JSON" json_ok dev tree
keep_json /tmp/json
check_equal "with all functions" "$(mintctl dev list --noheadings -o BDF | sort | tr '\n' ' ')" "$(json '.. | .bdf? // empty' | sort | tr '\n' ' ')"
check "irq list --json is JSON" json_ok irq list
keep_json /tmp/json
check "irq show --json is JSON" json_ok irq show 4
keep_json /tmp/json
check "irq verify --json is JSON" json_ok irq verify
keep_json /tmp/json

# ---- exec ----
check_equal "exec: standard output" "hello os2" "$(in_os os2 'echo hello $(hostname)')"
in_os os2 'echo to out; echo to err >&2; exit 7' > /tmp/out 2> /tmp/err
check_equal "exec: exit status" 7 $?
check_equal "exec: output and errors are apart" "to out to err" "$(cat /tmp/out /tmp/err | xargs)"
check_equal "exec: errors go to stderr" "to err" "$(cat /tmp/err)"
check_equal "exec: standard input" "4 lines" "$(printf '1\n2\n3\n4\n' | mintctl os exec os2 -- sh -c 'echo $(wc -l) lines')"
head -c 3000000 /dev/urandom > /tmp/blob
mintctl os exec os2 -- cat < /tmp/blob > /tmp/copy
check "exec: 3 MB there and back" cmp /tmp/blob /tmp/copy
in_os os2 'kill -TERM $$'
check_equal "exec: a signal is 128 + n" $((128 + 15)) $?
in_os os2 'kill -KILL $$'
check_equal "exec: SIGKILL, too" $((128 + 9)) $?
mintctl os exec -n os2 -- /no/such/program 2> /tmp/err
check_equal "exec: a program that is not there is 127" 127 $?
mintctl os exec -n os2 -- /etc/passwd 2> /tmp/err
check_equal "exec: a file that is no program is 126" 126 $?
check_equal "exec: words stay words" "2 a b" "$(mintctl os exec -n os2 -- sh -c 'echo $# "$1"' sh 'a b' c)"
(for n in 1 2 3 4; do in_os os2 "usleep ${n}00000; echo $n" & done; wait) > /tmp/out
check_equal "exec: four at once" "1 2 3 4" "$(sort /tmp/out | xargs)"

# ---- console and log ----
printf 'echo console says $((6 * 7))\n' | mintctl os console os2 --linger 3 > /tmp/out
check "console through a pipe" grep -q 'console says 42' /tmp/out
check "the log begins with the banner" sh -c "mintctl os log os2 | head -n 3 | grep 'Linux version'"
in_os os2 'echo "a line of os2" > /dev/kmsg'
check "the log has what it logged last" sh -c "mintctl os log os2 | tail -n 3 | grep 'a line of os2'"
mintctl os log -f os2 > /tmp/follow &
follower=$!
in_os os2 'echo "a later line" > /dev/kmsg'
check "log -f goes on" wait_for 10 grep -q 'a later line' /tmp/follow
kill "$follower"

# ---- what it sees ----
check_equal "its /proc/cpuinfo has its cores" "$(mintctl os show os2 | sed -n 's/.*APIC id \([0-9]*\).*/\1/p' | xargs)" \
	"$(in_os os2 'sed -n "s/^apicid.*: //p" /proc/cpuinfo' | xargs)"
in_os os2 'cat /proc/iomem' > /tmp/iomem
mintctl os show os2 | grep -o '0x[0-9a-f]*-0x[0-9a-f]*' > /tmp/ranges
cat > /tmp/inside.awk << 'AWK'
# Reads "0xA-0xB" ranges, then /proc/iomem: RAM must lie in one of them.
function number(s,	n, i) {
	for (i = 1; i <= length(s); i++)
		n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
	return n
}
NR == FNR { split($0, r, /-?0x/); from[NR] = number(r[2]); to[NR] = number(r[3]); ranges = NR; next }
/System RAM/ {
	split($1, r, "-"); a = number(r[1]); b = number(r[2]); found++; ok = 0
	for (i = 1; i <= ranges; i++) ok = ok || (a >= from[i] && b <= to[i])
	if (!ok) { print "outside: " $0; bad = 1 }
}
END { exit bad || !found || !ranges }
AWK
check "its /proc/iomem has only its own memory" awk -f /tmp/inside.awk /tmp/ranges /tmp/iomem
check_equal "it uses all of it" 1 "$(in_os os2 cat /proc/meminfo | awk '/MemTotal/ { print ($2 > 200000 && $2 < 256 * 1024) }')"
check_equal "it sees no PCI function but bridges" end "$(in_os os2 'cat /sys/bus/pci/devices/*/class 2> /dev/null; echo end' | grep -v ^0x06)"
check_equal "nor a UART" end "$(in_os os2 'cat /proc/tty/driver/serial && echo end' | grep 'uart:[^u]\|^end')"
difference=$(($(in_os os2 'date +%s') - $(date +%s)))
check "its wall clock is right" test "${difference#-}" -le 2
cat /proc/sys/kernel/random/boot_id > /tmp/boot_ids
in_os os2 'cat /proc/sys/kernel/random/boot_id' >> /tmp/boot_ids

# ---- cores inside it ----
in_os os2 'echo 0 > /sys/devices/system/cpu/cpu1/online'
check_equal "a core goes offline in it" 0 "$(in_os os2 'cat /sys/devices/system/cpu/online')"
check "it goes on without" test "$(in_os os2 'echo fine')" = fine
if wait_for 7 is os2 hung; then
	not_ok "which is no hang" "$(mintctl os list)"
else
	ok "which is no hang"
fi
in_os os2 'echo 1 > /sys/devices/system/cpu/cpu1/online'
check_equal "and comes back online" 0-1 "$(in_os os2 'cat /sys/devices/system/cpu/online')"
check_equal "where programs run" fine "$(in_os os2 'taskset 2 echo fine')"
check "os1's cores go offline and online as ever" sh -c 'cd /sys/devices/system/cpu/cpu1 && echo 0 > online && echo 1 > online && test $(cat online) = 1'

# ---- no OS is special ----
check "os2 creates os3" in_os os2 'mintctl os create os3 --cpus 3 --memory 256M'
check_equal "from a core of its own" 0 "$(in_os os2 'cat /sys/devices/system/cpu/online')"
check_equal "os3 is os2's" os2 "$(field os3 CREATOR)"
cat /boot/bzImage | mintctl os exec os2 -- sh -c 'cat > /tmp/bzImage'
cat /boot/initrd | mintctl os exec os2 -- sh -c 'cat > /tmp/initrd'
check "os2 starts os3" in_os os2 'mintctl os start os3 --kernel /tmp/bzImage --initrd /tmp/initrd --wait 60'
check_equal "all three are up" "up up up" "$(field os1 STATE) $(field os2 STATE) $(field os3 STATE)"
check_equal "os2 runs a command in os3" os3 "$(in_os os2 'mintctl os exec -n os3 -- hostname')"
check_equal "and in os1" os1 "$(in_os os2 'mintctl os exec -n os1 -- hostname')"
check_equal "and os3 in os2" os2 "$(in_os os3 'mintctl os exec -n os2 -- hostname')"
check "os2 reads os1's log" sh -c "mintctl os exec -n os2 -- mintctl os log os1 | grep -q 'Linux version'"
in_os os3 'cat /proc/sys/kernel/random/boot_id' >> /tmp/boot_ids
check_equal "each has random numbers of its own" 3 "$(sort -u /tmp/boot_ids | wc -l)"

# ---- sleep and kexec ----
refused "os1 loads no crash kernel while others run" 1 'not permitted' ./kexec crash /proc/version
check "the kernel log says why" sh -c "dmesg | grep 'kexec refused: .*other OSes'"
cat kexec | mintctl os exec os2 -- sh -c 'cat > /tmp/kexec; chmod +x /tmp/kexec'
refused "a further OS has no crash kernel" 1 'not permitted' mintctl os exec -n os2 -- /tmp/kexec crash /proc/version
refused "nor executes what it has not loaded" 1 'Invalid argument' mintctl os exec -n os2 -- /tmp/kexec exec
for state in mem freeze disk; do
	refused "os1 does not sleep ($state) while others run" 1 "" sh -c "echo $state > /sys/power/state"
done
check "the kernel log says why" sh -c "dmesg | grep 'sleep refused: .*other OSes'"
check_equal "all are still up" "up up up" "$(field os1 STATE) $(field os2 STATE) $(field os3 STATE)"

# ---- stop and destroy ----
check "os2 stops os3" in_os os2 'mintctl os stop os3'
check_equal "which is then off" "powered off" "$(field os3 STATE)"
check "os2 destroys os3" in_os os2 'mintctl os destroy os3'
core_3_is_home() { [ "$(field os1 CPUS)" = 0-1,3 ] && [ "$(online)" = 0-1,3 ]; }
check "its core goes home, to os1" wait_for 10 core_3_is_home
check "os1 stops os2" mintctl os stop os2
check_equal "which is then off" "powered off" "$(field os2 STATE)"
check "its log can be read" sh -c "mintctl os log os2 | grep 'a later line'"
check "destroy" mintctl os destroy os2
check_equal "all is as it was before" "$before" "$(snapshot)"
check "cores that came back run programs" taskset c true

# ---- destroy by the way, and a second life ----
check "create again" up os2 1,3 256M
check "destroy stops what runs" mintctl os destroy os2
check_equal "all is as it was before, again" "$before" "$(snapshot)"
check "destroy what was created only" sh -c 'mintctl os create os2 --cpus 1 --memory 64M && mintctl os destroy os2'
check_equal "all is as it was before, still" "$before" "$(snapshot)"
finish
GUEST
check_json "JSON is as the schema says" 7

finish
