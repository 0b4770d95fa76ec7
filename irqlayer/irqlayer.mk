# SPDX-License-Identifier: GPL-2.0-only
#
# The layer is compiled into the kernel by the kernel's build, and here into
# programs that test it on a simulated machine (tests/irqsim/).

irqlayer-sources := $(wildcard irqlayer/*.c)
irqlayer-objects := $(irqlayer-sources:%.c=$(objects)/%.o)
irqsim-objects := $(addprefix $(objects)/tests/irqsim/, \
	chip.o lapic.o coro.o hw.o sim.o sched.o os.o explore.o)

# The same, with a call at every access to memory (tests/irqsim/points.h).
irqlayer-points := $(irqlayer-sources:%.c=$(objects)/points/%.o)

$(objects)/points/%.o: CFLAGS_DIR = -fsanitize=thread
$(objects)/points/%.o: %.c
	$(call step,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_MINT) $(CFLAGS_DIR) $(CFLAGS) -MMD -MP -c -o $@ $<

irq-tests := rounds table corrupt
irq-points-tests := model
unit-tests += $(patsubst %,$(build)/tests/unit/test_irq_%,$(irq-tests) $(irq-points-tests))

$(patsubst %,$(build)/tests/unit/test_irq_%,$(irq-tests)): \
$(build)/tests/unit/test_irq_%: $(objects)/tests/unit/test_irq_%.o \
	$(irqlayer-objects) $(irqsim-objects)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcmocka

$(patsubst %,$(build)/tests/unit/test_irq_%,$(irq-points-tests)): \
$(build)/tests/unit/test_irq_%: $(objects)/tests/unit/test_irq_%.o \
	$(irqlayer-points) $(irqsim-objects) $(objects)/tests/irqsim/points.o
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcmocka
