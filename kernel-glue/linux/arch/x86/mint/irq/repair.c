// SPDX-License-Identifier: GPL-2.0-only
/*
 * Repair of the interrupt table.  An OS can restore what is its own, and what
 * follows from the sections; the sections of the others are restored by their
 * owners.  So whoever repairs asks all of them, and then does it once more.
 */
#include <linux/bitops.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/wait.h>

#include "base/base.h"
#include "base/faults.h"
#include "irq/internal.h"
#include "irq/irq.h"
#include "neutral/shared.h"

#define REPAIR_TIMEOUT		(2 * HZ)

static DEFINE_MUTEX(repair_mutex);
static DECLARE_WAIT_QUEUE_HEAD(repair_waitq);

/*
 * Damage may have made an OS of a slot that has none, or whose OS has not started.
 * An OS that has ended counts until it is destroyed.
 */
static int drop_ghosts(void)
{
	u32 os, state;
	int nr = 0, err = 0;

	/* Who cannot have the lock once need not wait for it again and again. */
	for (os = 1; os <= MINT_MAX_OSES && err != -ETIMEDOUT; os++) {
		state = READ_ONCE(mint_os(os)->state);
		if ((state != MINT_OS_FREE && state != MINT_OS_CREATED) ||
		    !READ_ONCE(irql_os(&mint_irql, os)->generation))
			continue;
		err = irql_os_gone(&mint_irql, os);
		nr += !err;
	}
	return nr;
}

/* How many things were restored, or -errno. */
static int repair_own(void)
{
	struct mint_section *sec = mint_section(mint_self.os);
	int ghosts = drop_ghosts();
	int nr = irql_repair(&mint_irql);

	if (nr >= 0)
		nr += ghosts;
	mint_fault_step("repaired");
	/* The news of each repair may have been looked at before this count rose. */
	if (nr > 0) {
		WRITE_ONCE(sec->repairs, READ_ONCE(sec->repairs) + nr);
		mint_irq_changed(&mint_irql, MINT_IRQT_NONE);
	}
	mint_shared_store(&sec->repair_seq, READ_ONCE(sec->repair_seq) + 1);
	return nr;
}

/**
 * struct errand - what the other OSes were asked for
 * @asked:	bit (OS id - 1)
 * @seq:	repair_seq of each before
 * @repairs:	what each had restored before
 */
struct errand {
	unsigned long asked;
	u32 seq[MINT_MAX_OSES];
	u32 repairs[MINT_MAX_OSES];
};

static void ask_others(struct errand *e)
{
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++) {
		if (os == mint_self.os || !mint_os_alive(os))
			continue;
		__set_bit(os - 1, &e->asked);
		e->seq[os - 1] = READ_ONCE(mint_section(os)->repair_seq);
		e->repairs[os - 1] = READ_ONCE(mint_section(os)->repairs);
		mint_event_send(os, MINT_EV_IRQ_REPAIR);
	}
}

static bool all_done(const struct errand *e)
{
	unsigned int bit;

	for_each_set_bit(bit, &e->asked, MINT_MAX_OSES)
		if (mint_os_alive(bit + 1) &&
		    mint_shared_load(&mint_section(bit + 1)->repair_seq) ==
		    e->seq[bit])
			return false;
	return true;
}

/* By their own count, which is only shown: it may be any number. */
static u32 others_repairs(const struct errand *e)
{
	unsigned int bit;
	u32 nr, sum = 0;

	for_each_set_bit(bit, &e->asked, MINT_MAX_OSES) {
		nr = READ_ONCE(mint_section(bit + 1)->repairs) - e->repairs[bit];
		sum += min(nr, MINT_IRQT_MAX_ROUTES);
	}
	return sum;
}

int mint_irq_repair(void)
{
	struct errand e = { };
	int first, again;

	if (!mint_irql_up)
		return -ENODEV;
	mutex_lock(&repair_mutex);
	first = repair_own();
	ask_others(&e);
	wait_event_timeout(repair_waitq, all_done(&e), REPAIR_TIMEOUT);
	again = repair_own();
	mutex_unlock(&repair_mutex);
	if (first < 0 || again < 0)
		return first < 0 ? first : again;
	return first + again + others_repairs(&e);
}

static void repair_event(u32 events)
{
	if ((events & MINT_EV_IRQ_REPAIR) && mint_irql_up) {
		repair_own();
		mint_event_send_all(MINT_EV_IRQ);
	}
	wake_up_all(&repair_waitq);
}

static struct mint_event_handler repair_events = {
	.mask = MINT_EV_IRQ_REPAIR | MINT_EV_IRQ | MINT_EV_STATE,
	.fn = repair_event,
};

static int __init mint_irqrepair_init(void)
{
	if (mint_self.active)
		mint_event_register(&repair_events);
	return 0;
}
core_initcall_sync(mint_irqrepair_init);
