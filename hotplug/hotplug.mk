# SPDX-License-Identifier: GPL-2.0-only
#
# What is here is compiled into the kernel from here; on the host, into its tests.

hotplug-test-objects := $(addprefix $(objects)/, tests/unit/hotplug_world.o hotplug/handover.o)

unit-tests += $(build)/tests/unit/test_hotplug_handover
$(build)/tests/unit/test_hotplug_handover: $(objects)/tests/unit/test_hotplug_handover.o $(hotplug-test-objects)

# All that can happen, some 20 s long; MINT_TEST_LONG=1 makes it minutes.
unit-tests += $(build)/tests/unit/test_hotplug_model
$(build)/tests/unit/test_hotplug_model: $(objects)/tests/unit/test_hotplug_model.o $(hotplug-test-objects)
$(build)/tests/unit/test_hotplug_model: $(objects)/tests/unit/states.o

core-test-objects := $(addprefix $(objects)/, hotplug/core.o hotplug/fence.o)

unit-tests += $(build)/tests/unit/test_hotplug_core
$(build)/tests/unit/test_hotplug_core: $(objects)/tests/unit/test_hotplug_core.o $(core-test-objects)

# The life of cores and their fence, likewise.
unit-tests += $(build)/tests/unit/test_hotplug_fence
$(build)/tests/unit/test_hotplug_fence: $(objects)/tests/unit/test_hotplug_fence.o $(core-test-objects)
$(build)/tests/unit/test_hotplug_fence: $(objects)/tests/unit/states.o

unit-tests += $(build)/tests/unit/test_hotplug_bar
$(build)/tests/unit/test_hotplug_bar: $(objects)/tests/unit/test_hotplug_bar.o $(objects)/hotplug/bar_filter.o

unit-tests += $(build)/tests/unit/test_hotplug_bridge
$(build)/tests/unit/test_hotplug_bridge: $(objects)/tests/unit/test_hotplug_bridge.o $(objects)/hotplug/bridge_filter.o

$(build)/tests/unit/test_hotplug_%:
	$(call step,LD)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ -lcmocka
