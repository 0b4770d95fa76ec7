// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts of QEMU's "edu" device: a load whose every interrupt is counted
 * twice, by who raises it and by who serves it, and a handler that can be told
 * to behave badly.  The next interrupt is raised only when the one before has
 * been served, from any core, so none is merged with another and the delay of
 * each is known.
 *
 * In the directory of the device in sysfs, besides what edu.c has:
 *
 *	load	 write "N": raise N interrupts as fast as they are served; or
 *		 "N PERIOD": at random moments, PERIOD microseconds apart on
 *		 average; ends when the last has been served.  A third word:
 *		 when the TSC has that value, so that several OSes begin together
 *	clock	 the TSC
 *	raised	 interrupts raised so far
 *	served	 interrupts served so far
 *	foreign	 calls of the handler that were not for this device
 *	delays	 "COUNT MEDIAN P99 LARGEST" of the delays from raise to handler,
 *		 in TSC cycles; write: forget them
 *	handler	 what the handler does: "serve"; "slow US [TIMES]": the same, but
 *		 first spin so long, for so many interrupts; "ignore": leave the
 *		 device alone, as if nobody drove it; "hang": stop the core with
 *		 interrupts off
 *	stop	 write: the same for the core that writes, outside a handler
 *	disable	 write MS: keep the interrupt disabled so long
 *	irq_mode "msi", "intx", "threaded" (INTx, one-shot thread) or "none"
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/wait.h>

#include <asm/tsc.h>

#include "test/edu.h"

#define EDU_PATIENCE		(20 * HZ)
#define EDU_MAX_LOAD		10000000
#define EDU_MAX_US		(60 * USEC_PER_SEC)
#define EDU_MAX_START_MS	60000ULL

static const char * const mode_names[] = {
	[EDU_MSI] = "msi",
	[EDU_INTX] = "intx",
	[EDU_THREADED] = "threaded",
	[EDU_NO_IRQ] = "none",
};

static const char * const conduct_names[] = {
	[EDU_SERVE] = "serve",
	[EDU_SLOW] = "slow",
	[EDU_IGNORE] = "ignore",
	[EDU_HANG] = "hang",
};

/* ---- delays ------------------------------------------------------------------ */

static unsigned int bucket_of(u64 cycles)
{
	unsigned int shift;

	if (cycles < 1 << EDU_SUB_BITS)
		return cycles;
	shift = min_t(unsigned int, ilog2(cycles) - EDU_SUB_BITS, EDU_MAX_SHIFT);
	cycles = min(cycles >> shift, (2ULL << EDU_SUB_BITS) - 1);
	return (shift << EDU_SUB_BITS) + cycles;
}

/* The smallest delay that is counted in @bucket. */
static u64 delay_of(unsigned int bucket)
{
	unsigned int shift = bucket >> EDU_SUB_BITS;

	if (shift <= 1)
		return bucket;
	shift--;
	return (u64)(bucket - (shift << EDU_SUB_BITS)) << shift;
}

static void note_delay(struct edu_delays *d, u64 cycles)
{
	d->bucket[bucket_of(cycles)]++;
	d->count++;
	d->largest = max(d->largest, cycles);
}

/* The delay that @percent of all do not exceed. */
static u64 percentile(const struct edu_delays *d, unsigned int percent)
{
	u64 wanted = div_u64((u64)READ_ONCE(d->count) * percent + 99, 100);
	u64 seen = 0;
	unsigned int i;

	for (i = 0; i < EDU_BUCKETS; i++) {
		seen += READ_ONCE(d->bucket[i]);
		if (seen && seen >= wanted)
			return delay_of(i);
	}
	return 0;
}

/* ---- the handler --------------------------------------------------------------- */

/* By the clock: many short delays come to much more on a busy host. */
static void be_slow(struct edu *edu)
{
	u64 end = get_cycles() +
		  div_u64((u64)READ_ONCE(edu->slow_us) * tsc_khz, 1000);

	if (!edu->slow_left)
		return;
	if (!--edu->slow_left)
		WRITE_ONCE(edu->conduct, EDU_SERVE);
	while (get_cycles() < end)
		cpu_relax();
}

static void __noreturn hang(void)
{
	local_irq_disable();
	for (;;)
		asm volatile("hlt" : : : "memory");
}

/* False: leave the device as it is. */
static bool behave(struct edu *edu)
{
	switch (READ_ONCE(edu->conduct)) {
	case EDU_SLOW:
		be_slow(edu);
		return true;
	case EDU_IGNORE:
		return false;
	case EDU_HANG:
		hang();
	default:
		return true;
	}
}

/*
 * On a shared line the handler may be called for another's device, and find
 * that its own has raised meanwhile: no delay.
 */
static u64 delay_since(u64 raised, u64 now)
{
	return now > raised ? now - raised : 0;
}

static irqreturn_t edu_irq(int irq, void *data)
{
	u64 now = get_cycles();
	struct edu *edu = data;
	u32 status = readl(edu->regs + EDU_IRQ_STATUS);

	if (!status) {
		WRITE_ONCE(edu->foreign, edu->foreign + 1);
		return IRQ_NONE;
	}
	if (!behave(edu))
		return IRQ_NONE;
	note_delay(&edu->delays, delay_since(READ_ONCE(edu->raised_at), now));
	writel(status, edu->regs + EDU_IRQ_ACK);
	/* Pairs with was_served(): what comes before belongs to this one. */
	smp_store_release(&edu->served, edu->served + 1);
	wake_up(&edu->waitq);
	return IRQ_HANDLED;
}

/* ---- the load ------------------------------------------------------------------- */

static bool was_served(struct edu *edu, u32 before)
{
	/* Pairs with edu_irq(): what that one noted is there. */
	return smp_load_acquire(&edu->served) != before;
}

/* Notices at once, to raise again in the middle of what the handler does. */
static int spin_for_service(struct edu *edu, u32 before)
{
	unsigned long end = jiffies + EDU_PATIENCE;

	while (!was_served(edu, before)) {
		if (signal_pending(current))
			return -EINTR;
		if (time_after(jiffies, end))
			return -ETIMEDOUT;
		cpu_relax();
		cond_resched();
	}
	return 0;
}

/* Leaves the core to others. */
static int sleep_for_service(struct edu *edu, u32 before)
{
	long left = wait_event_interruptible_timeout(edu->waitq,
						     was_served(edu, before),
						     EDU_PATIENCE);

	if (left > 0)
		return 0;
	return left ? -EINTR : -ETIMEDOUT;
}

static void edu_raise(struct edu *edu)
{
	WRITE_ONCE(edu->raised, edu->raised + 1);
	WRITE_ONCE(edu->raised_at, get_cycles());
	writel(1, edu->regs + EDU_IRQ_RAISE);
}

/* Sleeps until @time, in nanoseconds since boot. */
static void sleep_until(u64 time)
{
	u64 now = ktime_get_ns();

	if (now < time)
		usleep_range(div_u64(time - now, 1000),
			     div_u64(time - now, 1000) + 1);
}

/* When the TSC is @cycles, in nanoseconds since boot; now if that was before. */
static u64 time_of(u64 cycles)
{
	u64 now = get_cycles();
	u64 ms = cycles > now ? div_u64(cycles - now, tsc_khz) : 0;

	return ktime_get_ns() + min(ms, EDU_MAX_START_MS) * NSEC_PER_MSEC;
}

/*
 * With a period: at moments spread evenly over twice the period, so that the
 * loads of several OSes meet in all ways.
 */
static int run_load(struct edu *edu, unsigned int n, unsigned int period_us,
		    u64 start)
{
	u64 next = time_of(start);
	u32 before;
	int err = 0;

	sleep_until(next);
	while (!err && n--) {
		if (period_us) {
			next += get_random_u32_below(2000 * period_us);
			sleep_until(next);
		}
		before = READ_ONCE(edu->served);
		edu_raise(edu);
		err = period_us ? sleep_for_service(edu, before) :
				  spin_for_service(edu, before);
	}
	return err;
}

static ssize_t load_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t size)
{
	struct edu *edu = dev_get_drvdata(dev);
	unsigned int n, period_us = 0;
	u64 start = 0;
	int err;

	if (sscanf(buf, "%u %u %llu", &n, &period_us, &start) < 1)
		return -EINVAL;
	if (n > EDU_MAX_LOAD || period_us > USEC_PER_SEC)
		return -ERANGE;
	mutex_lock(&edu->lock);
	err = edu->mode == EDU_NO_IRQ ? -ENXIO :
		run_load(edu, n, period_us, start);
	mutex_unlock(&edu->lock);
	return err ?: size;
}
static DEVICE_ATTR_WO(load);

static ssize_t clock_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%llu\n", get_cycles());
}
static DEVICE_ATTR_RO(clock);

static ssize_t raised_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(edu->raised));
}
static DEVICE_ATTR_RO(raised);

static ssize_t served_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(edu->served));
}
static DEVICE_ATTR_RO(served);

static ssize_t foreign_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(edu->foreign));
}
static DEVICE_ATTR_RO(foreign);

static ssize_t delays_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);
	const struct edu_delays *d = &edu->delays;

	return sysfs_emit(buf, "%u %llu %llu %llu\n", READ_ONCE(d->count),
			  percentile(d, 50), percentile(d, 99),
			  READ_ONCE(d->largest));
}

/* Forgets them; no interrupt is on its way while the lock is held. */
static ssize_t delays_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t size)
{
	struct edu *edu = dev_get_drvdata(dev);
	struct edu_delays *d = &edu->delays;

	mutex_lock(&edu->lock);
	memset(d->bucket, 0, EDU_BUCKETS * sizeof(*d->bucket));
	d->count = 0;
	d->largest = 0;
	mutex_unlock(&edu->lock);
	return size;
}
static DEVICE_ATTR_RW(delays);

/* ---- conduct -------------------------------------------------------------------- */

static ssize_t handler_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", conduct_names[READ_ONCE(edu->conduct)]);
}

static ssize_t handler_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t size)
{
	struct edu *edu = dev_get_drvdata(dev);
	unsigned int us = 0, times = UINT_MAX;
	char word[8];
	int conduct;

	if (sscanf(buf, "%7s %u %u", word, &us, &times) < 1)
		return -EINVAL;
	conduct = match_string(conduct_names, ARRAY_SIZE(conduct_names), word);
	if (conduct < 0)
		return conduct;
	if (us > EDU_MAX_US)
		return -ERANGE;
	WRITE_ONCE(edu->slow_us, us);
	WRITE_ONCE(edu->slow_left, times);
	WRITE_ONCE(edu->conduct, conduct);
	return size;
}
static DEVICE_ATTR_RW(handler);

static ssize_t stop_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t size)
{
	hang();
}
static DEVICE_ATTR_WO(stop);

static ssize_t disable_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t size)
{
	struct edu *edu = dev_get_drvdata(dev);
	unsigned int ms;
	int err = kstrtouint(buf, 0, &ms);

	if (err)
		return err;
	mutex_lock(&edu->mode_lock);
	if (edu->mode != EDU_NO_IRQ) {
		disable_irq(edu->virq);
		msleep_interruptible(ms);
		enable_irq(edu->virq);
	} else {
		err = -ENXIO;
	}
	mutex_unlock(&edu->mode_lock);
	return err ?: size;
}
static DEVICE_ATTR_WO(disable);

/* ---- coming and going -------------------------------------------------------------- */

static void teardown_irq(struct edu *edu)
{
	if (edu->mode == EDU_NO_IRQ)
		return;
	free_irq(edu->virq, edu);
	pci_free_irq_vectors(edu->pdev);
	edu->mode = EDU_NO_IRQ;
}

static int setup_irq(struct edu *edu, enum edu_mode mode)
{
	int err = pci_alloc_irq_vectors(edu->pdev, 1, 1, mode == EDU_MSI ?
					PCI_IRQ_MSI : PCI_IRQ_INTX);

	if (err < 0)
		return err;
	edu->virq = pci_irq_vector(edu->pdev, 0);
	if (mode == EDU_THREADED)
		err = request_threaded_irq(edu->virq, NULL, edu_irq,
					   IRQF_SHARED | IRQF_ONESHOT, "edu",
					   edu);
	else
		err = request_irq(edu->virq, edu_irq, IRQF_SHARED, "edu", edu);
	if (err)
		pci_free_irq_vectors(edu->pdev);
	else
		edu->mode = mode;
	return err;
}

static ssize_t irq_mode_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	struct edu *edu = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", mode_names[READ_ONCE(edu->mode)]);
}

static ssize_t irq_mode_store(struct device *dev, struct device_attribute *attr,
			      const char *buf, size_t size)
{
	struct edu *edu = dev_get_drvdata(dev);
	int mode = sysfs_match_string(mode_names, buf);
	int err = 0;

	if (mode < 0)
		return mode;
	mutex_lock(&edu->lock);
	mutex_lock(&edu->mode_lock);
	teardown_irq(edu);
	if (mode != EDU_NO_IRQ)
		err = setup_irq(edu, mode);
	mutex_unlock(&edu->mode_lock);
	mutex_unlock(&edu->lock);
	return err ?: size;
}
static DEVICE_ATTR_RW(irq_mode);

static struct attribute *edu_irq_attrs[] = {
	&dev_attr_load.attr,
	&dev_attr_clock.attr,
	&dev_attr_raised.attr,
	&dev_attr_served.attr,
	&dev_attr_foreign.attr,
	&dev_attr_delays.attr,
	&dev_attr_handler.attr,
	&dev_attr_stop.attr,
	&dev_attr_disable.attr,
	&dev_attr_irq_mode.attr,
	NULL
};

const struct attribute_group edu_irq_group = {
	.attrs = edu_irq_attrs,
};

int edu_irq_init(struct edu *edu)
{
	struct device *dev = &edu->pdev->dev;
	int err;

	mutex_init(&edu->mode_lock);
	init_waitqueue_head(&edu->waitq);
	edu->mode = EDU_NO_IRQ;
	edu->delays.bucket = devm_kcalloc(dev, EDU_BUCKETS,
					  sizeof(*edu->delays.bucket),
					  GFP_KERNEL);
	if (!edu->delays.bucket)
		return -ENOMEM;
	writel(~0, edu->regs + EDU_IRQ_ACK);	/* of a former life */
	err = setup_irq(edu, EDU_MSI);
	return err ? setup_irq(edu, EDU_INTX) : 0;
}

void edu_irq_exit(struct edu *edu)
{
	teardown_irq(edu);
}
