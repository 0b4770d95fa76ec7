// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cores, their clock, the mode of their local APICs, and threads of one core in two OSes.
 */
#include <stdio.h>
#include <string.h>

#include "doctor/internal.h"

/* ---- cores ------------------------------------------------------------------------- */

static void check_cores(struct patient *p)
{
	unsigned int nr = p->cpus.nr_present;
	struct finding *f;

	if (nr == 1) {
		f = report_add(p->report, FINDING_ERROR, "cores", "processor");
		finding_cause(f, "there is one core, and each OS needs one of its own");
		finding_advice(f, "Switch on what the firmware's setup has off (cores, Hyper-Threading); give a virtual machine two at least.");
	} else if (nr > MINT_MAX_CORES) {
		f = report_add(p->report, FINDING_WARNING, "cores", "processor");
		finding_cause(f, "there are %u cores; Mint uses the first %u", nr, MINT_MAX_CORES);
		finding_advice(f, "Count on those only.");
	} else if (!nr) {
		f = report_add(p->report, FINDING_WARNING, "cores", "processor");
		finding_cause(f, "how many cores there are cannot be read");
		finding_advice(f, "Mount sysfs: mount -t sysfs sysfs /sys");
	}
}

/* ---- TSC --------------------------------------------------------------------------- */

/*
 * All OSes tell each other times by it.  In a virtual machine it is what the host makes of
 * it, which the processor's word says nothing about.
 */
static void check_tsc(struct patient *p)
{
	const struct cpus *c = &p->cpus;
	struct finding *f;

	if (!c->has_info || (c->tsc && c->constant_tsc && c->nonstop_tsc))
		return;
	f = report_add(p->report, c->tsc && c->hypervisor ? FINDING_WARNING : FINDING_ERROR,
		       "tsc", "TSC");
	if (!c->tsc)
		finding_cause(f, "the processor has none; Mint's clocks need it");
	else
		finding_cause(f, "it is not invariant (no %s): it may change its pace or stop, and OSes disagree about the time",
			      c->constant_tsc ? "nonstop_tsc" : "constant_tsc");
	finding_advice(f, c->hypervisor ?
		       "Have the host pass it on: in QEMU, -cpu host,+invtsc or max,+invtsc, with KVM." :
		       "Switch off deep sleep states and changes of speed in the firmware's setup, or use another machine.");
}

/* ---- local APICs ------------------------------------------------------------------- */

/* Intel SDM 4, IA32_APIC_BASE: the mode in bit 10. */
#define MSR_FILE	"dev/cpu/0/msr"
#define MSR_APIC_BASE	0x1b
#define APIC_BASE_X2	(1U << 10)

/* 1: x2APIC, 0: not, -1: it cannot be read. */
static int x2apic_on(struct patient *p)
{
	uint64_t base;

	if (tree_bytes(p->tree, MSR_FILE, MSR_APIC_BASE, &base, sizeof(base)) != sizeof(base))
		return -1;
	return base & APIC_BASE_X2 ? 1 : 0;
}

static const char x2apic_advice[] =
	"If the kernel log says that the firmware enabled it, switch x2APIC off in the firmware's setup; else nothing: the Mint kernel does not switch it on.";

static void say_x2apic(struct patient *p, bool estimate)
{
	struct finding *f = report_add(p->report, FINDING_WARNING, "apic", "local APICs");

	finding_cause(f, estimate ? "they may be in x2APIC mode, as interrupts are remapped; the Mint kernel knows xAPIC mode only" :
		      "they are in x2APIC mode; the Mint kernel knows xAPIC mode only");
	finding_advice(f, "%s", x2apic_advice);
	f->estimate = estimate;
}

static void check_apic_ids(struct patient *p)
{
	struct finding *f;
	unsigned int i;

	for (i = 0; i < p->cpus.nr; i++) {
		if (p->cpus.core[i].apic_id < 255)
			continue;
		f = report_add(p->report, FINDING_ERROR, "apic", "local APICs");
		finding_cause(f, "core %u has APIC id %u: in xAPIC mode there is none above 254",
			      p->cpus.core[i].number, p->cpus.core[i].apic_id);
		finding_advice(f, "Switch off cores or packages in the firmware's setup until all ids fit.");
		return;
	}
}

static void check_apic(struct patient *p)
{
	struct finding *f;
	int on = x2apic_on(p);

	if (p->cpus.has_info && !p->cpus.apic) {
		f = report_add(p->report, FINDING_ERROR, "apic", "local APICs");
		finding_cause(f, "this kernel does not use them: switched off, or left in x2APIC mode by the firmware");
		finding_advice(f, "Switch x2APIC off in the firmware's setup; take nolapic from the command line.");
	} else if (on == 1) {
		say_x2apic(p, false);
	} else if (on < 0 && p->cpus.x2apic && p->lines.remapped) {
		say_x2apic(p, true);
	}
	check_apic_ids(p);
}

/* ---- threads ------------------------------------------------------------------------ */

static void say_threads(struct patient *p, const struct core_place *a,
			const struct core_place *b)
{
	struct finding *f;
	char object[64];

	snprintf(object, sizeof(object), "cores %u and %u", a->number, b->number);
	f = report_add(p->report, FINDING_WARNING, "smt", object);
	finding_cause(f, "they are threads of one physical core, and belong to %s and %s: these slow each other down and can observe each other",
		      a->owner, b->owner);
	finding_advice(f, "Create OSes of whole physical cores; 'mintctl machine show' shows which belong together, 'os create --core-count' chooses so.");
}

static bool has_owner(const struct core_place *c)
{
	return c->owner[0] && strcmp(c->owner, "-");
}

static void check_threads(struct patient *p)
{
	const struct cpus *c = &p->cpus;
	unsigned int i, k;

	for (i = 0; i < c->nr; i++) {
		for (k = i + 1; k < c->nr; k++) {
			const struct core_place *a = &c->core[i], *b = &c->core[k];

			if (topology_core(&c->topology, a->apic_id) ==
			    topology_core(&c->topology, b->apic_id) &&
			    has_owner(a) && has_owner(b) && strcmp(a->owner, b->owner))
				say_threads(p, a, b);
		}
	}
}

void check_processor(struct patient *p)
{
	check_cores(p);
	check_tsc(p);
	check_apic(p);
	check_threads(p);
}
