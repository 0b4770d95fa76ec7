# SPDX-License-Identifier: GPL-2.0-only

mintctl-linked := libnl-3.0 libnl-genl-3.0 smartcols json-c libconfuse
# libpci is loaded when it is needed, see lib/libpci.h.
mintctl-packages := $(mintctl-linked) libpci
mintctl-sources := mintctl/main.c $(foreach room,lib model net show doctor partition cmd,$(wildcard mintctl/$(room)/*.c))
agent-sources := $(wildcard mintctl/agent/*.c)
mintctl-objects := $(mintctl-sources:%.c=$(objects)/%.o)
agent-objects := $(agent-sources:%.c=$(objects)/%.o)

$(objects)/mintctl/%.o: CFLAGS_DIR = -Imintctl $(shell pkg-config --cflags $(mintctl-packages))

$(build)/mintctl: $(mintctl-objects)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs $(mintctl-linked))

# Static: it has to run in any user space, an initrd included.
$(build)/mint-agent: $(agent-objects)
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -static -o $@ $^

mintctl-programs := $(if $(mintctl-sources),$(build)/mintctl) \
		    $(if $(agent-sources),$(build)/mint-agent)

mintctl: $(mintctl-programs)	## mintctl and the agent

# What is made of the table of options lies in these files, so that it can be read and
# used without a build; lint-options holds them to the table.
mintctl-documents := mintctl/mintctl.bash docs/design/user-interface.md $(wildcard mintctl/man/mintctl*.8)

$(build)/mintctl-docs: $(patsubst %.c,$(objects)/%.o,$(wildcard mintctl/docs/*.c)) \
		$(filter-out %/main.o,$(mintctl-objects))
	$(call step,LD)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs $(mintctl-linked))

mintctl-docs: $(build)/mintctl-docs	## bring manual pages and completion up to the options of mintctl
	@for file in $(mintctl-documents); do \
		$< < $$file > $(build)/mintctl-document && \
		{ cmp -s $(build)/mintctl-document $$file || cp $(build)/mintctl-document $$file; } || exit 1; \
	done

lint-options: $(build)/mintctl-docs
	@for file in $(mintctl-documents); do \
		$< < $$file | diff -u --label $$file --label 'as the options are' $$file - || \
			{ echo "$$file: make mintctl-docs"; exit 1; }; \
	done

# ---- installed below DESTDIR ---------------------------------------------------

PREFIX	?= /usr/local
UNITDIR	?= $(PREFIX)/lib/systemd/system

install: programs	## the programs and what goes with them, below DESTDIR (PREFIX=/usr/local, UNITDIR=PREFIX/lib/systemd/system)
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin $(build)/mintctl
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/sbin $(build)/mint-agent
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 mintctl/man/*.8
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 mintctl/man/*.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/mint/examples mintctl/units/partition.conf
	install -D -m 644 mintctl/mintctl.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/mintctl
	install -D -m 644 -t $(DESTDIR)$(UNITDIR) mintctl/units/sys-kernel-mint.mount
	sed 's,@SBINDIR@,$(PREFIX)/sbin,' mintctl/units/mint-agent.service.in > $(DESTDIR)$(UNITDIR)/mint-agent.service
	sed 's,@BINDIR@,$(PREFIX)/bin,' mintctl/units/mint-partition.service.in > $(DESTDIR)$(UNITDIR)/mint-partition.service
	chmod 644 $(DESTDIR)$(UNITDIR)/mint-agent.service $(DESTDIR)$(UNITDIR)/mint-partition.service
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/mint include/mint/*.h
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/linux include/uapi/linux/mint*.h
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/mint docs/netlink/mint.yaml docs/json/mintctl.schema.json

.PHONY: mintctl mintctl-docs install

# ---- unit tests: a program each, of the rooms that it needs --------------------

mintctl-room = $(patsubst %.c,$(objects)/%.o,$(wildcard mintctl/$(1)/*.c))
mintctl-shown := $(foreach room,lib model show,$(call mintctl-room,$(room)))

unit-tests += $(build)/tests/unit/test_mintctl_msg
$(build)/tests/unit/test_mintctl_msg: $(objects)/tests/unit/test_mintctl_msg.o \
	$(call mintctl-room,lib)

unit-tests += $(build)/tests/unit/test_mintctl_parse
$(build)/tests/unit/test_mintctl_parse: $(objects)/tests/unit/test_mintctl_parse.o \
	$(call mintctl-room,lib)

unit-tests += $(build)/tests/unit/test_mintctl_topology
$(build)/tests/unit/test_mintctl_topology: $(objects)/tests/unit/test_mintctl_topology.o \
	$(call mintctl-room,lib)

unit-tests += $(build)/tests/unit/test_mintctl_pick
$(build)/tests/unit/test_mintctl_pick: $(objects)/tests/unit/test_mintctl_pick.o \
	$(call mintctl-room,lib) $(call mintctl-room,model)

unit-tests += $(build)/tests/unit/test_mintctl_model
$(build)/tests/unit/test_mintctl_model: $(objects)/tests/unit/test_mintctl_model.o \
	$(call mintctl-room,lib) $(call mintctl-room,model)

unit-tests += $(build)/tests/unit/test_mintctl_view
$(build)/tests/unit/test_mintctl_view: $(objects)/tests/unit/test_mintctl_view.o \
	$(mintctl-shown)

unit-tests += $(build)/tests/unit/test_mintctl_json
$(build)/tests/unit/test_mintctl_json: $(objects)/tests/unit/test_mintctl_json.o \
	$(mintctl-shown)

unit-tests += $(build)/tests/unit/test_mintctl_top
$(build)/tests/unit/test_mintctl_top: $(objects)/tests/unit/test_mintctl_top.o \
	$(mintctl-shown)

unit-tests += $(build)/tests/unit/test_mintctl_partition
$(build)/tests/unit/test_mintctl_partition: $(objects)/tests/unit/test_mintctl_partition.o \
	$(mintctl-shown) $(call mintctl-room,partition)

$(objects)/tests/unit/test_mintctl_partition.o: CFLAGS_MINT += -DMINT_EXAMPLE='"$(CURDIR)/mintctl/units/partition.conf"'

unit-tests += $(build)/tests/unit/test_mintctl_term
$(build)/tests/unit/test_mintctl_term: $(objects)/tests/unit/test_mintctl_term.o \
	$(call mintctl-room,lib)

# All of mintctl, but the kernel, the terminal and the clock.
mintctl-played := $(objects)/tests/unit/fake_mint_nl.o \
	$(filter-out %/main.o %/nl.o %/term.o %/clock.o, $(mintctl-objects))

unit-tests += $(build)/tests/unit/test_mintctl_cmd
$(build)/tests/unit/test_mintctl_cmd: $(objects)/tests/unit/test_mintctl_cmd.o \
	$(mintctl-played)

unit-tests += $(build)/tests/unit/test_mintctl_schema
$(build)/tests/unit/test_mintctl_schema: $(objects)/tests/unit/test_mintctl_schema.o \
	$(mintctl-played)

unit-tests += $(build)/tests/unit/test_mintctl_doctor
$(build)/tests/unit/test_mintctl_doctor: $(objects)/tests/unit/test_mintctl_doctor.o \
	$(mintctl-played)

# They run tests/tools/json-check.
$(addprefix $(objects)/tests/unit/test_mintctl_,schema.o doctor.o): CFLAGS_MINT += -DMINT_TOP='"$(CURDIR)"'

unit-tests += $(build)/tests/unit/test_mintctl_dev
$(build)/tests/unit/test_mintctl_dev: $(objects)/tests/unit/test_mintctl_dev.o \
	$(mintctl-played)

unit-tests += $(build)/tests/unit/test_mintctl_exec
$(build)/tests/unit/test_mintctl_exec: $(objects)/tests/unit/test_mintctl_exec.o \
	$(addprefix $(objects)/mintctl/agent/,session.o pty.o) $(mintctl-played)

unit-tests += $(build)/tests/unit/test_mintctl_console
$(build)/tests/unit/test_mintctl_console: $(objects)/tests/unit/test_mintctl_console.o \
	$(mintctl-played)

$(objects)/tests/unit/test_mintctl_%.o $(objects)/tests/unit/fake_mint_nl.o: \
	CFLAGS_DIR = -Imintctl $(shell pkg-config --cflags $(mintctl-packages) cmocka) \
		-DMANUAL_DIR='"$(CURDIR)/mintctl/man"'

$(build)/tests/unit/test_mintctl_%:
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(shell pkg-config --libs $(mintctl-linked) cmocka)
