// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the cases of cases.c on the chips of the machine it is started on, without
 * an operating system: a multiboot kernel for "qemu -kernel".  The line is that of
 * QEMU's edu device, raised and lowered through its registers; the second core
 * does what the first one tells it.
 *
 * Reports in TAP through the debug port; ends QEMU through isa-debug-exit.
 */
#include "cases.h"

#define DEBUG_PORT	0xe9
#define EXIT_PORT	0xf4

#define LAPIC		0xfee00000u
#define LAPIC_ID	0x020u
#define LAPIC_TPR	0x080u
#define LAPIC_EOI	0x0b0u
#define LAPIC_LDR	0x0d0u
#define LAPIC_SVR	0x0f0u
#define LAPIC_ISR	0x100u
#define LAPIC_TMR	0x180u
#define LAPIC_IRR	0x200u
#define LAPIC_ICR	0x300u
#define LAPIC_ICR_HI	0x310u
#define LAPIC_LVT_TIMER	0x320u
#define LAPIC_LVT_LINT0	0x350u
#define LAPIC_LVT_LINT1	0x360u
#define LVT_MASKED	0x10000u
#define ICR_SELF	0x40000u
#define ICR_PENDING	0x1000u

#define IOAPIC		0xfec00000u
#define IOAPIC_DATA	0x10u
#define IOAPIC_EOI	0x40u

#define EDU_ID		0x11e81234u
#define EDU_RAISE	0x60u
#define EDU_ACK		0x64u

#define TRAMPOLINE	0x8000u
#define STACK_BYTES	16384
#define PATIENCE	100000000u

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t zero;
	uint8_t type;
	uint16_t offset_high;
} __attribute__((packed));

struct table_register {
	uint16_t limit;
	uint32_t base;
} __attribute__((packed));

/* What the first core wants of the second: @request counts up, then @answer. */
struct mailbox {
	uint32_t op;
	uint32_t arg;
	uint32_t result;
	uint32_t request;
	uint32_t answer;
};

enum core_op { OP_RESET, OP_LOGICAL, OP_TAKE, OP_EOI, OP_SELF, OP_READ, OP_ID };

void bare_main(void);
void bare_ap(void);
void bare_interrupt(void);
void bare_exception(void);
void *memset(void *s, int c, unsigned long n);
void *memcpy(void *to, const void *from, unsigned long n);

extern char bare_trampoline[], bare_trampoline_end[];
extern char bare_isr[], bare_fault[];
char bare_stacks[2][STACK_BYTES] __attribute__((aligned(16)));

static struct gate idt[256];
static volatile struct mailbox mailbox;
static volatile uint32_t taken[2];
static uint32_t second_apic_id;
static uint32_t edu;

/* ---- entry ------------------------------------------------------------------------ */

asm(".section .multiboot, \"a\"\n"
    "	.align 4\n"
    "	.long 0x1badb002, 0, -0x1badb002\n"
    ".text\n"
    ".globl _start\n"
    "_start:\n"
    "	cli\n"
    "	lgdt bare_gdtr\n"
    "	ljmp $8, $1f\n"
    "1:	mov $16, %ax\n"
    "	mov %ax, %ds\n"
    "	mov %ax, %es\n"
    "	mov %ax, %ss\n"
    "	mov $bare_stacks + 16384, %esp\n"
    "	call bare_main\n"
    "2:	hlt\n"
    "	jmp 2b\n"
    /* Copied to 0x8000: where the second core begins, in real mode. */
    ".globl bare_trampoline, bare_trampoline_end\n"
    "bare_trampoline:\n"
    ".code16\n"
    "	cli\n"
    "	xor %ax, %ax\n"
    "	mov %ax, %ds\n"
    "	lgdtl 0x8000 + bare_low_gdtr - bare_trampoline\n"
    "	mov %cr0, %eax\n"
    "	or $1, %al\n"
    "	mov %eax, %cr0\n"
    "	ljmpl $8, $bare_ap_entry\n"
    ".code32\n"
    "bare_low_gdtr:\n"
    "	.word 23\n"
    "	.long bare_gdt\n"
    "bare_trampoline_end:\n"
    "bare_ap_entry:\n"
    "	mov $16, %ax\n"
    "	mov %ax, %ds\n"
    "	mov %ax, %es\n"
    "	mov %ax, %ss\n"
    "	mov $bare_stacks + 32768, %esp\n"
    "	call bare_ap\n"
    "3:	hlt\n"
    "	jmp 3b\n"
    ".globl bare_isr, bare_fault\n"
    "bare_isr:\n"
    "	pushal\n"
    "	call bare_interrupt\n"
    "	popal\n"
    "	iret\n"
    "bare_fault:\n"
    "	call bare_exception\n"
    ".data\n"
    "	.align 8\n"
    "bare_gdt:\n"
    "	.quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff\n"
    "bare_gdtr:\n"
    "	.word 23\n"
    "	.long bare_gdt\n"
    ".text\n");

/* ---- access -------------------------------------------------------------------------- */

static void out8(uint16_t port, uint8_t value)
{
	asm volatile("outb %0, %1" :: "a"(value), "Nd"(port));
}

static void out32(uint16_t port, uint32_t value)
{
	asm volatile("outl %0, %1" :: "a"(value), "Nd"(port));
}

static uint32_t in32(uint16_t port)
{
	uint32_t value;

	asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static uint32_t read32(uint32_t address)
{
	return *(volatile uint32_t *)(unsigned long)address;
}

static void write32(uint32_t address, uint32_t value)
{
	*(volatile uint32_t *)(unsigned long)address = value;
}

static void relax(void)
{
	asm volatile("pause" ::: "memory");
}

void *memset(void *s, int c, unsigned long n)
{
	char *p = s;

	while (n--)
		*p++ = (char)c;
	return s;
}

void *memcpy(void *to, const void *from, unsigned long n)
{
	const char *f = from;
	char *t = to;

	while (n--)
		*t++ = *f++;
	return to;
}

static void put(const char *text)
{
	while (*text)
		out8(DEBUG_PORT, (uint8_t)*text++);
}

static void put_number(uint32_t value, uint32_t base)
{
	char digits[11], *p = digits + 10;

	*p = 0;
	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	put(p);
}

static void finish(uint8_t status)
{
	out8(EXIT_PORT, status);
	for (;;)
		asm volatile("cli; hlt");
}

static void give_up(const char *why)
{
	put("Bail out! ");
	put(why);
	put("\n");
	finish(2);
}

void bare_exception(void)
{
	give_up("an exception");
}

/* ---- a core --------------------------------------------------------------------------- */

static uint32_t this_core(void)
{
	return read32(LAPIC + LAPIC_ID) >> 24 == second_apic_id;
}

/* Only counts: the cases do the EOIs. */
void bare_interrupt(void)
{
	taken[this_core()]++;
}

static void enable_lapic(void)
{
	write32(LAPIC + LAPIC_SVR, 0x1ff);
	write32(LAPIC + LAPIC_TPR, 0);
	write32(LAPIC + LAPIC_LVT_TIMER, LVT_MASKED);
	write32(LAPIC + LAPIC_LVT_LINT0, LVT_MASKED);
	write32(LAPIC + LAPIC_LVT_LINT1, LVT_MASKED);
}

static void load_idt(void)
{
	struct table_register idtr = { sizeof(idt) - 1, (uint32_t)(unsigned long)idt };

	asm volatile("lidt %0" :: "m"(idtr));
}

/*
 * Long enough for everything that can be taken.  In QEMU "pause" right after "sti"
 * would prolong the time without interrupts that "sti" begins.
 */
static uint32_t take_pending(uint32_t core)
{
	uint32_t before = taken[core];

	asm volatile("sti; nop; pause; pause; pause; nop; cli" ::: "memory");
	return taken[core] - before;
}

static bool any_bit(uint32_t reg)
{
	uint32_t i, bits = 0;

	for (i = 0; i < 8; i++)
		bits |= read32(LAPIC + reg + 0x10 * i);
	return bits;
}

static void drain(uint32_t core)
{
	uint32_t tries;

	write32(LAPIC + LAPIC_LDR, 0);
	for (tries = 0; tries < 1000; tries++) {
		if (!any_bit(LAPIC_IRR) && !any_bit(LAPIC_ISR))
			return;
		take_pending(core);
		write32(LAPIC + LAPIC_EOI, 0);
	}
	give_up("the local APIC does not come to rest");
}

static void send_self(uint32_t vector)
{
	uint32_t tries = PATIENCE;

	write32(LAPIC + LAPIC_ICR, ICR_SELF | vector);
	while (read32(LAPIC + LAPIC_ICR) & ICR_PENDING && tries--)
		relax();
}

static uint32_t core_op(uint32_t core, uint32_t op, uint32_t arg)
{
	switch (op) {
	case OP_RESET:
		drain(core);
		break;
	case OP_LOGICAL:
		write32(LAPIC + LAPIC_LDR, arg << 24);
		break;
	case OP_TAKE:
		return take_pending(core);
	case OP_EOI:
		write32(LAPIC + LAPIC_EOI, 0);
		break;
	case OP_SELF:
		send_self(arg);
		break;
	case OP_READ:
		return read32(LAPIC + arg);
	case OP_ID:
		return read32(LAPIC + LAPIC_ID) >> 24;
	}
	return 0;
}

void bare_ap(void)
{
	uint32_t seen = 0;

	load_idt();
	enable_lapic();
	second_apic_id = read32(LAPIC + LAPIC_ID) >> 24;
	mailbox.answer = 0;
	mailbox.result = 1;
	for (;;) {
		while (mailbox.request == seen)
			relax();
		seen = mailbox.request;
		mailbox.result = core_op(1, mailbox.op, mailbox.arg);
		asm volatile("" ::: "memory");
		mailbox.answer = seen;
	}
}

/* On @core, by itself. */
static uint32_t on_core(uint32_t core, uint32_t op, uint32_t arg)
{
	uint32_t tries = PATIENCE;

	if (!core)
		return core_op(0, op, arg);
	mailbox.op = op;
	mailbox.arg = arg;
	asm volatile("" ::: "memory");
	mailbox.request++;
	while (mailbox.answer != mailbox.request && --tries)
		relax();
	if (!tries)
		give_up("the second core does not answer");
	return mailbox.result;
}

static void start_second(void)
{
	uint32_t tries = PATIENCE, i;

	memcpy((void *)TRAMPOLINE, bare_trampoline,
	       (unsigned long)(bare_trampoline_end - bare_trampoline));
	second_apic_id = ~0u;
	write32(LAPIC + LAPIC_ICR_HI, 1u << 24);
	write32(LAPIC + LAPIC_ICR, 0x4500);
	for (i = 0; i < 100000; i++)
		relax();
	write32(LAPIC + LAPIC_ICR_HI, 1u << 24);
	write32(LAPIC + LAPIC_ICR, 0x4600 | TRAMPOLINE >> 12);
	while (!mailbox.result && --tries)
		relax();
	if (!tries)
		give_up("there is no second core");
}

/* ---- the machine ------------------------------------------------------------------------- */

static uint32_t m_read(struct case_machine *m, uint32_t reg)
{
	(void)m;
	write32(IOAPIC, reg);
	return read32(IOAPIC + IOAPIC_DATA);
}

static void m_write(struct case_machine *m, uint32_t reg, uint32_t value)
{
	(void)m;
	write32(IOAPIC, reg);
	write32(IOAPIC + IOAPIC_DATA, value);
}

static void m_eoi_register(struct case_machine *m, uint32_t vector)
{
	(void)m;
	write32(IOAPIC + IOAPIC_EOI, vector);
}

static void m_line(struct case_machine *m, bool high)
{
	(void)m;
	write32(edu + (high ? EDU_RAISE : EDU_ACK), 1);
}

static uint32_t m_apic_id(struct case_machine *m, uint32_t core)
{
	(void)m;
	return on_core(core, OP_ID, 0);
}

static void m_reset_core(struct case_machine *m, uint32_t core)
{
	(void)m;
	on_core(core, OP_RESET, 0);
}

static void m_set_logical(struct case_machine *m, uint32_t core, uint32_t id)
{
	(void)m;
	on_core(core, OP_LOGICAL, id);
}

static uint32_t m_take(struct case_machine *m, uint32_t core)
{
	(void)m;
	return on_core(core, OP_TAKE, 0);
}

static void m_eoi(struct case_machine *m, uint32_t core)
{
	(void)m;
	on_core(core, OP_EOI, 0);
}

static void m_self_ipi(struct case_machine *m, uint32_t core, uint32_t vector)
{
	(void)m;
	on_core(core, OP_SELF, vector);
}

static bool vector_bit(uint32_t core, uint32_t reg, uint32_t vector)
{
	return on_core(core, OP_READ, reg + 0x10 * (vector / 32)) & 1u << vector % 32;
}

static bool m_irr(struct case_machine *m, uint32_t core, uint32_t vector)
{
	(void)m;
	return vector_bit(core, LAPIC_IRR, vector);
}

static bool m_isr(struct case_machine *m, uint32_t core, uint32_t vector)
{
	(void)m;
	return vector_bit(core, LAPIC_ISR, vector);
}

static bool m_tmr(struct case_machine *m, uint32_t core, uint32_t vector)
{
	(void)m;
	return vector_bit(core, LAPIC_TMR, vector);
}

static uint32_t pci_read(uint32_t device, uint32_t reg)
{
	out32(0xcf8, 0x80000000u | device << 11 | reg);
	return in32(0xcfc);
}

static void find_edu(void)
{
	uint32_t device;

	for (device = 0; device < 32; device++)
		if (pci_read(device, 0) == EDU_ID)
			break;
	if (device == 32)
		give_up("there is no edu device on bus 0");
	edu = pci_read(device, 0x10) & ~0xfu;
	out32(0xcf8, 0x80000000u | device << 11 | 4);
	out32(0xcfc, 0x0002);
	if (!edu)
		give_up("the edu device has no address");
}

/* The pin at which a level shows when the device raises its line. */
static uint32_t find_pin(struct case_machine *m)
{
	uint32_t pins = (m_read(m, 1) >> 16 & 0xff) + 1, pin, found = ~0u;

	/* To nobody: Remote IRR shows it all the same. */
	for (pin = 0; pin < pins; pin++) {
		m_write(m, 0x11 + 2 * pin, 0x40u << 24);
		m_write(m, 0x10 + 2 * pin, 0x88b1);
	}
	m_line(m, true);
	for (pin = 0; pin < pins; pin++) {
		/* ISA's numbers are echoes of the PCI ones. */
		if (pin >= 16 && m_read(m, 0x10 + 2 * pin) & 0x4000)
			found = pin;
		m_write(m, 0x10 + 2 * pin, 0x10000);
	}
	m_line(m, false);
	if (found == ~0u)
		give_up("the edu device's line is at no pin");
	return found;
}

static void set_gates(void)
{
	uint32_t i, offset;

	for (i = 0; i < 256; i++) {
		offset = (uint32_t)(unsigned long)(i < 32 ? bare_fault : bare_isr);
		idt[i] = (struct gate){
			.offset_low = offset & 0xffff,
			.selector = 8,
			.type = 0x8e,
			.offset_high = offset >> 16,
		};
	}
	load_idt();
}

static bool run_case(struct case_machine *m, uint32_t i)
{
	int step = case_run(m, &chip_cases[i]);

	put(step < 0 ? "ok " : "not ok ");
	put_number(i + 1, 10);
	put(" - ");
	put(chip_cases[i].name);
	if (step >= 0) {
		put(": step ");
		put_number((uint32_t)step, 10);
		put(" is ");
		put_number(m->is, 16);
	}
	put("\n");
	return step < 0;
}

void bare_main(void)
{
	static struct case_machine m = {
		.read = m_read,
		.write = m_write,
		.eoi_register = m_eoi_register,
		.line = m_line,
		.apic_id = m_apic_id,
		.reset_core = m_reset_core,
		.set_logical = m_set_logical,
		.take = m_take,
		.eoi = m_eoi,
		.self_ipi = m_self_ipi,
		.irr = m_irr,
		.isr = m_isr,
		.tmr = m_tmr,
	};
	uint32_t i, failed = 0, ran = 0;

	/* No 8259. */
	out8(0x21, 0xff);
	out8(0xa1, 0xff);
	set_gates();
	enable_lapic();
	start_second();
	find_edu();
	m.pin = find_pin(&m);
	for (i = 0; i < nr_chip_cases; i++) {
		if (!case_applies(&m, &chip_cases[i]))
			continue;
		failed += !run_case(&m, i);
		ran++;
	}
	put("# version ");
	put_number(m_read(&m, 1) & 0xff, 16);
	put(", pin ");
	put_number(m.pin, 10);
	put(": ");
	put_number(ran, 10);
	put(" cases ran\n");
	finish(failed != 0);
}
