# SPDX-License-Identifier: GPL-2.0-only

vm-run-objects := $(objects)/tests/tools/vm-run.o $(objects)/tests/tools/vm-logs.o

$(build)/tests/vm-run: $(vm-run-objects)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^

# Static: in the guest it must work whatever else is missing there.
$(build)/tests/vm-report: $(objects)/tests/guest/vm-report.o
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -static -o $@ $^

# How fast the guest's clock ticks.
$(build)/tests/tsc-khz: $(objects)/tests/tools/tsc-khz.o
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^

# Judges QEMU's trace of device writes for a system test.
$(build)/tests/io-trace: $(objects)/tests/tools/io-trace.o
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^

# Counts the writes to an I/O APIC in such a trace.
$(build)/tests/ioapic-trace: $(objects)/tests/tools/ioapic-trace.o
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^

# What tests/vm runs and puts into the guest.
vm-programs: $(build)/tests/vm-run $(build)/tests/vm-report $(build)/tests/tsc-khz $(mintctl-programs)
vm-programs: $(build)/tests/io-trace $(build)/tests/ioapic-trace

.PHONY: vm-programs

# Unit tests are programs $(build)/tests/unit/test_NAME; the .mk of the directory
# that they test adds them to unit-tests and says what they are linked from.

unit-tests += $(build)/tests/unit/test_vm_logs
$(build)/tests/unit/test_vm_logs: $(addprefix $(objects)/tests/, unit/test_vm_logs.o tools/vm-logs.o)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcmocka

# The kernel's own rule.
$(objects)/tests/unit/test_last_out.o: CFLAGS_DIR = -I.

unit-tests += $(build)/tests/unit/test_last_out
$(build)/tests/unit/test_last_out: $(addprefix $(objects)/tests/, unit/test_last_out.o unit/choices.o irqsim/coro.o)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcmocka

unit-test-programs: $(unit-tests)

# These install what they lack, and only then read this file again: a library
# that has just been installed is found.
demo:	## see it work, in about a minute
check:	## all tests, in their short form
check-long:	## all tests in their long form: soaks, many rounds, more orders
check-mutants:	## break 30 lines, one at a time: does the test that must notice?
bench:	## measure, each figure beside its reference (BENCH=start for one family)
demo check check-long check-mutants bench:
	@tests/bootstrap run-$@

run-demo: kernel programs
	@tests/demo/run

# As many tests at a time as there are cores, 4 at most, and 4 GiB of memory for each.
test-jobs = -j $(shell awk -v n=$$(nproc) '/^MemTotal:/ { m = int($$2 / 4194304) } \
	END { if (m < n) n = m; if (n > 4) n = 4; print n < 1 ? 1 : n }' /proc/meminfo)

# It downloads for a minute, once: meanwhile others run, and 92-packages waits for it.
make-debian-disk = @tests/tools/debian-disk > $(build)/debian-disk.log 2>&1 &

# T=... goes to the runner: make check-system T="--filter refus".
run-check: kernel kernel-measured kernel-test programs unit-test-programs
	$(make-debian-disk)
	MINT_FUZZ_SECONDS=$${MINT_FUZZ_SECONDS:-20} tests/run $(test-jobs) --build $(T)

check-unit: unit-test-programs	## only the unit tests
	tests/run unit $(T)

check-system: kernel kernel-test programs	## only the system tests (T="--filter WORD" for some)
	tests/run system $(T)

# What has no other form is the same in both.
run-check-long: kernel kernel-measured kernel-test kernel-32-test kernel-debug kernel-plain programs unit-test-programs
	$(make-debian-disk)
	MINT_FUZZ_SECONDS=$${MINT_FUZZ_SECONDS:-600} tests/run --long --build $(T)

# An hour or so; it goes on where it was stopped.
run-check-mutants:
	tests/mutate --resume $(T)

# BENCH: families; T: options, as in T="--reps 20 --page".
run-bench: kernel kernel-32 kernel-measured kernel-plain programs
	tests/bench/bench $(T) $(BENCH)

guide: kernel programs	## the first day again, and what it shows into its page and picture (docs/guide)
	tests/guide/run

bench-compare:	## what moved beyond the noise: OLD=FILE NEW=FILE, of build/bench/bench.json
	tests/bench/bench --compare $(OLD) $(NEW)

# Rows of the tables as they come on standard error; all in order at the end.
check-fairness: kernel-test programs	## who is served how soon on a line that OSes share: two tables, in about an hour
	@for test in 54-irq-fairness 55-irq-shared-line; do \
		MINT_TEST_LONG=yes MINT_TEST_WATCHED=yes tests/system/$$test.sh || failed=1; \
	done; [ -z "$$failed" ]

.PHONY: unit-test-programs demo check check-unit check-system check-long check-mutants check-fairness bench bench-compare guide
.PHONY: run-demo run-check run-check-long run-check-mutants run-bench
