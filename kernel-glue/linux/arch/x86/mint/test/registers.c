// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a core's registers that only a kernel can write survive the turns of another OS,
 * and whether that is noticed if one is not put back.
 *
 *	echo SEED MS [NAME] > mint_registers	(in debugfs)
 *
 * puts values made of SEED into all of them, looks at them for so long while interrupts come,
 * and puts back what was there.  Meanwhile the register NAME is left out when this CPU comes
 * back from a turn of the other OS.  The file then has a line for each, with "kept", "changed",
 * or "none" if the processor does not keep what is written.
 *
 * Not here is what no kernel could be without for an instruction: RSP, CR3, GDT, IDT, TR and
 * the base of GS.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/uaccess.h>

#include <asm/apic.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/fpu/api.h>
#include <asm/fpu/types.h>
#include <asm/fpu/xcr.h>
#include <asm/gsseg.h>
#include <asm/msr.h>
#include <asm/segment.h>
#include <asm/special_insns.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "seat/context.h"
#include "seat/raw.h"

/* Bits of an address of user space, or of a kernel's, whatever the others are. */
#define ADDRESS		0x00007ffffffff000ULL

static u64 peek_cr0(void) { return native_read_cr0(); }
static u64 peek_cr2(void) { return native_read_cr2(); }
static u64 peek_cr4(void) { return __read_cr4(); }
static void poke_cr0(u64 v) { native_write_cr0(v); }
static void poke_cr2(u64 v) { native_write_cr2(v); }
static void poke_cr4(u64 v) { native_write_cr4(v); }

static u64 peek_xcr0(void) { return boot_cpu_has(X86_FEATURE_OSXSAVE) ? xgetbv(0) : 0; }

static void poke_xcr0(u64 v)
{
	if (boot_cpu_has(X86_FEATURE_OSXSAVE))
		xsetbv(0, v);
}

static u64 peek_xmm0(void)
{
	u64 v;

	asm volatile("movq %%xmm0, %0" : "=r" (v));
	return v;
}

static void poke_xmm0(u64 v) { asm volatile("movq %0, %%xmm0" : : "r" (v)); }

static u64 peek_mxcsr(void)
{
	u32 v;

	asm volatile("stmxcsr %0" : "=m" (v));
	return v;
}

static void poke_mxcsr(u64 v)
{
	u32 mxcsr = v;

	asm volatile("ldmxcsr %0" : : "m" (mxcsr));
}

static u64 peek_fcw(void)
{
	u16 v;

	asm volatile("fnstcw %0" : "=m" (v));
	return v;
}

static void poke_fcw(u64 v)
{
	u16 fcw = v;

	asm volatile("fldcw %0" : : "m" (fcw));
}

#define PEEK_DR(n)								\
static u64 peek_dr##n(void) { unsigned long v; get_debugreg(v, n); return v; }
#define POKE_DR(n)								\
static void poke_dr##n(u64 v) { set_debugreg(v, n); }

PEEK_DR(0) POKE_DR(0)
PEEK_DR(1) POKE_DR(1)
PEEK_DR(2) POKE_DR(2)
PEEK_DR(3) POKE_DR(3)
PEEK_DR(6) POKE_DR(6)
PEEK_DR(7) POKE_DR(7)

#define SELECTOR(s)								\
static u64 peek_##s(void) { unsigned int v; savesegment(s, v); return v; }

SELECTOR(ds)
SELECTOR(es)
SELECTOR(fs)
SELECTOR(gs)

static void poke_ds(u64 v) { loadsegment(ds, v); }
static void poke_es(u64 v) { loadsegment(es, v); }

/* Loading a selector clears the base. */
static void poke_fs(u64 v)
{
	u64 base;

	rdmsrl(MSR_FS_BASE, base);
	loadsegment(fs, v);
	wrmsrl(MSR_FS_BASE, base);
}

static void poke_gs(u64 v)
{
	u64 base;

	rdmsrl(MSR_KERNEL_GS_BASE, base);
	load_gs_index(v);
	wrmsrl(MSR_KERNEL_GS_BASE, base);
}

static u64 peek_ldt(void)
{
	unsigned long v;

	store_ldt(v);
	return v & 0xffff;
}

/* A table without an entry, or none. */
static void poke_ldt(u64 v)
{
	static struct desc_struct table;

	native_set_ldt(v ? &table : NULL, !!v);
}

#define PEEK_APIC(name, at)							\
static u64 peek_##name(void) { return apic_read(at); }
#define POKE_APIC(name, at)							\
static void poke_##name(u64 v) { apic_write(at, v); }

PEEK_APIC(tpr, APIC_TASKPRI) POKE_APIC(tpr, APIC_TASKPRI)
PEEK_APIC(dfr, APIC_DFR) POKE_APIC(dfr, APIC_DFR)
PEEK_APIC(icr2, APIC_ICR2) POKE_APIC(icr2, APIC_ICR2)
PEEK_APIC(lint0, APIC_LVT0) POKE_APIC(lint0, APIC_LVT0)
PEEK_APIC(lint1, APIC_LVT1) POKE_APIC(lint1, APIC_LVT1)
PEEK_APIC(lvt_error, APIC_LVTERR) POKE_APIC(lvt_error, APIC_LVTERR)
PEEK_APIC(lvt_perf, APIC_LVTPC) POKE_APIC(lvt_perf, APIC_LVTPC)
PEEK_APIC(lvt_thermal, APIC_LVTTHMR) POKE_APIC(lvt_thermal, APIC_LVTTHMR)

/**
 * struct reg - a register
 * @name:	as in the file
 * @get, @set:	NULL: the model-specific register @msr
 * @at:		where struct seat_context has it, or the FPU's state there; model-specific
 *		ones but for bases have a list of their own: 0
 * @of_fpu:	it is in the FPU's state
 * @bits:	that may have any value for a while
 */
struct reg {
	const char *name;
	u64 (*get)(void);
	void (*set)(u64 v);
	u32 msr;
	u32 at;
	bool of_fpu;
	u64 bits;
};

#define REG(n, field, mask)							\
	{ .name = #n, .get = peek_##n, .set = poke_##n,				\
	  .at = offsetof(struct seat_context, field), .bits = (mask) }
#define FPU(n, field, mask)							\
	{ .name = #n, .get = peek_##n, .set = poke_##n, .of_fpu = true,		\
	  .at = offsetof(struct fxregs_state, field), .bits = (mask) }
#define BASE(n, number, field)							\
	{ .name = n, .msr = (number), .at = offsetof(struct seat_context, field),	\
	  .bits = ADDRESS }
#define MSR(n, mask)		{ .name = #n, .msr = MSR_##n, .bits = (mask) }

/* Selectors are null or that of user space's data; an LVT is masked, its vector any. */
static const struct reg regs[] = {
	REG(cr0, cr0, X86_CR0_AM | X86_CR0_NE),
	REG(cr2, cr2, ADDRESS),
	REG(cr4, cr4, X86_CR4_TSD | X86_CR4_PCE),
	REG(xcr0, xcr0, XFEATURE_MASK_BNDREGS | XFEATURE_MASK_BNDCSR),
	FPU(fcw, cwd, 0xc00),
	FPU(mxcsr, mxcsr, 0x6000),
	FPU(xmm0, xmm_space, 0xffffffff),
	REG(dr0, dr[0], ADDRESS),
	REG(dr1, dr[1], ADDRESS),
	REG(dr2, dr[2], ADDRESS),
	REG(dr3, dr[3], ADDRESS),
	REG(dr6, dr[4], 0xf),
	REG(dr7, dr[5], 0x300),
	REG(ds, ds, __USER_DS),
	REG(es, es, __USER_DS),
	REG(fs, fs, __USER_DS),
	REG(gs, gs, __USER_DS),
	REG(ldt, ldt, GDT_ENTRY_LDT * 8),
	BASE("fs-base", MSR_FS_BASE, fs_base),
	BASE("kernel-gs-base", MSR_KERNEL_GS_BASE, kernel_gs_base),
	MSR(EFER, EFER_SCE),
	MSR(STAR, 0xffffffff00000000ULL),
	MSR(LSTAR, ADDRESS),
	MSR(CSTAR, ADDRESS),
	MSR(SYSCALL_MASK, 0xffff),
	MSR(IA32_SYSENTER_CS, 0xffff),
	MSR(IA32_SYSENTER_ESP, ADDRESS),
	MSR(IA32_SYSENTER_EIP, ADDRESS),
	MSR(IA32_CR_PAT, 1ULL << 56),
	MSR(TSC_AUX, 0xffffffff),
	MSR(IA32_SPEC_CTRL, SPEC_CTRL_IBRS | SPEC_CTRL_SSBD),
	MSR(IA32_MISC_ENABLE, MSR_IA32_MISC_ENABLE_FAST_STRING),
	MSR(VM_HSAVE_PA, ADDRESS & 0xffffffff),
	REG(tpr, lapic.tpr, 0xf),
	REG(dfr, lapic.dfr, 0xf0000000),
	REG(icr2, lapic.icr2, 0xff000000),
	REG(lint0, lapic.lvt_lint0, 0xff),
	REG(lint1, lapic.lvt_lint1, 0xff),
	REG(lvt_error, lapic.lvt_error, 0xff),
	REG(lvt_perf, lapic.lvt_perf, 0xff),
	REG(lvt_thermal, lapic.lvt_thermal, 0xff),
};

enum { IS_NONE, IS_KEPT, IS_CHANGED };

static u8 result[ARRAY_SIZE(regs)];
static u64 before[ARRAY_SIZE(regs)], wanted[ARRAY_SIZE(regs)];
static DEFINE_MUTEX(registers_lock);
static const struct reg *left_out;
static int left_out_msr;

static u64 get(const struct reg *r)
{
	u64 v = 0;

	if (r->get)
		return r->get();
	rdmsrl_safe(r->msr, &v);
	return v;
}

static void set(const struct reg *r, u64 v)
{
	if (r->set)
		r->set(v);
	else
		wrmsrl_safe(r->msr, v);
}

/*
 * As if they were not put back: of the bits that are looked at, what is there now is what is
 * put there.  The others are the park page's, by which no kernel can live.
 */
static void notrace leave_out(struct seat_context *c)
{
	const struct reg *r = left_out;
	unsigned long cr4 = __read_cr4();
	u64 kept, now;
	void *at;

	if (!r || (!r->get && !r->at && left_out_msr < 0))
		return;
	at = r->of_fpu ? c->fpu + r->at :
	     r->at ? (void *)c + r->at : &c->msr[left_out_msr];
	/* It may be shorter: what follows it stays as it is. */
	memcpy(&kept, at, sizeof(kept));
	/* The park page has switched off the instructions by which some are read. */
	if (boot_cpu_has(X86_FEATURE_OSXSAVE))
		seat_load_cr4(cr4 | X86_CR4_OSFXSR | X86_CR4_OSXSAVE);
	else
		seat_load_cr4(cr4 | X86_CR4_OSFXSR);
	now = r->get ? r->get() : native_read_msr(r->msr);
	seat_load_cr4(cr4);
	now = (kept & ~r->bits) | (now & r->bits);
	memcpy(at, &now, sizeof(now));
}

/* Of two seeds, one even and one odd, each bit differs. */
static u64 pattern(const struct reg *r, u32 seed)
{
	u32 i = r - regs;

	/* The way in switches it on. */
	if (r->msr == MSR_EFER)
		return seed & 1 ? 0 : ~0ULL;
	/* What is one field is all or nothing. */
	if (r->bits == __USER_DS || r->get == peek_ldt || r->get == peek_xcr0 ||
	    r->get == peek_dfr)
		return seed & 1 ? ~0ULL : 0;
	return (seed & 1 ? 0x9e3779b97f4a7c15ULL : ~0x9e3779b97f4a7c15ULL) ^
	       (i * 0x0101010101010101ULL);
}

static void set_all(u32 seed)
{
	const struct reg *r;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		r = &regs[i];
		before[i] = get(r);
		wanted[i] = (before[i] & ~r->bits) | (pattern(r, seed) & r->bits);
		set(r, wanted[i]);
		result[i] = get(r) == wanted[i] ? IS_KEPT : IS_NONE;
	}
}

static void put_back(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(regs); i++)
		set(&regs[i], before[i]);
}

static void look(u32 ms)
{
	u64 end = rdtsc() + (u64)ms * tsc_khz;
	u32 i;

	while (rdtsc() < end)
		for (i = 0; i < ARRAY_SIZE(regs); i++)
			if (result[i] == IS_KEPT && get(&regs[i]) != wanted[i])
				result[i] = IS_CHANGED;
}

static int find(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(regs); i++)
		if (!strcmp(regs[i].name, name))
			return i;
	return -ENOENT;
}

/* Nobody else has this CPU, but interrupts do, and by one of these the other OS. */
static void test(u32 seed, u32 ms, int without)
{
	unsigned long flags;

	kernel_fpu_begin();
	local_irq_save(flags);
	set_all(seed);
	left_out_msr = without < 0 ? -1 : seat_context_msr(regs[without].msr);
	left_out = without < 0 ? NULL : &regs[without];
	local_irq_restore(flags);
	look(ms);
	local_irq_save(flags);
	left_out = NULL;
	put_back();
	local_irq_restore(flags);
	kernel_fpu_end();
}

static ssize_t registers_write(struct file *file, const char __user *ubuf,
			       size_t count, loff_t *ppos)
{
	char line[48], name[20] = "";
	ssize_t len = simple_write_to_buffer(line, sizeof(line) - 1, ppos, ubuf, count);
	int without = -1;
	u32 seed, ms;

	if (len < 0)
		return len;
	line[len] = '\0';
	if (sscanf(line, "%u %u %19s", &seed, &ms, name) < 2 || ms > 5000)
		return -EINVAL;
	if (name[0]) {
		without = find(name);
		if (without < 0)
			return without;
	}
	mutex_lock(&registers_lock);
	test(seed, ms, without);
	mutex_unlock(&registers_lock);
	return count;
}

static int registers_show(struct seq_file *m, void *v)
{
	static const char * const words[] = {
		[IS_NONE] = "none", [IS_KEPT] = "kept", [IS_CHANGED] = "changed",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(regs); i++)
		seq_printf(m, "%s %s\n", regs[i].name, words[result[i]]);
	return 0;
}

static int registers_open(struct inode *inode, struct file *file)
{
	return single_open(file, registers_show, NULL);
}

static const struct file_operations registers_fops = {
	.open		= registers_open,
	.read		= seq_read,
	.write		= registers_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int __init mint_registers_init(void)
{
	if (!mint_self.active)
		return 0;
	seat_context_spoil = leave_out;
	debugfs_create_file("mint_registers", 0600, NULL, NULL, &registers_fops);
	return 0;
}
device_initcall(mint_registers_init);
