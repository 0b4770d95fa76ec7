#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The Debian packages: what is in them, lintian, and on a small Debian: they install, GRUB
# boots the entry of Mint and goes on to boot the others as before, mintctl and the
# agent work there, two OSes with devices are made by one file and are there again after
# the machine was started anew, a newly installed kernel is what the OS starts from next,
# and when they are purged nothing is left.
#
# Covers: packages, partition
# Short: 3 machines
# Long: 5 machines, two of them with UEFI
# Limit: 720
# Long limit: 1200

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/debian.sh"
variant=normal

# ---- the packages ----

debian_packages

# named FORMAT FILE...: the file names, by this format of printf.
named()
{
	local format=$1 file
	shift
	for file; do
		# shellcheck disable=SC2059 # that is what it is for
		printf "$format\n" "${file##*/}"
	done
}

mapfile -t pages < <(named '/usr/share/man/man8/%s.gz' "$repo"/mintctl/man/*.8)
mapfile -t headers < <(named '/usr/include/mint/%s' "$repo"/include/mint/*.h)
check_contents "$image" /boot/{bzImage,System.map,config}-"$release"
check_contents mintctl /usr/bin/mintctl /usr/sbin/mint-agent /usr/share/bash-completion/completions/mintctl \
	/lib/systemd/system/{mint-agent.service,mint-partition.service,mint-images.service,sys-kernel-mint.mount} /usr/lib/mint/kernel-image \
	/usr/share/man/man5/partition.conf.5.gz /usr/share/doc/{mint/examples/partition.conf,mintctl/guide/hardware.md,mintctl/design/threat-model.md} /etc/{default/mint,grub.d/12_mint,kernel/postinst.d/zy-mint} \
	"${pages[@]}"
check_contents mint-dev /usr/include/linux/mint.h /usr/share/mint/{mint.yaml,mintctl.schema.json} "${headers[@]}"
check "make install puts the same below DESTDIR" make -s -C "$repo" install DESTDIR="$dir/installed"
check "and the agent's service names where it is" grep -qx 'ExecStart=/usr/local/sbin/mint-agent --foreground' \
	"$dir/installed/usr/local/lib/systemd/system/mint-agent.service"

# ---- a Debian ----

debian_disk

# Both machines: what is on the disk, but for what programs note as they run.
cat > "$dir/files" <<'END'
files()
{
	find / -xdev \( -path /vm -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /var/cache \) -prune -o -print | sort
}
# What is booted by the entries of GRUB's menu, without their parameters.
menu() { sed -nE 's/^\t+linux\t([^ ]*) .*/\1/p' /boot/grub/grub.cfg | sort -u | xargs; }
END

debian install -kernel "$("$repo/kernel-glue/scripts/kernel-build" --path "$variant")" \
	-append "root=/dev/vda1 rw $parameters" < <(cat "$dir/files"; echo "parameters='$parameters'"; cat <<'END'
echo "GRUB_CMDLINE_LINUX='$parameters'" >> /etc/default/grub
files > /vm/before
check "the tools install" dpkg -i /vm/mint*.deb
check "a pool is asked for" grep -qx 'MINT_POOL=1G' /etc/default/mint
echo 'MINT_POOL=512M,256M MINT_CMDLINE=mint_was=here' >> /etc/default/mint
check "the kernel installs" dpkg -i /vm/linux*.deb
check "there is an initrd for the kernel" test -s "/boot/initrd.img-$release"
check_equal "GRUB's menu has both kernels" "/boot/bzImage-$release /boot/vmlinuz-6.1.0-0-amd64" "$(menu)"
check_equal "Mint has one entry, with a name that can be chosen" 1 "$(grep -c "^menuentry .*Mint $release.* 'mint' {" /boot/grub/grub.cfg)"
check_equal "Mint is in its own part of the menu, and nothing else is there" "10_linux vmlinuz, 12_mint bzImage" \
	"$(awk '/^### BEGIN/ { part = $3; sub(".*/", "", part) }
		$1 == "linux" { sub(".*/", "", $2); sub("-.*", "", $2); print part " " $2 }' /boot/grub/grub.cfg |
		sort -u | paste -s -d , | sed 's/,/, /')"
check "systemd has nothing to say of the units" systemd-analyze verify --man=no /lib/systemd/system/mint-agent.service /lib/systemd/system/mint-partition.service /lib/systemd/system/mint-images.service /lib/systemd/system/sys-kernel-mint.mount
refused "mintctl says that Mint is off" 1 'not running|mint_pool' mintctl os list
check "the agent is not started, and has not failed" test "$(systemctl show -p ActiveState --value mint-agent)" = inactive
finish
END
)

[ -z "$MINT_TEST_LONG" ] || cp --sparse=always "$dir/disk" "$dir/disk-uefi"
check "other OSes have a file system" "$repo/tests/guest/make-initramfs" "$repo/build" "$dir/initrd"
[ "$failed" -eq 0 ] || finish

# ---- two OSes by one file ----

# Two network interfaces, each in a slot of its own.
# shellcheck disable=SC2054 # the commas are QEMU's
interfaces=(-smp 3
	-device pcie-root-port,id=rp1,bus=pcie.0,addr=8,chassis=1
	-device e1000e,bus=rp1,mac=52:54:00:00:00:01
	-device pcie-root-port,id=rp2,bus=pcie.0,addr=9,chassis=2
	-device e1000e,bus=rp2,mac=52:54:00:00:00:02)

# Both machines.
cat > "$dir/machine.sh" <<'END'
usleep() { sleep 0.1; }
conf=/etc/mint/partition.conf
nothing_differs() { [ "$(mintctl plan "$@")" = "nothing differs from ${1:-$conf}" ]; }
# Its driver has it there, then.
has_address() { in_os "$1" 'cat /sys/class/net/*/address' | grep -qx "$2"; }
machine() { snapshot; mintctl image list; }
END

more=("$dir/initrd")
debian partition "${interfaces[@]}" < <(cat "$dir/machine.sh"; cat <<'END'
check "GRUB has loaded the kernel of Mint" grep -q "^BOOT_IMAGE=/boot/bzImage-$release .* mint_pool=512M,256M mint_was=here" /proc/cmdline
wait_for 60 is os1 up
check_equal "nothing is made of the machine without a file" inactive "$(systemctl show -p ActiveState --value mint-partition)"
machine > /vm/start
mv /vm/initrd /boot/initrd-others
mkdir -p /etc/mint
cat > $conf << FILE
# Two OSes with a network interface each.
image others {
	kernel = /boot/bzImage-$release
	initrd = /boot/initrd-others
}

os os2 {
	cores = 1
	memory = 160M
	devices = "52:54:00:00:00:02"
	image = others
	on-crash = restart
	wait = 120
}

os os3 {
	cores = 2
	memory = 160M
	devices = class:0200
	image = others
	wait = 120
}
FILE
mintctl plan > /vm/plan
check "a plan says what would come" grep -qE '^os +os2 +- +- +cores 1, 160M, .*, running' /vm/plan
machine > /vm/planned
check "and changes nothing" diff /vm/start /vm/planned
check "apply" mintctl apply
check_equal "two OSes are up beside Debian" "up up up" "$(field os1 STATE) $(field os2 STATE) $(field os3 STATE)"
check "os2 has the interface that the file names" wait_for 20 has_address os2 52:54:00:00:00:02
check "os3 has the other one" wait_for 20 has_address os3 52:54:00:00:00:01
check "nothing differs from the file" nothing_differs
check_equal "a second apply does nothing" "nothing differs from $conf" "$(mintctl apply)"
mintctl export > /vm/exported
check "nothing differs from what is exported" nothing_differs /vm/exported
finish
END
)

more=() limit=300
debian use "${interfaces[@]}" < <(cat "$dir/files" "$dir/machine.sh"; cat <<'END'
wait_for 60 is os1 up
applied() { [ "$(systemctl show -p ActiveState --value mint-partition)" = active ]; }
check "the file is applied at boot, by its unit" wait_for 150 applied
check_equal "the OSes are up again by themselves" "up up up" "$(field os1 STATE) $(field os2 STATE) $(field os3 STATE)"
check "os2 has its interface again" wait_for 20 has_address os2 52:54:00:00:00:02
check "and os3" wait_for 20 has_address os3 52:54:00:00:00:01
check "again nothing differs from the file" nothing_differs
check_equal "what is exported is what was" "$(cat /vm/exported)" "$(mintctl export)"
lives() { mintctl os list --noheadings -o NAME,STATE,GENERATION,STARTS; }
lives=$(lives)
check "the unit can be reloaded" systemctl reload mint-partition
check "and stopped" systemctl stop mint-partition
check_equal "all go on beneath it" "$lives" "$(lives)"
check "teardown" mintctl teardown
machine > /vm/end
check "the machine is as at the start" diff /vm/start /vm/end
rm -r /etc/mint /boot/initrd-others

check_equal "mintctl lists this OS, and the agent says that it is up" "os1 up" "$(mintctl os list --noheadings -o NAME,STATE | xargs)"
check_equal "systemd knows that the agent is ready" "notify active" "$(systemctl show -p Type,ActiveState --value mint-agent | xargs)"
check "the tables are mounted" grep -q " os1 " /sys/kernel/mint/oses
check_equal "no unit has failed" "" "$(systemctl --failed --plain --no-legend)"
check "the agent answers" mintctl os exec -n os1 true

# As the scripts of a kernel's package run it.
check "the hook takes up a new kernel" run-parts --exit-on-error --regex '^zy-mint$' -a "$release" -a "/boot/bzImage-$release" /etc/kernel/postinst.d
check "it is what this OS starts from next" sh -c 'mintctl os show os1 | grep -E "^Image: *mint-[0-9a-f]{10}"'
check_equal "there is one image" 1 "$(mintctl image list --noheadings -o NAME | wc -l)"

# Removed: conffiles are left, and the links by which units are enabled, which Debian takes
# for settings, too; and what dpkg has to know of them.
dpkg-query -W -f '${Conffiles}\n' mintctl | awk '{ print $1 }' | sed '/^$/d' | sort > /vm/conffiles
check_equal "there are conffiles" 3 "$(wc -l < /vm/conffiles)"
check "the packages can be removed" dpkg --remove "$image" mintctl mint-dev
files > /vm/removed
check_equal "conffiles are left" "$(cat /vm/conffiles)" \
	"$(comm -13 /vm/before /vm/removed | grep -vE '^/var/|^/etc/systemd/system/[a-z-]*.target.wants/')"
check "they can be purged" dpkg --purge "$image" mintctl
files > /vm/purged
check_equal "nothing is left" "" "$(comm -13 /vm/before /vm/purged)"
check_equal "nothing is missing" "" "$(comm -23 /vm/before /vm/purged)"
check_equal "GRUB's menu has the other kernel" /boot/vmlinuz-6.1.0-0-amd64 "$(menu)"
check_equal "and no part of Mint" "" "$(grep 12_mint /boot/grub/grub.cfg)"
finish
END
)

[ -n "$MINT_TEST_LONG" ] || finish

# ---- the same installation, booted by UEFI ----

ovmf=/usr/share/OVMF
check "there is UEFI" cp "$ovmf/OVMF_VARS_4M.fd" "$dir/efivars"
disk=$dir/disk-uefi
uefi=(-drive "if=pflash,format=raw,readonly=on,file=$ovmf/OVMF_CODE_4M.fd" -drive "if=pflash,format=raw,file=$dir/efivars")

debian uefi "${uefi[@]}" << 'END'
check "the firmware has found GRUB, and that the kernel of Mint" grep -q "^BOOT_IMAGE=/boot/bzImage-$release .* mint_pool=512M,256M mint_was=here" /proc/cmdline
check "by UEFI" test -d /sys/firmware/efi
usleep() { sleep 0.1; }
wait_for 60 is os1 up
check_equal "by UEFI mintctl lists this OS as well" "os1 up" "$(mintctl os list --noheadings -o NAME,STATE | xargs)"
check_equal "by UEFI no unit has failed" "" "$(systemctl --failed --plain --no-legend)"
check "the EFI system partition is mounted" mountpoint -q /boot/efi

# What Debian does at an update of GRUB; the firmware is told of it, and starts that from now on.
check "GRUB can be installed" grub-install --target=x86_64-efi
check "the firmware has an entry for it" sh -c 'efibootmgr | grep -i "\* debian"'
rm -r /boot/efi/EFI/BOOT
finish
END

# ---- a new kernel, in an OS that goes on beside another ----

more=("$dir/initrd" "$repo/tests/guest/bzimage.sh") limit=600

debian upgrade "${uefi[@]}" << 'END'
usleep() { sleep 0.1; }
life=$(($(cat /vm/life 2> /dev/null || echo 0) + 1))
echo $life > /vm/life
# The next life goes on with this script.
again()
{
	[ "$failed" -eq 0 ] || finish
	systemctl start --no-block reboot.target
	exec tail -f /dev/null
}
images() { mintctl image list --noheadings -o NAME | grep ^mint- | xargs; }
hook() { run-parts --exit-on-error --regex '^zy-mint$' -a "$1" -a "/boot/bzImage-$1" /etc/kernel/postinst.d 2>&1; }
has_settled() { [ "$(cat /run/mint/image)" = "$1" ]; }
only_image() { [ "$(images)" = "$1" ]; }
wait_for 60 is os1 up

first()
{
	check "the firmware has started the GRUB that was installed" sh -c 'efibootmgr | grep -iF "Boot$(efibootmgr | sed -n "s/^BootCurrent: //p")* debian"'
	check "os2 is created" mintctl os create os2 --cores 1 --memory 192M
	check "os2 starts" mintctl os start os2 --kernel "/boot/bzImage-$release" --initrd /vm/initrd --wait 60
	check "os1 is told what it starts from" hook "$release"
	check_equal "it is the one image" "$(images)" "$(field os1 IMAGE)"
	images > /vm/image
	again
}

second()
{
	image=$(cat /vm/image)
	check_equal "os1 has started again" 1 "$(field os1 STARTS)"
	check_equal "os2 has gone on" 1 "$(field os2 STARTS)"
	check "the firmware had no part in that" test ! -d /sys/firmware/efi
	check_equal "os1 has started from the image" "$image" "$(field os1 IMAGE)"
	check "which is noted when it is up" wait_for 60 has_settled "$image"

	. /vm/bzimage.sh
	bzimage=/boot/bzImage-6.99.1-mint
	cp "/boot/bzImage-$release" $bzimage
	find_marker
	field_of_marker 4 98
	field_of_marker 5 99
	hook 6.99.1-mint > /vm/said
	check "a kernel for another table is refused, with both revisions" grep -qE '/boot/bzImage-6.99.1-mint: knows table revision 98, this machine has [0-9]+$' /vm/said
	check "it is said what os1 starts from instead" grep -qF "os1 goes on to start from the image $image (Linux $release)" /vm/said
	check "and when that kernel is started" grep -qF "$bzimage is in GRUB's menu, for the next start of the machine" /vm/said
	check_equal "it is so" "$image" "$(field os1 IMAGE)"
	check_equal "nothing else is there" "$image" "$(images)"
	cp "/boot/bzImage-$release" $bzimage
	check "another one without an initrd is taken" hook 6.99.1-mint
	unused=$(field os1 IMAGE)
	check_equal "it is beside what runs" "$(printf '%s\n' "$image" "$unused" | sort | xargs)" "$(images | tr ' ' '\n' | sort | xargs)"
	rm $bzimage

	# It is the same kernel; its initrd is another, and says so.
	printf '%s\n' '#!/bin/sh' '[ "$1" != prereqs ] || exit 0' ': > /run/new-initrd' > /etc/initramfs-tools/scripts/init-bottom/mark
	chmod +x /etc/initramfs-tools/scripts/init-bottom/mark
	check "a new kernel is installed" dpkg -i /vm/linux-image-*.deb
	new=$(field os1 IMAGE)
	check "os1 starts from it next" test "$new" != "$image" -a "$new" != "$unused"
	check_equal "what was never started has gone, what runs has not" "$(printf '%s\n' "$image" "$new" | sort | xargs)" "$(images | tr ' ' '\n' | sort | xargs)"
	echo "$new" > /vm/image
	again
}

third()
{
	image=$(cat /vm/image)
	check_equal "os1 has started once more" "2 $image" "$(field os1 STARTS) $(field os1 IMAGE)"
	check "from what was installed" test -e /run/new-initrd
	check "the former image goes when os1 is up" wait_for 60 only_image "$image"
	check_equal "os2 has gone on, too" "up 1" "$(field os2 STATE) $(field os2 STARTS)"
	check_equal "in this life no unit has failed" "" "$(systemctl --failed --plain --no-legend)"

	mkdir -p /etc/mint
	echo 'os os1 { on-crash = stop }' > /etc/mint/partition.conf
	check "the tools are upgraded" dpkg -i /vm/mintctl*.deb
	check_equal "which makes nothing of the machine" inactive "$(systemctl show -p ActiveState --value mint-partition)"
	check "the tables stay mounted" mountpoint -q /sys/kernel/mint
	check "os1 answers with the new agent" mintctl os exec -n os1 true
	check_equal "os2 is there" up "$(field os2 STATE)"
	check_equal "images are those that were there" "$image" "$(images)"
	finish
}

case $life in
1) first ;;
2) second ;;
3) third ;;
esac
END

finish
