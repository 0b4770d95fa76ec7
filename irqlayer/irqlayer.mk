# SPDX-License-Identifier: GPL-2.0-only
#
# The layer is compiled into the kernel by the kernel's build, and here into
# programs that test it on a simulated machine (tests/irqsim/).

irqlayer-sources := $(wildcard irqlayer/*.c)
irqlayer-objects := $(irqlayer-sources:%.c=$(objects)/%.o)
irqsim-objects := $(addprefix $(objects)/tests/irqsim/, \
	chip.o lapic.o coro.o hw.o sim.o sched.o os.o explore.o cases.o)

# The same, with a call at every access to memory (tests/irqsim/points.h).
irqlayer-points := $(irqlayer-sources:%.c=$(objects)/points/%.o)

$(objects)/points/%.o: CFLAGS_DIR = -fsanitize=thread
$(objects)/points/%.o: %.c
	$(call step,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_MINT) $(CFLAGS_DIR) $(CFLAGS) -MMD -MP -c -o $@ $<

irq-tests := rounds table away corrupt cost chip chaos
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

# ---- the fuzzer: libFuzzer where clang has it, else inputs at random -----------

irqfuzz-sources := $(irqlayer-sources) $(addprefix tests/irqsim/, \
	chip.c lapic.c coro.c hw.c sim.c sched.c os.c fuzz.c)
irqfuzz-checks := -fsanitize=address,undefined -fno-sanitize-recover=undefined
libfuzzer := $(wildcard $(addsuffix /libclang_rt.fuzzer-x86_64.a, \
	$(shell clang -print-runtime-dir 2>/dev/null) \
	$(shell clang -print-resource-dir 2>/dev/null)/lib/linux))
ifneq ($(libfuzzer),)
irqfuzz-cc := clang -fsanitize=fuzzer
else
irqfuzz-cc := $(CC)
irqfuzz-sources += tests/irqsim/fuzz-main.c
endif
irqfuzz-objects := $(irqfuzz-sources:%.c=$(objects)/fuzz/%.o)

$(objects)/fuzz/%.o: %.c
	$(call step,CC)
	@mkdir -p $(@D)
	$(Q)$(irqfuzz-cc) $(CFLAGS_MINT) $(CFLAGS) $(irqfuzz-checks) -MMD -MP -c -o $@ $<

unit-tests += $(build)/tests/unit/test_irq_fuzz
$(build)/tests/unit/test_irq_fuzz: $(irqfuzz-objects)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(irqfuzz-cc) $(CFLAGS) $(irqfuzz-checks) -o $@ $^

# ---- real threads, under ThreadSanitizer ---------------------------------------

irqtsan-objects := $(addprefix $(objects)/tsan/, $(irqlayer-sources:%.c=%.o) \
	tests/irqsim/chip.o tests/irqsim/lapic.o tests/unit/test_irq_threads.o)

$(objects)/tsan/%.o: %.c
	$(call step,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_MINT) $(CFLAGS) -fsanitize=thread -MMD -MP -c -o $@ $<

unit-tests += $(build)/tests/unit/test_irq_threads
$(build)/tests/unit/test_irq_threads: $(irqtsan-objects)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fsanitize=thread -o $@ $^ -lcmocka

# ---- the cases of the simulated chips, as a program without an OS, for QEMU ------

irqbare-objects := $(addprefix $(objects)/bare/tests/irqsim/, bare.o cases.o)

$(objects)/bare/%.o: %.c
	$(call step,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_MINT) -O1 -g -m32 -ffreestanding -fno-pic -fno-stack-protector \
		-fno-asynchronous-unwind-tables -mno-sse -mno-mmx -MMD -MP -c -o $@ $<

$(build)/tests/irq-chip-cases: $(irqbare-objects) tests/irqsim/bare.ld
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) -m32 -nostdlib -static -no-pie -Wl,--build-id=none,-z,noexecstack,--no-warn-rwx-segments \
		-T tests/irqsim/bare.ld -o $@ $(irqbare-objects)

vm-programs: $(build)/tests/irq-chip-cases
