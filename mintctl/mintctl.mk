# SPDX-License-Identifier: GPL-2.0-only

mintctl-packages := libnl-3.0 libnl-genl-3.0 libpci smartcols
mintctl-sources := $(wildcard mintctl/*.c)
agent-sources := $(wildcard mintctl/agent/*.c)
mintctl-objects := $(mintctl-sources:%.c=$(objects)/%.o)
agent-objects := $(agent-sources:%.c=$(objects)/%.o)

$(objects)/mintctl/%.o: CFLAGS_DIR = $(shell pkg-config --cflags $(mintctl-packages))

$(build)/mintctl: $(mintctl-objects)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs $(mintctl-packages))

# Static: it has to run in any user space, an initrd included.
$(build)/mint-agent: $(agent-objects)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -static -o $@ $^

mintctl-programs := $(if $(mintctl-sources),$(build)/mintctl) \
		    $(if $(agent-sources),$(build)/mint-agent)

mintctl: $(mintctl-programs)	## mintctl and the agent

.PHONY: mintctl
