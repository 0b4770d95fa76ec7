# SPDX-License-Identifier: GPL-2.0-only

kernel-build := kernel-glue/scripts/kernel-build

kernel:	## the kernel that every OS runs
	@$(kernel-build) normal

kernel-debug:	## the same with lockdep and KASAN
	@$(kernel-build) debug

kernel-plain:	## the same without Mint, to compare with
	@$(kernel-build) plain

check-series:	## does the series apply to Debian's newest and oldest source?
	kernel-glue/scripts/check-series

.PHONY: kernel kernel-debug kernel-plain check-series
