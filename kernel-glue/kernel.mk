# SPDX-License-Identifier: GPL-2.0-only

kernel-build := kernel-glue/scripts/kernel-build

kernel:	## the kernel that every OS runs
	@$(kernel-build) normal

kernel-test:	## the same with the hooks that system tests need
	@$(kernel-build) test

kernel-measured:	## the same with the driver of QEMU's edu device, to measure
	@$(kernel-build) measured

kernel-debug:	## the same with lockdep and KASAN
	@$(kernel-build) debug

kernel-plain:	## the same without Mint, to compare with
	@$(kernel-build) plain

check-series:	## does the series apply to Debian's newest and oldest source?
	kernel-glue/scripts/check-series

.PHONY: kernel kernel-test kernel-measured kernel-debug kernel-plain check-series

# What of our kernel files is portable has its test on the host.
unit-tests += $(build)/tests/unit/test_clock
$(build)/tests/unit/test_clock: $(objects)/tests/unit/test_clock.o
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcmocka
