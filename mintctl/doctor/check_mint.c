// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is there Mint in the kernel that runs, and if not, why?  What on its command line is in
 * the way?
 */
#include "doctor/internal.h"

#define CHECK	"mint"

static void say_off(struct patient *p)
{
	struct finding *f = report_add(p->report, FINDING_ERROR, CHECK, "mint_pool=");
	char reason[160];

	tree_line(p->tree, "sys/kernel/mint_off", reason, sizeof(reason));
	finding_cause(f, "Mint is off: %s", reason);
	finding_advice(f, "The kernel log says more; another value is proposed below.");
}

static void say_not_asked(struct patient *p)
{
	struct finding *f = report_add(p->report, FINDING_ERROR, CHECK, "mint_pool=");

	finding_cause(f, "the boot parameter is missing, so Mint is off");
	finding_advice(f, "Add it to the kernel's command line in the boot loader, with the value proposed below.");
}

static void say_not_built(struct patient *p)
{
	struct finding *f = report_add(p->report, FINDING_WARNING, CHECK, "kernel");

	finding_cause(f, "the kernel that runs has no Mint");
	finding_advice(f, patient_parameter(p, "mint_pool=") ?
		       "mint_pool= is on its command line all the same: boot the Mint kernel with it." :
		       "Boot the Mint kernel, with mint_pool= on its command line.");
}

static void say_unseen(struct patient *p)
{
	struct finding *f = report_add(p->report, FINDING_NOTE, CHECK, "/sys/kernel/mint");

	finding_cause(f, "Mint runs, but its tables cannot be read here; whose the cores are is not looked at");
	finding_advice(f, "Run it as root, with the file system mounted: mount -t mint mint /sys/kernel/mint");
}

static void say_further(struct patient *p)
{
	struct finding *f = report_add(p->report, FINDING_NOTE, CHECK, "firmware");

	finding_cause(f, "this OS was started by another one: firmware, memory map and the devices of others are not to be seen from here");
	finding_advice(f, "Run it in the OS that the boot loader has started: mintctl os exec os1 -- mintctl doctor");
}

static void check_parameters(struct patient *p)
{
	static const struct {
		const char *word;
		const char *does;
	} bad[] = {
		{ "noapic", "no I/O APIC, and so no interrupt line that another OS could get" },
		{ "nolapic", "no local APICs, and so no second core" },
		{ "nosmp", "one core only" },
		{ "acpi=off", "no ACPI, which knows cores, lines and configuration space" },
		{ "pci=nommconf", "no memory mapped configuration space: no function can be moved" },
		{ "pci=noacpi", "interrupt lines are not known: functions with INTx only stay" },
		{ "pci=nomsi", "interrupt lines instead of messages: what shares a line is in the way" },
	};
	struct finding *f;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (!patient_parameter(p, bad[i].word))
			continue;
		f = report_add(p->report, FINDING_WARNING, CHECK, bad[i].word);
		finding_cause(f, "this boot parameter means %s", bad[i].does);
		finding_advice(f, "Take it from the kernel's command line.");
	}
}

void check_mint(struct patient *p)
{
	switch (p->mint) {
	case MINT_RUNS:
		break;
	case MINT_RUNS_UNSEEN:
		say_unseen(p);
		break;
	case MINT_IS_OFF:
		say_off(p);
		break;
	case MINT_NOT_ASKED:
		say_not_asked(p);
		break;
	case MINT_NOT_BUILT:
		say_not_built(p);
		break;
	}
	if (p->further)
		say_further(p);
	check_parameters(p);
}
