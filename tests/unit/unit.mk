# SPDX-License-Identifier: GPL-2.0-only
#
# For each unit test, what is under test and what stands in for the rest:
#	test_NAME-sources := SOURCE...
#	test_NAME-libs := LINKER_OPTION...
# What is not listed is not linked.

test_mintctl_parse-sources := mintctl/parse.c mintctl/msg.c
test_mintctl_parse-libs := -lpci
