#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A watchdog that an OS has armed does not outlive that OS, however it ends: it is
# stopped, and where it cannot be, it is not given away and that is said. Each time
# its time runs out twice over, and the machine is there.
#
# Covers: fault-watchdog
# Short: each way to end once

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hotplug.sh"

# It counts twice from 4, at 0.6 s, and may reset: data sheet of ICH9, 10.1.75 and 13.9.
# shellcheck disable=SC2016 # for the guest
arm_chipset='
set_port() { printf "%b" "\\0$(printf %o "$2")" | dd of=/dev/port bs=1 seek="$1" count=1 2> /dev/null; }
arm_chipset()
{
	base=$((0x$(setpci -s 00:1f.0 40.L) & 0xff80))
	gcs=$(((0x$(setpci -s 00:1f.0 f0.L) & ~0x3fff) + 0x3410))
	devmem $gcs 32 $(($(devmem $gcs 32) & ~0x20))
	set_port $((base + 0x72)) 4
	set_port $((base + 0x68)) 0
	set_port $((base + 0x60)) 1
}'

# First: by a reset the machine shows that they are what they seem to be.
for dog in 'echo > /dev/watchdog' arm_chipset; do
	vm bites --timeout 60 --cmdline i6300esb.heartbeat=1 --arg -global --arg ICH9-LPC.noreboot=false \
		--arg -device --arg i6300esb,addr=5 < <(printf '%s\n' "$arm_chipset" "$dog" 'sleep 20') || :
	check "a watchdog resets the machine: $dog" grep -q reset "$dir/bites/result"
done

expect_panic vm os1 'sysrq triggered crash'
expect_panic vm os2 'sysrq triggered crash'
vm_ok vm --on-panic continue --timeout 280 --cmdline i6300esb.heartbeat=2 --file "$devices_guest" \
	--arg -global --arg ICH9-LPC.noreboot=false --arg -device --arg i6300esb,addr=5 \
	--arg -device --arg pcie-root-port,id=rp1,chassis=1,addr=3 --arg -device --arg i6300esb,bus=rp1 \
	--arg -device --arg ipmi-bmc-sim,id=bmc --arg -device --arg pci-ipmi-kcs,bmc=bmc,addr=6 \
	< <(printf '%s\n' "$moves_prelude" "$arm_chipset"; cat << 'GUEST'
dog=0000:00:05.0 dog2=0000:01:00.0 bmc=0000:00:06.0
starts() { mintctl os start os2 --kernel /boot/bzImage --initrd /boot/initrd --wait 60 --cmdline "$*"; }
# Nothing happens while both stages of a watchdog that was set to 2 s run out.
its_time() { sleep 3; }
feed='while echo; do usleep 100000; done > /dev/watchdog0'

# ends NAME OPTIONS COMMAND: os2 arms it and ends by the command.
ends()
{
	check "$1: os2 has it" eval "mintctl os create os2 --cpus 2-3 --memory 256M --dev $dog && starts i6300esb.heartbeat=2 $2"
	in_os os2 "echo > /dev/watchdog0; $3" > /dev/null 2>&1 &
	caller=$!
	check "$1: it has ended" wait_for 10 ended os2
	check "$1: it has stopped it" wait_for 1 is_stopped $dog
	its_time
	check "$1: it is destroyed" eval "mintctl os destroy os2 2> /tmp/said"
	wait $caller
}
is_stopped() { mintctl dev show "$1" | grep -q 'Watchdog: *stopped'; }
armed() { mintctl dev show "$1" | grep -q 'Watchdog: *runs'; }
ended() { case $(field "$1" STATE) in up|running|starting) false ;; esac }
said() { grep -qE "$1" /tmp/said; }

check "dev show says that it is one" sh -c "mintctl dev show $dog | grep 'Watchdog: *stopped'"
check "and what cannot be reset" sh -c "mintctl dev show $dog | grep 'Reset: *none'"
check "or only with its bus" sh -c "mintctl dev show $dog2 | grep 'Reset: *bus'"

ends panic "" 'echo c > /proc/sysrq-trigger'
check "panic: destroy names what was not reset" said "$dog: warning: it could not be reset: what os2"
check_equal "panic: it is here again" os1 "$(owner $dog)"

check "force: os2 has it" eval "mintctl os create os2 --cpus 2-3 --memory 256M --dev $dog && starts i6300esb.heartbeat=2"
in_os os2 "$feed" > /dev/null 2>&1 &
caller=$!
check "force: it is armed" wait_for 10 armed $dog
check "force: os2 is destroyed as it works" mintctl os destroy os2 --force
wait $caller
its_time

# ---- running, it is not moved ----

check "os2 is up" eval "mintctl os create os2 --cpus 2 --memory 256M && starts i6300esb.heartbeat=2"
(while echo; do usleep 100000; done > /dev/watchdog1) &
feeder=$!
wait_for 10 eval "armed $dog || armed $dog2" || not_ok "os1 arms one"
if armed $dog; then one=$dog; else one=$dog2; fi
refused "armed, it is in use" 1 "$one is in use in os1: its watchdog runs" mintctl dev move $one --to os2
check "by force it goes, stopped" eval "mintctl dev move $one --to os2 --force 2> /tmp/said"
kill $feeder
its_time
check "and there is a word about what it can do" said "$one: warning: it is a watchdog: when os2"
check "it comes back" mintctl dev move $one --to os1

# ---- what cannot be stopped ----

refused "a management controller is not given away" 1 "$bmc can reset the machine, and Mint cannot stop it; --force" mintctl dev move $bmc --to os2
refused "nor to a new OS" 1 "$bmc can reset the machine" mintctl os create os3 --cpus 3 --memory 64M --dev $bmc
check "by force it is" eval "mintctl dev move $bmc --to os2 --force --allow-no-driver 2> /tmp/said"
check "with a warning" said "$bmc: warning: Mint cannot stop it"
check "os2 is destroyed" eval "mintctl os destroy os2 --force 2> /tmp/said"
check "with a warning, too" said "$bmc: warning: Mint cannot stop it"

# ---- locked on: no way out ----

ends nowayout i6300esb.nowayout=1 'echo c > /proc/sysrq-trigger'
its_time
check "nowayout: it is nobody's" with $dog -
check "nowayout: that is said" said "$dog: warning: it is a watchdog and nobody's"
check "nowayout: it is locked" sh -c "dmesg | grep '$dog: its watchdog is locked on; nobody gets it'"
refused "nowayout: nobody gets it" 1 "os1 did not take $dog: its watchdog is locked on" mintctl dev move $dog --to os1 --force
dog=$dog2
check "the other one is here" wait_for 5 with $dog os1
# In order: its driver would stop it, and cannot.
ends "nowayout below a port" i6300esb.nowayout=1 'poweroff -f'
its_time
check "nowayout below a port: its bus was reset, it is here again" with $dog os1
check "nowayout below a port: nothing to say of it" sh -c '! grep warning /tmp/said'

# ---- the chipset's, when the first OS ends ----

check "os2 is up" eval "mintctl os create os2 --cpus 2-3 --memory 256M && starts"
in_os os2 'sh -c "sleep 10; echo mint-vm: exit 0 > /dev/kmsg" > /dev/null 2>&1 &'
[ $failed -eq 0 ] || finish
arm_chipset
echo c > /proc/sysrq-trigger
GUEST
)
check_log "os1 had stopped what os2 had set" "mint: 0000:00:05.0: its watchdog is stopped" os1
check_log "os1 ended by a panic" 'sysrq triggered crash' os1

finish
