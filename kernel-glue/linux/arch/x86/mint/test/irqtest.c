// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no driver does to the interrupt layer, for the system tests.  Files in
 * debugfs, written by root:
 *
 *	mint_irq_step	  STEP NTH ACTION: at the NTH passage from now on of that
 *			  step (a word below) the core that comes by does it:
 *			  "hlt" stops for ever with interrupts off, "park" leaves
 *			  this kernel, "panic" ends this OS, a number waits for so
 *			  many ms.  "none" forgets it
 *	mint_irq_churn	  N: N times a route on a GSI that nobody uses is
 *			  registered and withdrawn; each other time it is sent to
 *			  another core in between
 *	mint_irq_scribble PART [SEED]: random bytes over "section" (our own),
 *			  "control" (the words of the GSIs, OSes and vectors) or
 *			  "table" (all of it); or "lock" OS: that OS has the lock
 *	mint_irq_lock	  read: "OS CORE TAKEN BROKEN" of the table's lock: who has it
 *			  (0 0: nobody), how often it was taken, and how often from
 *			  somebody
 *	mint_irq_nolock	  1: the table's lock is not taken any more
 *	mint_irq_rearm	  auto, directed, self-ipi, mask: how shared lines are
 *			  re-armed, in all OSes; while no line is shared
 *	mint_irq_astray	  VIRQ CORE: the message of that interrupt is written into
 *			  its device again, for that core of the machine
 *	mint_irq_synth	  N OSES: N message routes here, and as many in the sections
 *			  of OSES OSes that do not exist.  0 0 takes them away
 *	mint_irq_cost	  read: TSC cycles for route and free, resolve, apply
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/msi.h>
#include <linux/panic.h>
#include <linux/pci.h>
#include <linux/prandom.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <asm/apic.h>
#include <asm/irqflags.h>
#include <asm/tsc.h>

#include "base/base.h"
#include "cpu/cpu.h"
#include "irq/irq.h"

/* Copies what was written to a file as a string; its length or -errno. */
static ssize_t get_words(char *words, size_t size, const char __user *ubuf,
			 size_t count)
{
	if (count >= size)
		return -E2BIG;
	if (copy_from_user(words, ubuf, count))
		return -EFAULT;
	words[count] = '\0';
	return count;
}

/* ---- steps -------------------------------------------------------------- */

static const char * const step_names[IRQL_NR_STEPS] = {
	[IRQL_STEP_LOCKED]	= "locked",
	[IRQL_STEP_UNLOCK]	= "unlock",
	[IRQL_STEP_SECTION]	= "section",
	[IRQL_STEP_CONTROL]	= "control",
	[IRQL_STEP_INDEX]	= "index",
	[IRQL_STEP_HALF]	= "half",
	[IRQL_STEP_MASKED]	= "masked",
	[IRQL_STEP_BEGIN]	= "begin",
	[IRQL_STEP_ACK]		= "ack",
	[IRQL_STEP_ACKED]	= "acked",
	[IRQL_STEP_EVICT]	= "evict",
};

enum step_action { STEP_NONE, STEP_HLT, STEP_PARK, STEP_PANIC, STEP_WAIT };

static struct {
	enum step_action action;
	u32 step;
	u32 ms;
	atomic_t left;
} armed;

static void wait_ms(u32 ms)
{
	u64 end = rdtsc() + (u64)ms * tsc_khz;

	while (rdtsc() < end)
		cpu_relax();
}

static void act(enum step_action action)
{
	switch (action) {
	case STEP_HLT:
		local_irq_disable();
		for (;;)
			halt();
	case STEP_PARK:
		local_irq_disable();
		mint_park_self();
	case STEP_PANIC:
		panic("mint: at a step, for a test");
	default:
		wait_ms(armed.ms);
	}
}

static void test_step(struct irql *l, enum irql_step step)
{
	enum step_action action = READ_ONCE(armed.action);

	if (likely(action == STEP_NONE) || step != armed.step ||
	    !atomic_dec_and_test(&armed.left))
		return;
	WRITE_ONCE(armed.action, STEP_NONE);
	act(action);
}

static int parse_action(const char *word, enum step_action *action)
{
	if (!strcmp(word, "hlt"))
		*action = STEP_HLT;
	else if (!strcmp(word, "park"))
		*action = STEP_PARK;
	else if (!strcmp(word, "panic"))
		*action = STEP_PANIC;
	else if (!kstrtou32(word, 0, &armed.ms))
		*action = STEP_WAIT;
	else
		return -EINVAL;
	return 0;
}

static ssize_t step_write(struct file *file, const char __user *ubuf,
			  size_t count, loff_t *ppos)
{
	char words[48], name[16], what[16];
	ssize_t len = get_words(words, sizeof(words), ubuf, count);
	enum step_action action;
	int step;
	u32 nth;

	if (len < 0)
		return len;
	WRITE_ONCE(armed.action, STEP_NONE);
	if (sysfs_streq(words, "none"))
		return len;
	if (sscanf(words, "%15s %u %15s", name, &nth, what) != 3 || !nth)
		return -EINVAL;
	step = match_string(step_names, ARRAY_SIZE(step_names), name);
	if (step < 0 || parse_action(what, &action))
		return -EINVAL;
	armed.step = step;
	atomic_set(&armed.left, nth);
	WRITE_ONCE(armed.action, action);
	return len;
}

static const struct file_operations step_fops = {
	.open	= simple_open,
	.write	= step_write,
};

/* ---- the lock ----------------------------------------------------------- */

static ssize_t lock_read(struct file *file, char __user *ubuf, size_t count,
			 loff_t *ppos)
{
	struct mint_irqt_lock *lock = &irql_hdr(&mint_irql)->lock;
	u32 word = READ_ONCE(lock->holder);
	char text[64];
	int len;

	len = scnprintf(text, sizeof(text), "%u %u %u %u\n", MINT_LOCK_OS(word),
			word ? MINT_LOCK_CORE(word) : 0, READ_ONCE(lock->taken),
			READ_ONCE(lock->broken));
	return simple_read_from_buffer(ubuf, count, ppos, text, len);
}

static const struct file_operations lock_fops = {
	.open	= simple_open,
	.read	= lock_read,
};

/* ---- routes that nobody asked for --------------------------------------- */

static bool is_free(u32 gsi)
{
	return !irql_gsi_to_pin(&mint_irql, gsi, NULL, NULL) &&
	       !READ_ONCE(irql_gsi(&mint_irql, gsi)->sharers) &&
	       READ_ONCE(mint_irql.mine[gsi].type) == MINT_IRQ_FREE;
}

/* The @nth free one, counted round and round. */
static u32 free_gsi(u32 nth)
{
	u32 gsi, nr = 0;

	for (gsi = 16; gsi < MINT_IRQT_MAX_GSIS; gsi++)
		nr += is_free(gsi);
	if (!nr)
		return MINT_IRQT_NONE;
	nth %= nr;
	for (gsi = 16; gsi < MINT_IRQT_MAX_GSIS; gsi++)
		if (is_free(gsi) && !nth--)
			return gsi;
	return MINT_IRQT_NONE;
}

/* Unmasked, so that its RTE is really written: nothing is wired to that pin. */
static int route_test_pin(u32 gsi)
{
	struct irql_pin want = {
		.flags = MINT_IRQF_LEVEL | MINT_IRQF_LOW,
		.dest = boot_cpu_physical_apicid,
		.sbdf = MINT_IRQT_NONE,
		.name = "churn",
	};
	u32 vector;

	return irql_route_pin(&mint_irql, gsi, &want, &vector);
}

static u32 other_apic(void)
{
	unsigned int cpu = cpumask_last(cpu_online_mask);

	return cpu_physical_id(cpu);
}

/* Another OS does the same, and may be quicker: then it is the next GSI's turn. */
static int churn_once(u32 nth)
{
	u32 gsi = free_gsi(nth);
	int err = gsi == MINT_IRQT_NONE ? -EAGAIN : route_test_pin(gsi);

	if (err)
		return err == -ETIMEDOUT ? err : -EAGAIN;
	if (nth & 1)
		irql_set_dest(&mint_irql, gsi, other_apic(), 0);
	irql_unroute_pin(&mint_irql, gsi);
	return 0;
}

static ssize_t churn_write(struct file *file, const char __user *ubuf,
			   size_t count, loff_t *ppos)
{
	u32 times, done = 0, i;
	int err = kstrtou32_from_user(ubuf, count, 0, &times);

	for (i = 0; done < times && !err; i++) {
		err = signal_pending(current) ? -EINTR : churn_once(i);
		done += !err;
		if (err == -EAGAIN)
			err = 0;
		cond_resched();
	}
	return err ?: count;
}

static const struct file_operations churn_fops = {
	.open	= simple_open,
	.write	= churn_write,
};

/* ---- damage ------------------------------------------------------------- */

static void scribble(u32 from, u32 to, u32 seed)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, seed);
	prandom_bytes_state(&rnd, mint_shm_at(MINT_OFF_IRQTABLE + from),
			    to - from);
}

/* As if a core of that OS had the lock, as long as it lives. */
static void scribble_lock(u32 os)
{
	u32 word = os << 16 | (READ_ONCE(mint_os(os)->boot_core) + 1);

	irql_store(&irql_hdr(&mint_irql)->lock.holder, word);
}

static ssize_t scribble_write(struct file *file, const char __user *ubuf,
			      size_t count, loff_t *ppos)
{
	u32 section = MINT_IRQT_OFF_SECTIONS +
		      (mint_self.os - 1) * MINT_IRQT_SECTION_SIZE;
	char words[32], part[16];
	ssize_t len = get_words(words, sizeof(words), ubuf, count);
	u32 seed = 1;

	if (len < 0)
		return len;
	if (sscanf(words, "%15s %u", part, &seed) < 1)
		return -EINVAL;
	if (!strcmp(part, "section"))
		scribble(section, section + MINT_IRQT_SECTION_SIZE, seed);
	else if (!strcmp(part, "control"))
		scribble(MINT_IRQT_OFF_OSES, MINT_IRQT_OFF_SECTIONS, seed);
	else if (!strcmp(part, "table"))
		scribble(0, MINT_IRQT_SIZE, seed);
	else if (!strcmp(part, "lock") && seed && seed <= MINT_MAX_OSES)
		scribble_lock(seed);
	else
		return -EINVAL;
	return len;
}

static const struct file_operations scribble_fops = {
	.open	= simple_open,
	.write	= scribble_write,
};

static const char * const rearm_names[MINT_NR_REARM] = {
	[MINT_REARM_AUTO]	= "auto",
	[MINT_REARM_DIRECTED]	= "directed",
	[MINT_REARM_SELF_IPI]	= "self-ipi",
	[MINT_REARM_MASK]	= "mask",
};

static ssize_t rearm_write(struct file *file, const char __user *ubuf,
			   size_t count, loff_t *ppos)
{
	char word[16];
	ssize_t len = get_words(word, sizeof(word), ubuf, count);
	int i;

	if (len < 0)
		return len;
	i = sysfs_match_string(rearm_names, word);
	if (i < 0)
		return i;
	WRITE_ONCE(irql_hdr(&mint_irql)->rearm, i);
	return len;
}

static const struct file_operations rearm_fops = {
	.open	= simple_open,
	.write	= rearm_write,
};

/* ---- messages that go astray ------------------------------------------- */

static ssize_t astray_write(struct file *file, const char __user *ubuf,
			    size_t count, loff_t *ppos)
{
	char words[32];
	ssize_t len = get_words(words, sizeof(words), ubuf, count);
	struct msi_desc *entry;
	struct msi_msg msg;
	u32 virq, core;

	if (len < 0)
		return len;
	if (sscanf(words, "%u %u", &virq, &core) != 2 || core >= mint_nr_cores())
		return -EINVAL;
	entry = irq_get_msi_desc(virq);
	if (!entry || !dev_is_pci(entry->dev))
		return -ENODEV;
	msg = entry->msg;
	msg.arch_addr_lo.destid_0_7 = mint_core_apic(core);
	pci_write_msi_msg(virq, &msg);
	return len;
}

static const struct file_operations astray_fops = {
	.open	= simple_open,
	.write	= astray_write,
};

/* ---- what it costs ------------------------------------------------------ */

#define NR_SAMPLES		1001

/* Message slots of our section that synth_write() has filled. */
static u16 synth_slots[MINT_IRQT_MAX_ROUTES];
static u32 nr_synth;
/* Its OSes: bit (OS id - 1). */
static u32 synth_oses;

static void forget_synth(void)
{
	u32 os;

	while (nr_synth)
		irql_del_msg(&mint_irql, synth_slots[--nr_synth]);
	for (os = 1; os <= MINT_MAX_OSES; os++) {
		if (!(synth_oses & BIT(os - 1)))
			continue;
		WRITE_ONCE(irql_os(&mint_irql, os)->generation, 0);
		memset(irql_section(&mint_irql, os), 0, MINT_IRQT_SECTION_SIZE);
		irql_section(&mint_irql, os)->os = os;
	}
	synth_oses = 0;
}

static int synth_own(u32 nr)
{
	struct irql_msg msg = {
		.type = MINT_IRQ_MSI,
		.vector = 0x40,
		.dest = boot_cpu_physical_apicid,
		.sbdf = MINT_IRQT_NONE,
		.name = "synth",
	};
	int slot;

	while (nr--) {
		slot = irql_add_msg(&mint_irql, &msg);
		if (slot < 0)
			return slot;
		synth_slots[nr_synth++] = slot;
	}
	return 0;
}

static void synth_os(u32 os, u32 nr)
{
	struct mint_irqt_section *sec = irql_section(&mint_irql, os);
	u32 i;

	sec->nr_msgs = nr;
	for (i = 0; i < nr; i++) {
		struct mint_irqt_route *r =
			irql_route(&mint_irql, os, MINT_IRQT_FIRST_MSG + i);

		*r = *irql_route(&mint_irql, mint_self.os,
				 synth_slots[i]);
	}
	WRITE_ONCE(irql_os(&mint_irql, os)->generation, ~0u);
	synth_oses |= BIT(os - 1);
}

static ssize_t synth_write(struct file *file, const char __user *ubuf,
			   size_t count, loff_t *ppos)
{
	char words[32];
	ssize_t len = get_words(words, sizeof(words), ubuf, count);
	u32 nr, nr_oses, os;
	int err;

	if (len < 0)
		return len;
	if (sscanf(words, "%u %u", &nr, &nr_oses) != 2)
		return -EINVAL;
	forget_synth();
	err = synth_own(nr);
	for (os = MINT_MAX_OSES; os && nr_oses && !err; os--) {
		if (READ_ONCE(mint_os(os)->state) != MINT_OS_FREE)
			continue;
		synth_os(os, nr);
		nr_oses--;
	}
	if (err)
		forget_synth();
	return err ?: len;
}

static const struct file_operations synth_fops = {
	.open	= simple_open,
	.write	= synth_write,
};

static int compare_u64(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static u64 median(u64 *sample)
{
	sort(sample, NR_SAMPLES, sizeof(*sample), compare_u64, NULL);
	return sample[NR_SAMPLES / 2];
}

static int cost_route(u32 gsi)
{
	int err = route_test_pin(gsi);

	if (!err)
		irql_unroute_pin(&mint_irql, gsi);
	return err;
}

static int cost_resolve(u32 gsi)
{
	struct irql_rte rte;

	irql_resolve(&mint_irql, gsi, &rte);
	return 0;
}

static int cost_apply(u32 gsi)
{
	unsigned long flags;
	int err = irql_lock(&mint_irql, &flags);

	if (err)
		return err;
	irql_apply(&mint_irql, gsi);
	irql_unlock(&mint_irql, flags);
	return 0;
}

static int measure(u32 gsi, int (*what)(u32 gsi), u64 *sample, u64 *cycles)
{
	unsigned int i;
	u64 start;
	int err;

	for (i = 0; i < NR_SAMPLES; i++) {
		start = rdtsc_ordered();
		err = what(gsi);
		if (err)
			return err;
		sample[i] = rdtsc_ordered() - start;
		cond_resched();
	}
	*cycles = median(sample);
	return 0;
}

static int measure_all(char *text, size_t size)
{
	u64 *sample = kvmalloc_array(NR_SAMPLES, sizeof(*sample), GFP_KERNEL);
	u64 route, resolve, apply;
	u32 gsi = free_gsi(0);
	int err;

	if (!sample)
		return -ENOMEM;
	err = gsi == MINT_IRQT_NONE ? -EBUSY :
				      measure(gsi, cost_route, sample, &route);
	if (!err)
		err = measure(gsi, cost_resolve, sample, &resolve);
	if (!err)
		err = measure(gsi, cost_apply, sample, &apply);
	kvfree(sample);
	return err ?: scnprintf(text, size, "route %llu resolve %llu apply %llu\n",
				route, resolve, apply);
}

static ssize_t cost_read(struct file *file, char __user *ubuf, size_t count,
			 loff_t *ppos)
{
	char text[96];
	int len;

	if (*ppos)
		return 0;
	len = measure_all(text, sizeof(text));
	return len < 0 ? len :
			 simple_read_from_buffer(ubuf, count, ppos, text, len);
}

static const struct file_operations cost_fops = {
	.open	= simple_open,
	.read	= cost_read,
};

/* ---- the files ---------------------------------------------------------- */

static int __init mint_irqtest_init(void)
{
	if (!mint_self.active || !mint_irql_up)
		return 0;
	WRITE_ONCE(mint_irq_test_step, test_step);
	debugfs_create_file("mint_irq_step", 0200, NULL, NULL, &step_fops);
	debugfs_create_file("mint_irq_lock", 0400, NULL, NULL, &lock_fops);
	debugfs_create_file("mint_irq_churn", 0200, NULL, NULL, &churn_fops);
	debugfs_create_file("mint_irq_scribble", 0200, NULL, NULL,
			    &scribble_fops);
	debugfs_create_file("mint_irq_rearm", 0200, NULL, NULL, &rearm_fops);
	debugfs_create_file("mint_irq_astray", 0200, NULL, NULL, &astray_fops);
	debugfs_create_file("mint_irq_synth", 0200, NULL, NULL, &synth_fops);
	debugfs_create_file("mint_irq_cost", 0400, NULL, NULL, &cost_fops);
	debugfs_create_bool("mint_irq_nolock", 0600, NULL, &mint_irql.no_lock);
	return 0;
}
device_initcall(mint_irqtest_init);
