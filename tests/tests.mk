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
