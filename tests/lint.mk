# SPDX-License-Identifier: GPL-2.0-only
#
# What the project holds itself to. Each part can be made alone.

lint-parts := lint-shell lint-kernel lint-sparse lint-headers lint-warnings lint-mandoc \
	lint-netlink lint-layout lint-rooms lint-docs lint-options lint-openings lint-mutants

lint: lint-tools	## checkpatch, sparse, shellcheck, compiler warnings, rooms, documents, ...: see lint-parts
	@status=0; for part in $(lint-parts); do \
		echo "== $$part"; $(MAKE) -s $$part || status=1; \
	done; exit $$status

# For the test that makes each.
list-lint-parts:
	@echo $(lint-parts)

# Most parts ask git which files there are: where it has no answer they would find
# nothing to complain of.
$(lint-parts): lint-files
lint-files:
	@git ls-files --error-unmatch Makefile > /dev/null || \
		{ echo "lint: git does not know the files here; run this in a clone"; exit 1; }

lint-tools:
	@tests/bootstrap --install-lint

# Every file that git knows, or would add, that begins as a shell script does.
shell-files = $(shell git ls-files -co --exclude-standard | xargs -r awk ' \
	FNR == 1 && /^\#!.*[\/ ](ba|da)?sh$$/ || FNR <= 3 && /^\# shellcheck shell=/ { print FILENAME; nextfile } \
	FNR > 3 { nextfile }')

lint-shell:
	shellcheck $(shell-files)

lint-kernel:
	kernel-glue/scripts/lint-kernel

lint-sparse:
	@kernel-glue/scripts/kernel-build --sparse test

# A header must compile by itself.
lint-headers:
	@for header in $$(git ls-files -co --exclude-standard include mintctl tests irqlayer hotplug | grep '\.h$$'); do \
		echo "#include \"$$header\"" | \
		$(CC) $(CFLAGS_MINT) $(shell pkg-config --cflags $(mintctl-packages)) -I. -Imintctl -Werror -fsyntax-only -x c - || \
			{ echo "$$header does not compile by itself"; exit 1; }; \
	done

# Everything again, elsewhere, with every warning an error.
lint-warnings:
	@$(MAKE) -s build=$(build)/werror WERROR=-Werror programs unit-test-programs \
		$(build)/werror/mintctl-docs

lint-mandoc:
	@for page in $$(git ls-files '*.[1-8]'); do mandoc -T lint -W warning $$page || exit 1; done

# The netlink specification against header, kernel and mintctl.
lint-netlink:
	@tests/tools/lint-netlink

# What OSes share, for 32-bit and 64-bit kernels.
lint-layout:
	@tests/tools/lint-layout

# A file opens with what it does.
lint-openings:
	@tests/tools/lint-openings

# Who may include and call whom.
lint-rooms:
	@tests/lint-rooms

# Links, lists of files, patches, columns.
lint-docs:
	@tests/lint-docs

# What a mutant breaks is still there.
lint-mutants:
	@tests/mutate --check

.PHONY: lint list-lint-parts lint-files lint-tools $(lint-parts)
