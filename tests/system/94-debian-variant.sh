#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The debian variant, Debian's own configuration with Mint: it is the first OS and a further
# one; from its packages on two disks, with systemd and drivers that are modules: devices go
# to and fro under stable names, a module that is built against the headers loads, and each
# end of an OS is what it should be.
#
# Covers: packages
# Long kernel: debian
# Short: not at all, as its kernel takes hours to build
# Long: 100 moves
# Long limit: 7200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/debian.sh"
variant=debian

kernel=$("$repo/kernel-glue/scripts/kernel-build" --path debian 2> /dev/null) || kernel=''
if [ ! -d "${kernel%/bzImage}/headers" ]; then
	skip "the debian variant" "it has not been built for this checkout; run: make kernel-debian"
	finish
fi

# ---- without modules ----

vm_ok harness --memory 3G --timeout 900 << 'END'
check_equal "the first OS has Mint" "os1 up" "$(mintctl os list --noheadings -o NAME,STATE | xargs)"
check "it has NUMA" test -d /sys/devices/system/node/node0
# Jump labels all over the kernel.
traces() { echo "$1" > /sys/kernel/tracing/events/irq/enable; }
check "tracing goes on" traces 1
check "tracing goes off" traces 0
check "os2 starts" up os2 2-3 768M
check_equal "it is the same kernel" "$(uname -r)" "$(in_os os2 uname -r)"
check "a core goes off there" in_os os2 'echo 0 > /sys/devices/system/cpu/cpu1/online'
check "and on" in_os os2 'echo 1 > /sys/devices/system/cpu/cpu1/online'
check "os2 starts again" mintctl os restart os2 --wait 120
check "os2 stops" mintctl os stop os2
check "os2 is destroyed" mintctl os destroy os2
check_equal "the cores are back" 0-3 "$(cat /sys/devices/system/cpu/online)"
finish
END

# ---- the packages ----

debian_packages
modules=/lib/modules/$release headers=/usr/src/linux-headers-$release
check_contents "$image" /boot/{bzImage,System.map,config}-"$release" "$modules"/modules.{order,builtin} \
	"$modules"/kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko \
	"$modules"/kernel/drivers/{nvme/host/nvme,block/virtio_blk,usb/host/xhci-pci}.ko
check_contents "linux-headers-$release" "$modules/build" "$headers"/{Makefile,.config,Module.symvers} \
	"$headers"/{scripts/mod/modpost,tools/objtool/objtool,scripts/module.lds}

# As DKMS does, but for where the headers lie.
mkdir -p "$dir/headers" "$dir/hello"
dpkg-deb -x "$dir/deb/linux-headers-${release}_"*.deb "$dir/headers"
cat > "$dir/hello/hello.c" << 'END'
// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/pci.h>

static int __init hello_init(void)
{
	struct pci_dev *pdev = NULL;
	int n = 0;

	for_each_pci_dev(pdev)
		n++;
	pr_info("hello: %d functions\n", n);
	return 0;
}

static void __exit hello_exit(void)
{
}

module_init(hello_init);
module_exit(hello_exit);
MODULE_DESCRIPTION("A module that is built outside of the kernel");
MODULE_LICENSE("GPL");
END
echo 'obj-m := hello.o' > "$dir/hello/Kbuild"
check "a module is built against the headers" env -u MAKEFLAGS -u MAKELEVEL make -C "$dir/headers$headers" M="$dir/hello"
[ "$failed" -eq 0 ] || finish

# ---- on a disk ----

debian_disk
limit=900
debian install -kernel "$("$repo/kernel-glue/scripts/kernel-build" --path normal)" \
	-append "root=/dev/vda1 rw $parameters" < <(echo "parameters='$parameters'"; cat << 'END'
echo "GRUB_CMDLINE_LINUX='$parameters'" >> /etc/default/grub
echo virtio_blk >> /etc/initramfs-tools/modules
check "the tools install" dpkg -i /vm/mint*.deb
echo 'MINT_POOL=1536M,256M' >> /etc/default/mint
check "the kernel installs" dpkg -i /vm/linux-image*.deb
check "its modules are listed" modinfo -k "$release" e1000e
check "the initrd has the driver of the disk" sh -c "lsinitramfs /boot/initrd.img-$release | grep -q '/virtio_blk.ko'"
finish
END
)

# A disk for os2, which is another Debian: what is mounted by UUID is so by its own.
cp --sparse=always "$dir/disk" "$dir/disk-os2"
check "os2 has a disk" env PATH="$PATH:/usr/sbin:/sbin" tune2fs -U random "$dir/disk-os2?offset=$((42 << 20))"
truncate -s 64M "$dir/nvme" "$dir/stick"

# What os2 has, then what goes to and fro, each in a slot of its own.
devices=()
slot=7
for device in virtio-blk-pci,drive=os2 e1000e,netdev=lan1,mac=52:54:00:00:00:01 \
	e1000e,netdev=lan2,mac=52:54:00:00:00:02 nvme,drive=nvme,serial=nvme qemu-xhci,id=xhci; do
	slot=$((slot + 1))
	devices+=(-device "pcie-root-port,id=rp$slot,bus=pcie.0,addr=$(printf '%x' $slot),chassis=$slot"
		-device "$device,bus=rp$slot")
done

# What a function is to user space, by the name that udev gave it; for both OSes.
cat > "$dir/names.sh" << 'END'
name_of()
{
	udevadm settle
	for name in "/sys/bus/pci/devices/$1"/net/* "/sys/bus/pci/devices/$1"/nvme/nvme*/nvme*n1 \
		$(find "/sys/bus/pci/devices/$1/" -maxdepth 9 -path '*/block/*' -prune); do
		[ ! -d "$name" ] || { echo "${name##*/}"; return; }
	done
	return 1
}
END

memory=$((4 << 30)) limit=5400 more=("$dir/hello/hello.ko" "$dir/names.sh")
# shellcheck disable=SC2054 # the commas are QEMU's
debian systemd -smp 4 \
	-drive "file=$dir/disk-os2,format=raw,if=none,id=os2,cache=unsafe" \
	-drive "file=$dir/nvme,format=raw,if=none,id=nvme,cache=unsafe" \
	-drive "file=$dir/stick,format=raw,if=none,id=stick,cache=unsafe" \
	-netdev hubport,hubid=0,id=lan1 -netdev hubport,hubid=0,id=lan2 \
	"${devices[@]}" -device usb-storage,bus=xhci.0,drive=stick < <(echo "rounds=$(rounds 2 50)"; cat << 'END'
usleep() { sleep 0.1; }
. /vm/names.sh
check "GRUB has loaded the kernel" grep -q "^BOOT_IMAGE=/boot/bzImage-$release .* mint_pool=1536M,256M" /proc/cmdline
check "os1 is up" wait_for 120 is os1 up

# The function behind the root port at slot $1.
behind() { ls "/sys/bus/pci/devices/0000:00:$1.0" | grep -m 1 -E '^[0-9a-f]{4}:[0-9a-f]{2}:00\.0$'; }
disk=$(behind 08) nic=$(behind 0a) nvme=$(behind 0b) usb=$(behind 0c)

check "os2 is created" mintctl os create os2 --cores 2,3 --memory 768M --dev "$disk"
check "os2 starts from its disk" mintctl os start os2 --kernel "/boot/bzImage-$release" --initrd "/boot/initrd.img-$release" \
	--cmdline "root=/dev/vda1 rw systemd.mask=vm-script.service systemd.show_status=false" --wait 400
check "its systemd is content" wait_for 120 in_os os2 'systemctl is-system-running'
check_equal "no unit of os2 has failed" "" "$(in_os os2 'systemctl --failed --plain --no-legend')"
check "the driver of its disk is a module" in_os os2 'lsmod | grep -q ^virtio_blk'

mintctl os exec os2 -- sh -c 'cat > /root/hello.ko' < /vm/hello.ko
check "a module from outside loads there" in_os os2 'insmod /root/hello.ko && dmesg | grep "hello: .* functions" && rmmod hello'

# there OS FUNCTION: prints its name.
there()
{
	if [ "$1" = os1 ]; then
		name_of "$2"
	else
		in_os "$1" "$(cat /vm/names.sh)
name_of $2"
	fi
}

# goes WHAT FUNCTION OS: it is there, by the name that it had the last time.
goes()
{
	mintctl dev move "$2" --to "$3" || return
	wait_for 60 there "$3" "$2" || return
	goes_name=$(there "$3" "$2")
	[ -e "/vm/name-$1-$3" ] || echo "$goes_name" > "/vm/name-$1-$3"
	[ "$goes_name" = "$(cat "/vm/name-$1-$3")" ] || {
		echo "$1 is $goes_name in $3, and was $(cat "/vm/name-$1-$3")"
		return 1
	}
}

to_and_fro()
{
	round=0
	while [ $((round += 1)) -le "$rounds" ]; do
		case $((round % 3)) in
		0) goes nic "$nic" os2 && goes nic "$nic" os1 || return ;;
		1) goes nvme "$nvme" os2 && goes nvme "$nvme" os1 || return ;;
		2) goes usb "$usb" os2 && goes usb "$usb" os1 || return ;;
		esac
	done
}
check "NIC, NVMe and a stick go to and fro, under the same names" to_and_fro
check_equal "after that no unit of os1 has failed" "" "$(systemctl --failed --plain --no-legend)"
check_equal "nor one of os2" "" "$(in_os os2 'systemctl --failed --plain --no-legend')"

check "os2 reboots" in_os os2 'systemctl reboot --no-block'
again() { [ "$(field os2 STARTS) $(field os2 STATE)" = "2 up" ]; }
check "and is up again" wait_for 400 again
check "with its systemd" wait_for 120 in_os os2 'systemctl is-system-running'
check "os2 powers off" in_os os2 'systemctl poweroff --no-block'
check "it has ended" wait_for 120 is os2 ended
check "for that reason" sh -c 'mintctl os show os2 | grep -q "powered off"'
check "it can be destroyed" mintctl os destroy os2
check "its disk is here" wait_for 60 there os1 "$disk"
check_equal "to the end no unit of os1 has failed" "" "$(systemctl --failed --plain --no-legend)"
finish
END
)

finish
