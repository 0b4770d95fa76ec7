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

# What of our kernel files is portable has its test on the host.
unit-tests += $(build)/tests/unit/test_clock
$(build)/tests/unit/test_clock: $(objects)/tests/unit/test_clock.o
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcmocka
