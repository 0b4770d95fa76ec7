# SPDX-License-Identifier: GPL-2.0-only
#
# "make help" lists what can be made. Products of user space go to build/,
# kernels to a cache outside the checkout (kernel-glue/scripts/kernel-build).

build := build
objects := $(build)/obj

ifeq ($(origin CC),default)
CC	:= gcc
endif
CFLAGS	?= -O2 -g
# What every program of the project is held to.  Sizes and numbers of files have 64 bits in a
# 32-bit program, too.
CFLAGS_MINT := -std=gnu11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Wall -Wextra -Wshadow -Wstrict-prototypes \
	       -Wmissing-prototypes -Wvla -Iinclude -Iinclude/uapi $(WERROR)

.DEFAULT_GOAL := all

# One short line for each step; V=1 shows the commands.
ifneq ($(V),1)
Q	:= @
step	= @$(if $(findstring s,$(firstword -$(MAKEFLAGS))),:,printf '  %-7s %s\n' $(1) $@)
endif

# Objects lie below build/obj/ as their sources lie below the checkout, and depend
# on the headers that the compiler saw.
# What is compiled with other options is other code.
$(objects)/%.o: %.c Makefile
	$(call step,CC)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_MINT) $(CFLAGS_DIR) $(CFLAGS) -MMD -MP -c -o $@ $<

.DELETE_ON_ERROR:

all: kernel programs	## kernel and programs

include kernel-glue/kernel.mk
include hotplug/hotplug.mk
include irqlayer/irqlayer.mk
include mintctl/mintctl.mk
include tests/tests.mk
include tests/lint.mk

programs: mintctl vm-programs	## mintctl, the agent, and what tests/vm needs

clean:	## remove build/ (kernels stay in the cache)
	rm -rf $(build)

help:	## this list
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

-include $(shell find $(objects) -name '*.d' 2>/dev/null)

.PHONY: all programs clean help
