# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154 # what lib.sh and the test have
#
# For system tests of the Debian packages: makes them, of the kernel $variant, and boots
# machines from a disk with a small Debian (tests/tools/debian-disk).

# Of each machine; a test may say otherwise. $more: files that it has in /vm.
memory=$((2 << 30)) limit=200 more=()
parameters="console=ttyS0,115200 systemd.show_status=false"

# In $dir/deb; sets $release, as "uname -r" says it, and $image, the name of its package.
debian_packages()
{
	flock "$repo/build/.vm-lock" make -s -C "$repo" vm-programs > "$dir/make.log" 2>&1 ||
		not_ok "the programs can be built" "$(tail -n 5 "$dir/make.log")"
	check "the packages can be made" "$repo/kernel-glue/debian/build-packages" "$dir/deb" "$variant"
	[ "$failed" -eq 0 ] || finish
	check "lintian finds no error" lintian --fail-on error "$dir"/deb/*.deb
	release=$("$repo/kernel-glue/scripts/install-kernel" --release "$variant")
	image=linux-image-$release
}

# check_contents PACKAGE FILE...
check_contents()
{
	local package=$1 file missing=''

	shift
	dpkg-deb -c "$dir/deb/${package}_"*.deb | awk '{ print $6 }' > "$dir/contents"
	for file; do
		grep -qxF ".$file" "$dir/contents" || missing+=" $file"
	done
	if [ -n "$missing" ]; then
		not_ok "$package has what it should" "missing:$missing"
	else
		ok "$package has what it should"
	fi
}

# A disk of this test's own, $disk.
debian_disk()
{
	local khz

	if ! disk=$("$repo/tests/tools/debian-disk" 2> "$dir/debian-disk.log"); then
		not_ok "there is a disk with Debian" "$(cat "$dir/debian-disk.log")"
		finish
	fi
	cp --sparse=always "$disk" "$dir/disk"
	disk=$dir/disk
	! khz=$("$repo/build/tests/tsc-khz") || parameters+=" tsc_early_khz=$khz"
}

# debian NAME [QEMU_ARG]... < script: runs it as vm does, in a machine that has the disk of
# the last one, and the packages and $more in /vm. What comes later has no sense when it fails.
debian()
{
	local name=$1 job=$dir/job status=0 start=$SECONDS
	shift
	rm -rf "$job"
	mkdir -p "$dir/$name" "$job/vm"
	{
		echo '. /vm/test.sh; script=main; export PATH=/usr/sbin:/usr/bin DEBIAN_FRONTEND=noninteractive'
		echo "release=$release image=$image"
		cat
	} > "$dir/$name.script"
	cp "$dir/$name.script" "$job/vm/script"
	cp -t "$job/vm" "$dir"/deb/*.deb "$repo"/tests/guest/{run,test.sh} "$repo/build/tests/vm-report" ${more[@]+"${more[@]}"}
	tar -cf "$dir/job.tar" -C "$job" vm
	"$repo/build/tests/vm-run" --memory "$memory" --out "$dir/$name" --timeout "$limit" -- qemu-system-x86_64 \
		-machine q35 -accel tcg,thread=multi -cpu max -smp 2 -nodefaults -no-user-config \
		-display none -vga none -no-reboot \
		-drive "file=$disk,format=raw,if=virtio,cache=unsafe" -drive "file=$dir/job.tar,format=raw,if=virtio,readonly=on" \
		"$@" > "$dir/$name.out" 2> "$dir/$name.err" || status=$?
	echo "$name=$((SECONDS - start))" >> "$dir/machines"
	take_over "$dir/$name.out"
	sed 's/^/# /' "$dir/$name.err"
	check_logs "$name"
	if [ "$status" -ne 0 ] || ! came_to_its_end "$name"; then
		not_ok "$name: the script ended well" "status $status: $(cat "$dir/$name/result")"
		finish
	else
		ok "$name: the script ended well"
	fi
}
