# SPDX-License-Identifier: GPL-2.0-only

mintctl-packages := libnl-3.0 libnl-genl-3.0 libpci smartcols
# From below to above: a room includes what stands before it, and itself.
mintctl-rooms := lib model net show agent cmd
mintctl-sources := mintctl/main.c $(foreach room,$(filter-out agent,$(mintctl-rooms)),$(wildcard mintctl/$(room)/*.c))
agent-sources := $(wildcard mintctl/agent/*.c)
mintctl-objects := $(mintctl-sources:%.c=$(objects)/%.o)
agent-objects := $(agent-sources:%.c=$(objects)/%.o)

$(objects)/mintctl/%.o: CFLAGS_DIR = -Imintctl $(shell pkg-config --cflags $(mintctl-packages))

$(build)/mintctl: $(mintctl-objects)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs $(mintctl-packages))

# Static: it has to run in any user space, an initrd included.
$(build)/mint-agent: $(agent-objects)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -static -o $@ $^

mintctl-programs := $(if $(mintctl-sources),$(build)/mintctl) \
		    $(if $(agent-sources),$(build)/mint-agent)

mintctl: $(mintctl-programs)	## mintctl and the agent

.PHONY: mintctl

# ---- unit tests: a program each, of the sources that it needs ------------------

unit-tests += $(build)/tests/unit/test_mintctl_msg
$(build)/tests/unit/test_mintctl_msg: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_msg.o mintctl/lib/msg.o)

unit-tests += $(build)/tests/unit/test_mintctl_parse
$(build)/tests/unit/test_mintctl_parse: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_parse.o mintctl/lib/parse.o mintctl/lib/msg.o)

unit-tests += $(build)/tests/unit/test_mintctl_model
$(build)/tests/unit/test_mintctl_model: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_model.o mintctl/model/model.o)

unit-tests += $(build)/tests/unit/test_mintctl_view
$(build)/tests/unit/test_mintctl_view: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_view.o mintctl/model/model.o mintctl/lib/msg.o \
	mintctl/lib/parse.o mintctl/show/table.o mintctl/show/format.o mintctl/show/os_view.o \
	mintctl/show/dev_view.o mintctl/show/dev_cells.o mintctl/show/hazard.o mintctl/show/dev_text.o mintctl/model/modules.o \
	mintctl/model/timings.o mintctl/show/event_view.o mintctl/show/irq_view.o mintctl/show/diff_view.o)

unit-tests += $(build)/tests/unit/test_mintctl_json
$(build)/tests/unit/test_mintctl_json: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_json.o mintctl/model/model.o mintctl/lib/msg.o \
	mintctl/lib/parse.o mintctl/show/table.o mintctl/show/format.o mintctl/show/os_view.o \
	mintctl/show/dev_view.o mintctl/show/dev_cells.o mintctl/show/hazard.o mintctl/show/dev_text.o mintctl/model/modules.o \
	mintctl/model/timings.o mintctl/show/event_view.o mintctl/show/irq_view.o mintctl/show/diff_view.o)

unit-tests += $(build)/tests/unit/test_mintctl_top
$(build)/tests/unit/test_mintctl_top: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_top.o mintctl/model/model.o mintctl/lib/msg.o \
	mintctl/lib/parse.o mintctl/show/table.o mintctl/show/format.o mintctl/show/irq_view.o \
	mintctl/model/top.o mintctl/show/top_view.o)

unit-tests += $(build)/tests/unit/test_mintctl_term
$(build)/tests/unit/test_mintctl_term: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_term.o mintctl/lib/term.o mintctl/lib/clock.o)

unit-tests += $(build)/tests/unit/test_mintctl_cmd
$(build)/tests/unit/test_mintctl_cmd: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_cmd.o tests/unit/fake_mint_nl.o) \
	$(filter-out %/main.o %/nl.o %/term.o %/clock.o, $(mintctl-objects))

unit-tests += $(build)/tests/unit/test_mintctl_dev
$(build)/tests/unit/test_mintctl_dev: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_dev.o tests/unit/fake_mint_nl.o) \
	$(filter-out %/main.o %/nl.o %/term.o %/clock.o, $(mintctl-objects))

unit-tests += $(build)/tests/unit/test_mintctl_exec
$(build)/tests/unit/test_mintctl_exec: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_exec.o tests/unit/fake_mint_nl.o \
	mintctl/agent/session.o) \
	$(filter-out %/main.o %/nl.o %/term.o %/clock.o, $(mintctl-objects))

unit-tests += $(build)/tests/unit/test_mintctl_console
$(build)/tests/unit/test_mintctl_console: $(addprefix $(objects)/, \
	tests/unit/test_mintctl_console.o tests/unit/fake_mint_nl.o) \
	$(filter-out %/main.o %/nl.o %/term.o %/clock.o, $(mintctl-objects))

$(objects)/tests/unit/test_mintctl_%.o $(objects)/tests/unit/fake_mint_nl.o: \
	CFLAGS_DIR = -Imintctl $(shell pkg-config --cflags $(mintctl-packages) cmocka)

$(build)/tests/unit/test_mintctl_%:
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs $(mintctl-packages) cmocka)
