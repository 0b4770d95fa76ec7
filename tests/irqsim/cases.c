// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cases of I/O APIC and local APIC behaviour, and how they are run.  In an RTE's
 * high half CORE(n) stands for the APIC id of core n.
 */
#include "cases.h"

#define V1		0xb1u
#define V2		0xb9u		/* of the same class as V1 */
#define HIGHER		0xd0u
#define LOGICAL		0x00800u
#define IRR		0x04000u
#define LEVEL		0x08000u
#define MASK		0x10000u
#define ALL		0x1ffffu
/* A high half that names a core; the number is filled in when it is run. */
#define CORE(n)		(0x00c00000u | (n))
#define CORE_TAG	0x00fffff0u
#define SET(bits)	((uint32_t)(bits) << 24)

#define LO(v)		{ CASE_LO, 0, v, 0 }
#define HI(v)		{ CASE_HI, 0, v, 0 }
#define HIGH		{ CASE_LINE, 0, 1, 0 }
#define LOW		{ CASE_LINE, 0, 0, 0 }
#define EOI_REG(v)	{ CASE_EOI_REG, 0, v, 0 }
#define LDR(c, v)	{ CASE_LDR, c, v, 0 }
#define TAKE(c)		{ CASE_TAKE, c, 0, 0 }
#define EOI(c)		{ CASE_EOI, c, 0, 0 }
#define SELF(c, v)	{ CASE_SELF, c, v, 0 }
#define STORM(c, n)	{ CASE_STORM, c, n, 0 }
#define IS_LO(m, v)	{ CASE_IS_LO, 0, m, v }
#define IS_HI(m, v)	{ CASE_IS_HI, 0, m, v }
#define IS_IRR(c, v, b)	{ CASE_IS_IRR, c, v, b }
#define IS_ISR(c, v, b)	{ CASE_IS_ISR, c, v, b }
#define IS_TMR(c, v, b)	{ CASE_IS_TMR, c, v, b }
#define IS_TAKEN(c, n)	{ CASE_IS_TAKEN, c, n, 0 }

#define ANY_VERSION	0, 0xff
#define WITH_EOI	0x20, 0xff
#define WITHOUT_EOI	0, 0x1f

const struct chip_case chip_cases[] = {
	{ "an edge is delivered once", ANY_VERSION, {
		HI(CORE(0)), LO(V1), HIGH, IS_IRR(0, V1, 1), IS_TMR(0, V1, 0),
		IS_LO(IRR, 0), TAKE(0), EOI(0), IS_TAKEN(0, 1), IS_IRR(0, V1, 0),
		LOW, HIGH, TAKE(0), EOI(0), IS_TAKEN(0, 2) } },
	{ "edges coalesce in the local APIC", ANY_VERSION, {
		HI(CORE(0)), LO(V1), HIGH, LOW, HIGH, LOW, HIGH, LOW, TAKE(0), EOI(0),
		TAKE(0), IS_TAKEN(0, 1) } },
	{ "an edge at a masked pin is lost", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | MASK), HIGH, LO(V1), IS_IRR(0, V1, 0), LOW,
		LO(V1 | MASK), HIGH, LOW, LO(V1), IS_IRR(0, V1, 0), TAKE(0),
		IS_TAKEN(0, 0) } },
	{ "a level sets Remote IRR and TMR", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL | MASK), LO(V1 | LEVEL), HIGH,
		IS_LO(ALL, V1 | LEVEL | IRR), IS_IRR(0, V1, 1), IS_TMR(0, V1, 1),
		TAKE(0), IS_ISR(0, V1, 1), IS_IRR(0, V1, 0), LOW, EOI(0),
		IS_LO(ALL, V1 | LEVEL), IS_ISR(0, V1, 0), IS_TAKEN(0, 1) } },
	{ "a level that stays high comes again with the EOI", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), IS_IRR(0, V1, 0), EOI(0),
		IS_IRR(0, V1, 1), IS_LO(IRR, IRR), TAKE(0), LOW, EOI(0),
		IS_IRR(0, V1, 0), IS_TAKEN(0, 2), IS_LO(IRR, 0) } },
	{ "a level goes on in service when the line goes low", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, LOW, IS_LO(IRR, IRR),
		IS_IRR(0, V1, 1), HIGH, LOW, TAKE(0), EOI(0), IS_TAKEN(0, 1),
		IS_LO(IRR, 0), IS_IRR(0, V1, 0) } },
	{ "a masked level pin remembers its line", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL | MASK), HIGH, IS_LO(IRR, 0),
		IS_IRR(0, V1, 0), LO(V1 | LEVEL), IS_IRR(0, V1, 1), IS_LO(IRR, IRR) } },
	{ "a masked level pin forgets a line that went low", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL | MASK), HIGH, LOW, LO(V1 | LEVEL),
		IS_IRR(0, V1, 0), IS_LO(IRR, 0) } },
	{ "a line that rose at a masked edge pin is not seen as a level", ANY_VERSION, {
		HI(CORE(0)), LO(MASK), HIGH, LO(V1 | LEVEL | MASK), LO(V1 | LEVEL),
		IS_IRR(0, V1, 0), LOW, HIGH, IS_IRR(0, V1, 1) } },
	{ "a line that fell at an edge pin is still seen as a level", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL | MASK), HIGH, LO(V1 | MASK), LOW,
		LO(V1 | LEVEL | MASK), LO(V1 | LEVEL), IS_IRR(0, V1, 1), TAKE(0),
		EOI(0), IS_IRR(0, V1, 1), HIGH, LOW, TAKE(0), EOI(0),
		IS_IRR(0, V1, 0) } },
	{ "Remote IRR cannot be written", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL | MASK | IRR), IS_LO(IRR, 0),
		LO(V1 | LEVEL), HIGH, IS_LO(IRR, IRR), LO(V1 | LEVEL),
		IS_LO(IRR, IRR), LO(V1 | LEVEL | MASK), IS_LO(IRR, IRR) } },
	{ "from level to edge clears Remote IRR", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, LO(V1 | LEVEL | MASK),
		IS_LO(IRR, IRR), LO(V1 | MASK), IS_LO(IRR, 0), LO(V1 | LEVEL | MASK),
		IS_LO(IRR, 0) } },
	{ "masking leaves what is in service", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, LO(V1 | LEVEL | MASK), TAKE(0),
		EOI(0), IS_LO(IRR, 0), IS_IRR(0, V1, 0), LO(V1 | LEVEL),
		IS_IRR(0, V1, 1) } },
	{ "unmasking in service delivers nothing", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), LO(V1 | LEVEL | MASK),
		LO(V1 | LEVEL), IS_IRR(0, V1, 0), IS_LO(IRR, IRR), EOI(0),
		IS_IRR(0, V1, 1) } },
	{ "the EOI register ends the interrupt of its vector", WITH_EOI, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, LOW, EOI_REG(V2), IS_LO(IRR, IRR),
		EOI_REG(V1), IS_LO(IRR, 0) } },
	{ "the EOI register delivers a line that is high", WITH_EOI, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), IS_IRR(0, V1, 0),
		EOI_REG(V1), IS_IRR(0, V1, 1), IS_LO(IRR, IRR) } },
	{ "the EOI register works on a masked pin", WITH_EOI, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), LO(V1 | LEVEL | MASK),
		EOI_REG(V1), IS_LO(IRR, 0), IS_IRR(0, V1, 0) } },
	{ "the EOI register leaves the local APIC alone", WITH_EOI, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), LOW, EOI_REG(V1),
		IS_ISR(0, V1, 1), EOI(0), IS_ISR(0, V1, 0), IS_LO(IRR, 0) } },
	{ "there is no EOI register", WITHOUT_EOI, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, LOW, EOI_REG(V1), IS_LO(IRR, IRR) } },
	{ "another vector's EOI does not end it", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), LO(V2 | LEVEL), LOW,
		EOI(0), IS_LO(ALL, V2 | LEVEL | IRR) } },
	{ "after a new vector the EOI register takes that one", WITH_EOI, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, LO(V2 | LEVEL), LOW, EOI_REG(V1),
		IS_LO(IRR, IRR), EOI_REG(V2), IS_LO(IRR, 0) } },
	{ "a self-IPI clears the TMR bit, so the EOI is not broadcast", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), IS_TMR(0, V1, 1),
		SELF(0, V1), IS_TMR(0, V1, 0), IS_IRR(0, V1, 1), EOI(0),
		IS_LO(IRR, IRR), TAKE(0), IS_TAKEN(0, 2), EOI(0), IS_LO(IRR, IRR),
		IS_IRR(0, V1, 0) } },
	{ "a level after the self-IPI sets the TMR bit again", WITH_EOI, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), SELF(0, V1), EOI_REG(V1),
		IS_TMR(0, V1, 1), EOI(0), IS_LO(IRR, IRR), TAKE(0), LOW, EOI(0),
		IS_LO(IRR, 0), IS_TAKEN(0, 2) } },
	{ "a logical destination reaches all in the set", ANY_VERSION, {
		LDR(0, 0x01), LDR(1, 0x02), HI(SET(0x03)), LO(V1 | LEVEL | LOGICAL), HIGH,
		IS_IRR(0, V1, 1), IS_IRR(1, V1, 1), IS_TMR(1, V1, 1), TAKE(1),
		IS_TAKEN(1, 1), IS_TAKEN(0, 0) } },
	{ "a logical destination reaches nobody else", ANY_VERSION, {
		LDR(0, 0x01), LDR(1, 0x02), HI(SET(0x02)), LO(V1 | LEVEL | LOGICAL), HIGH,
		IS_IRR(0, V1, 0), IS_IRR(1, V1, 1) } },
	{ "a core has any set of logical ids", ANY_VERSION, {
		LDR(0, 0x81), LDR(1, 0x80), HI(SET(0x80)), LO(V1 | LEVEL | LOGICAL), HIGH,
		IS_IRR(0, V1, 1), IS_IRR(1, V1, 1) } },
	{ "a core without logical id is not reached", ANY_VERSION, {
		LDR(0, 0x00), LDR(1, 0x01), HI(SET(0xff)), LO(V1 | LEVEL | LOGICAL), HIGH,
		IS_IRR(0, V1, 0), IS_IRR(1, V1, 1) } },
	{ "delivery to nobody sets Remote IRR", ANY_VERSION, {
		LDR(0, 0x01), HI(SET(0x40)), LO(V1 | LEVEL | LOGICAL), HIGH,
		IS_LO(IRR, IRR), IS_IRR(0, V1, 0), LOW, IS_LO(IRR, IRR),
		HI(SET(0x01)), IS_IRR(0, V1, 0), IS_LO(IRR, IRR) } },
	{ "the first EOI of several re-arms a high line", ANY_VERSION, {
		LDR(0, 0x01), LDR(1, 0x02), HI(SET(0x03)), LO(V1 | LEVEL | LOGICAL), HIGH,
		TAKE(0), TAKE(1), EOI(0), IS_IRR(0, V1, 1), IS_IRR(1, V1, 1),
		IS_LO(IRR, IRR) } },
	{ "self-IPIs of all keep it in service", WITH_EOI, {
		LDR(0, 0x01), LDR(1, 0x02), HI(SET(0x03)), LO(V1 | LEVEL | LOGICAL), HIGH,
		TAKE(0), SELF(0, V1), EOI(0), TAKE(1), SELF(1, V1), EOI(1), TAKE(0),
		TAKE(1), EOI(0), EOI(1), IS_LO(IRR, IRR), IS_IRR(0, V1, 0),
		IS_IRR(1, V1, 0), EOI_REG(V1), IS_IRR(0, V1, 1), IS_IRR(1, V1, 1),
		TAKE(1), LOW, EOI(1), IS_LO(IRR, 0) } },
	{ "a new destination in service is not interrupted at once", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), HI(CORE(1)),
		IS_IRR(1, V1, 0), EOI(0), IS_IRR(1, V1, 1), IS_IRR(0, V1, 0),
		IS_LO(IRR, IRR) } },
	{ "an edge on its way arrives at the old destination", ANY_VERSION, {
		HI(CORE(0)), LO(V1), HIGH, LOW, HI(CORE(1)), IS_IRR(0, V1, 1),
		IS_IRR(1, V1, 0) } },
	{ "hand-over of a level pin loses nothing", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), LO(V1 | LEVEL | MASK),
		EOI(0), IS_LO(IRR, 0), HI(CORE(1)), LO(V2 | LEVEL | MASK),
		LO(V2 | LEVEL), IS_IRR(1, V2, 1), IS_IRR(0, V1, 0), TAKE(1), LOW,
		EOI(1), IS_LO(IRR, 0) } },
	{ "the same class does not interrupt a handler", ANY_VERSION, {
		HI(CORE(0)), LO(V1), HIGH, LOW, TAKE(0), SELF(0, V2), TAKE(0),
		IS_TAKEN(0, 1), SELF(0, HIGHER), TAKE(0), IS_TAKEN(0, 2),
		IS_ISR(0, HIGHER, 1), EOI(0), IS_ISR(0, V1, 1), EOI(0), TAKE(0),
		IS_TAKEN(0, 3), EOI(0) } },
	{ "an EOI ends the highest in service", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), SELF(0, HIGHER), TAKE(0),
		LOW, EOI(0), IS_LO(IRR, IRR), IS_ISR(0, V1, 1), EOI(0), IS_LO(IRR, 0) } },
	{ "an EOI with nothing in service does nothing", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, LOW, EOI(0), IS_LO(IRR, IRR) } },
	{ "both halves can be read back", ANY_VERSION, {
		LO(V1 | LEVEL | LOGICAL | MASK | 0x2000), HI(SET(0x5a)),
		IS_LO(0xffffffff, V1 | LEVEL | LOGICAL | MASK | 0x2000),
		IS_HI(0xff000000, SET(0x5a)) } },
	{ "a write of the high half delivers what waits", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, TAKE(0), LO(V1 | LEVEL | MASK), EOI(0),
		LO(V1 | LEVEL), IS_IRR(0, V1, 1), TAKE(0), HI(CORE(1)),
		IS_IRR(1, V1, 0) } },
	{ "9999 EOIs in a row are followed at once", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, STORM(0, 9999), IS_TAKEN(0, 9999),
		IS_IRR(0, V1, 1), IS_LO(IRR, IRR) } },
	{ "the 10000th EOI in a row is not", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, STORM(0, 10000), IS_TAKEN(0, 10000),
		IS_IRR(0, V1, 0), IS_LO(IRR, 0) } },
	{ "an EOI that finds the line low begins the count again", ANY_VERSION, {
		HI(CORE(0)), LO(V1 | LEVEL), HIGH, STORM(0, 9998), TAKE(0), LOW, EOI(0),
		HIGH, STORM(0, 9999), IS_TAKEN(0, 19998), IS_IRR(0, V1, 1) } },
};

const uint32_t nr_chip_cases = sizeof(chip_cases) / sizeof(*chip_cases);

#define REG_VERSION	0x01u
#define REG_LO(pin)	(0x10u + 2 * (pin))
#define REG_HI(pin)	(0x11u + 2 * (pin))

static void write_lo(struct case_machine *m, uint32_t lo)
{
	m->write(m, REG_LO(m->pin), lo);
}

static void write_hi(struct case_machine *m, uint32_t hi)
{
	if ((hi & CORE_TAG) == CORE(0))
		hi = m->apic_id(m, hi & 0xf) << 24;
	m->write(m, REG_HI(m->pin), hi);
}

/* No line, nothing in service, nothing remembered. */
static void reset(struct case_machine *m)
{
	uint32_t core;

	write_lo(m, MASK | LEVEL);
	m->line(m, false);
	/* As a level pin it takes note that the line is low. */
	m->line(m, true);
	m->line(m, false);
	write_lo(m, MASK);
	write_hi(m, 0);
	for (core = 0; core < CASE_CORES; core++) {
		m->reset_core(m, core);
		m->taken[core] = 0;
	}
}

static void storm(struct case_machine *m, uint32_t core, uint32_t times)
{
	while (times--) {
		m->taken[core] += m->take(m, core);
		m->eoi(m, core);
	}
}

static void do_step(struct case_machine *m, const struct case_step *s)
{
	switch (s->op) {
	case CASE_LO:
		write_lo(m, s->a);
		break;
	case CASE_HI:
		write_hi(m, s->a);
		break;
	case CASE_LINE:
		m->line(m, s->a);
		break;
	case CASE_EOI_REG:
		m->eoi_register(m, s->a);
		break;
	case CASE_LDR:
		m->set_logical(m, s->core, s->a);
		break;
	case CASE_TAKE:
		m->taken[s->core] += m->take(m, s->core);
		break;
	case CASE_EOI:
		m->eoi(m, s->core);
		break;
	case CASE_SELF:
		m->self_ipi(m, s->core, s->a);
		break;
	case CASE_STORM:
		storm(m, s->core, s->a);
		break;
	}
}

static bool as_expected(struct case_machine *m, const struct case_step *s)
{
	switch (s->op) {
	case CASE_IS_LO:
		m->is = m->read(m, REG_LO(m->pin));
		return (m->is & s->a) == s->b;
	case CASE_IS_HI:
		m->is = m->read(m, REG_HI(m->pin));
		return (m->is & s->a) == s->b;
	case CASE_IS_IRR:
		m->is = m->irr(m, s->core, s->a);
		return m->is == s->b;
	case CASE_IS_ISR:
		m->is = m->isr(m, s->core, s->a);
		return m->is == s->b;
	case CASE_IS_TMR:
		m->is = m->tmr(m, s->core, s->a);
		return m->is == s->b;
	case CASE_IS_TAKEN:
		m->is = m->taken[s->core];
		return m->is == s->a;
	}
	return true;
}

bool case_applies(struct case_machine *m, const struct chip_case *c)
{
	uint32_t version = m->read(m, REG_VERSION) & 0xff;

	return version >= c->min_version && version <= c->max_version;
}

int case_run(struct case_machine *m, const struct chip_case *c)
{
	int i;

	reset(m);
	for (i = 0; i < (int)CASE_MAX_STEPS && c->step[i].op != CASE_END; i++) {
		do_step(m, &c->step[i]);
		if (!as_expected(m, &c->step[i]))
			return i;
	}
	return -1;
}
