#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mintctl doctor on machines that have a fault, and on one that has none; what it records
# says the same elsewhere; a machine that boots with the value that it proposes has Mint, and
# room for the OS that it proposes.
#
# Covers: doctor
# Short: each fault once
# Kernel: plain
# Limit: 240

. "$(dirname "$0")/lib.sh"

doctor_guest=$(cat << 'GUEST'
says() { mintctl doctor > /tmp/said; grep -qE -- "$1" /tmp/said || { cat /tmp/said; return 1; }; }
says_not() { ! says "$1"; }
GUEST
)

# ---- nothing is wrong: Mint, ECAM, threads, a watchdog, an IOMMU that nobody uses ----
vm_ok vm --smp 4 --arg -smp --arg 4,sockets=1,cores=2,threads=2 \
	--arg -device --arg intel-iommu --arg -device --arg i6300esb,addr=6 \
	--arg -netdev --arg user,id=n1,restrict=on --arg -device --arg rtl8139,netdev=n1,addr=8 \
	< <(printf '%s\n' "$doctor_guest"; cat << 'GUEST'
check "a machine on which Mint runs has no error" mintctl doctor
check "the clock of an emulated machine is a warning" says '^warning: TSC: it is not invariant'
check "an IOMMU is a note" says '^note: DMAR: the machine has an IOMMU'
check "a watchdog is a warning" says '^warning: watchdog0: whether this watchdog is set'
check "no way to be reset" says '^warning: 0000:00:08.0: .*has no way to be reset'
check "a NIC that is down has a line that nobody sees" says '^note: 0000:00:08.0: it interrupts by a line only \(INTx\), and which one'
ip link set eth0 up
check "one that is up has a known line" says '^note: 0000:00:08.0: .*level triggered input [0-9]+ of the I/O APIC'
check "first the whole cores" says 'mintctl os create os2 --cores 2-3 --memory 448M'

check "half a core goes to os2" mintctl os create os2 --cores 3 --memory 128M
check "the other half is a warning" says '^warning: cores 2 and 3: they are threads of one physical core, and belong to os1 and os2'
check "os2 is destroyed" mintctl os destroy os2
check "then there is none" says_not 'threads of one physical core'
check "os2 gets both, as that is a whole core" mintctl os create os2 --core-count 2 --memory max
check_equal "those are" 2-3 "$(field os2 CORES)"
size=$(mintctl os list --noheadings -o NAME,MEMORY | sed -n 's/^os2 *//p')
check "most of the pool" test "${size%M}" -ge 700
refused "there is not so much once more" 1 'of the pool are free, and of that no piece' mintctl os create os3 --core-count 1 --memory max
mintctl machine show > /tmp/shown
check "the machine is shown" grep -qE '^ *3 +3 +0 +2 +os2 +-$' /tmp/shown
check "with its pool" grep -qE '^Pool: +1G, [0-9.]+M of it free' /tmp/shown
mintctl machine show --json > /tmp/json
keep_json /tmp/json
check "os2 starts" mintctl os start os2 --kernel /boot/bzImage --initrd /boot/initrd --wait 60
check "which is no warning" says_not 'threads of one physical core'
check "in os2 it says what it cannot see" sh -c \
	"mintctl os exec os2 -- mintctl doctor | grep '^note: firmware: this OS was started by another one'"
check "and has no error" mintctl os exec os2 -- mintctl doctor

mintctl doctor --json > /tmp/json
keep_json /tmp/json
mintctl doctor > /tmp/here
check "what is read is recorded" mintctl doctor --record /tmp/copy
# What this machine has of its own must not help.
mintctl doctor --root /tmp/copy > /tmp/there
check "the record says the same" diff /tmp/here /tmp/there
refused "a record that is not there" 2 '/nowhere: cannot read it' mintctl doctor --root /nowhere
finish
GUEST
)
check_json "the JSON is as the schema says" 2

# ---- another kernel, on a machine that Mint cannot use ----
variant=plain
vm_ok plain --smp 1 --arg -machine --arg pc --arg -cpu --arg max,-hypervisor --memory 300M --pool 0 \
	< <(printf '%s\n' "$doctor_guest"; cat << 'GUEST'
mintctl doctor > /tmp/said
check_equal "errors are told by the exit status" 1 $?
check "one core" says '^error: processor: there is one core'
check "no ECAM" says '^error: MCFG: the firmware has no such table'
check "no invariant clock" says '^error: TSC: it is not invariant'
check "little memory" says '^error: memory: the machine has'
check "no Mint" says '^warning: kernel: the kernel that runs has no Mint'
check "the IDE controller is of the chipset here" says_not 'IDE'
finish
GUEST
)

# ---- a Mint kernel that was not asked; its proposal ----
variant='test'
vm_ok asked --pool 0 --memory 3G < <(printf '%s\n' "$doctor_guest"; cat << 'GUEST'
mintctl doctor > /tmp/said
check_equal "Mint that is off is an error" 1 $?
check "the parameter is missing" says '^error: mint_pool=: the boot parameter is missing'
sed -n 's/^ *kernel parameter *//p' /tmp/said | sed 's/^/proposed: /'
finish
GUEST
)
proposed=$(sed -n 's/^proposed: //p' "$dir/asked.out")
check "it proposes a value" grep -qE '^mint_pool=[0-9]+M$' <<< "$proposed"

vm_ok proposed --pool 0 --memory 3G --cmdline "$proposed" < <(printf '%s\n' "$doctor_guest"; cat << 'GUEST'
check "with that value Mint is on" mintctl os list
mintctl doctor > /tmp/said
check_equal "without an error" 0 $?
command=$(grep -o 'mintctl os create os2.*' /tmp/said)
check "the OS that it proposes can be made" $command
finish
GUEST
)

# ---- a value for which there is no room ----
vm_ok room --pool 0 --memory 1G --cmdline mint_pool=2G < <(printf '%s\n' "$doctor_guest"; cat << 'GUEST'
mintctl doctor > /tmp/said
check_equal "Mint that could not be is an error" 1 $?
check "with the kernel's reason" says '^error: mint_pool=: Mint is off: mint_pool=: no 2048M in one piece'
check "and a value that fits" says '^ *kernel parameter *mint_pool=384M'
finish
GUEST
)

finish
