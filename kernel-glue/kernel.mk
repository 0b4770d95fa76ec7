# SPDX-License-Identifier: GPL-2.0-only

kernel-build := kernel-glue/scripts/kernel-build

kernel:	## the kernel that every OS runs
	@$(kernel-build) normal

kernel-debug:	## the same with lockdep and KASAN
	@$(kernel-build) debug

.PHONY: kernel kernel-debug
