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

kernel-32:	## the same for a 32-bit OS beside 64-bit ones
	@$(kernel-build) 32

kernel-32-test:	## that one with the hooks that system tests need
	@$(kernel-build) 32-test

kernel-debian:	## Debian's configuration with Mint, and its modules: hours, the first time
	@$(kernel-build) debian

check-series:	## does the series apply to Debian's newest and oldest source?
	kernel-glue/scripts/check-series

# Of a kernel that is there already.
VARIANT	?= normal

install-kernel:	## that kernel and GRUB's entry for it, below DESTDIR (VARIANT=normal)
	DESTDIR=$(DESTDIR) kernel-glue/scripts/install-kernel $(VARIANT)

deb: programs	## Debian packages of tools and kernel, to build/deb/ (VARIANT=normal)
	@kernel-glue/debian/build-packages $(abspath $(build)/deb) $(VARIANT)

.PHONY: kernel kernel-test kernel-measured kernel-debug kernel-plain kernel-32 kernel-32-test kernel-debian check-series
.PHONY: install-kernel deb

# What of our kernel files is portable has its test on the host.
glue := kernel-glue/linux/arch/x86/mint
glue-tests := clock loader loader_clone params placing rank rings seat_context turn turn_model
glue-test-programs := $(patsubst %,$(build)/tests/unit/test_%,$(glue-tests))
glue-test-objects := $(patsubst %,$(objects)/tests/unit/test_%.o,$(glue-tests))
unit-tests += $(glue-test-programs)

# As the kernel's build has it: rooms include each other by their names.
$(glue-test-objects) $(objects)/$(glue)/%.o: CFLAGS_DIR = -I$(glue) -I.
# It takes in params.c whole; the kernel is not told of what is left out.
$(objects)/tests/unit/test_params.o: CFLAGS_DIR = -I$(glue) -I. \
	-Wno-unused-parameter -Wno-missing-field-initializers

$(build)/tests/unit/test_loader $(build)/tests/unit/test_loader_clone: \
	$(addprefix $(objects)/$(glue)/loader/, load.o check.o copy.o describe.o clone.o tables.o)
# Whatever stands in the table, it looks and writes nowhere else.
glue-checks := -fsanitize=address,undefined -fno-sanitize-recover=undefined
$(objects)/checked/%.o: %.c
	$(call step,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_MINT) -I$(glue) -I. $(CFLAGS) $(glue-checks) -MMD -MP -c -o $@ $<
$(build)/tests/unit/test_turn: LDFLAGS_DIR = $(glue-checks)
$(build)/tests/unit/test_turn: $(objects)/checked/$(glue)/loader/turn.o \
	$(addprefix $(objects)/hotplug/, core.o fence.o)
# Each access to the table is a point (tests/irqsim/points.h).
$(objects)/points/$(glue)/%.o: CFLAGS_DIR = -fsanitize=thread -I$(glue) -I.
$(build)/tests/unit/test_turn_model: $(objects)/points/$(glue)/loader/turn.o \
	$(addprefix $(objects)/, hotplug/core.o hotplug/fence.o) \
	$(addprefix $(objects)/tests/, irqsim/points.o unit/choices.o unit/states.o)
# On a core that is a table: instead of the kernel's headers it has recorded.h.
recorded := $(build)/recorded
recorded-headers := $(addprefix $(recorded)/, $(addsuffix .h, base/base seat/raw \
	$(addprefix linux/, compiler cpufeature gfp math64 smp) \
	$(addprefix asm/, apic cpu_entry_area debugreg desc desc_defs fpu/xcr gsseg msr special_insns tsc)))
$(recorded-headers):
	@mkdir -p $(@D)
	@touch $@
$(objects)/tests/unit/test_seat_context.o $(objects)/$(glue)/seat/context.o: $(recorded-headers)
$(objects)/tests/unit/test_seat_context.o $(objects)/$(glue)/seat/context.o: CFLAGS_DIR = \
	-include tests/unit/recorded.h -I$(recorded) -I$(glue) -I. -Wno-unused-parameter
$(build)/tests/unit/test_seat_context: $(objects)/$(glue)/seat/context.o
$(build)/tests/unit/test_placing: $(objects)/$(glue)/os/placing.o
$(build)/tests/unit/test_rank: $(objects)/$(glue)/move/rank.o
$(build)/tests/unit/test_rings: $(addprefix $(objects)/tests/, unit/choices.o irqsim/coro.o)

$(glue-test-programs): $(build)/tests/unit/test_%: $(objects)/tests/unit/test_%.o
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS_DIR) -o $@ $^ -lcmocka
