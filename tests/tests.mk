# SPDX-License-Identifier: GPL-2.0-only

vm-run-objects := $(objects)/tests/tools/vm-run.o $(objects)/tests/tools/vm-logs.o

$(build)/tests/vm-run: $(vm-run-objects)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^

# Static: in the guest it must work whatever else is missing there.
$(build)/tests/vm-report: $(objects)/tests/guest/vm-report.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -static -o $@ $^

# What tests/vm runs and puts into the guest.
vm-programs: $(build)/tests/vm-run $(build)/tests/vm-report $(mintctl-programs)

.PHONY: vm-programs

# Each tests/unit/test_NAME.c becomes a program of its own, together with the
# sources that unit.mk lists for it.
include tests/unit/unit.mk
unit-tests := $(patsubst tests/unit/%.c,$(build)/tests/unit/%,$(wildcard tests/unit/test_*.c))

$(foreach test,$(unit-tests),$(eval \
	$(test): $(objects)/tests/unit/$(notdir $(test)).o \
		 $(patsubst %.c,$(objects)/%.o,$($(notdir $(test))-sources))))

$(unit-tests):
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ -lcmocka $($(@F)-libs)

# T=... goes to the runner: make check-system T="--filter refus".
check: kernel programs $(unit-tests)	## all tests, in their short form
	tests/run $(T)

check-unit: $(unit-tests)	## only the unit tests
	tests/run unit $(T)

check-system: kernel programs	## only the system tests (T="--filter WORD" for some)
	tests/run system $(T)

check-long: kernel kernel-debug programs	## system tests in their long form: soaks, many rounds
	tests/run --long system $(T)

.PHONY: check check-unit check-system check-long
