// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of the machine by order (mintctl machine ...): all OSes are asked, those that
 * do not answer are stopped, and the one with the ACPI hardware goes last.  And of this
 * OS, when it is asked.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/reboot.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "base/base.h"
#include "base/faults.h"
#include "os/internal.h"
#include "os/os.h"

/* How long mintctl machine ... waits for the other OSes, and how it looks. */
#define MACHINE_END_MS		30000u
#define END_LOOK_MS		500u
/* One without a sign of life for so long is not waited for. */
#define QUIET_MS		10000u
/* How much longer whoever asked the primary waits for that, to stop this OS. */
#define PRIMARY_MS		15000u
/* How long the end of the machine waits for what this OS is doing. */
#define OPS_WAIT_MS		10000u

static DECLARE_WAIT_QUEUE_HEAD(state_changed);

/* @os can do what it is asked to. */
static bool answers(u32 os)
{
	return mint_os_alive(os) && !mint_os_stopped(os) &&
	       mint_os_quiet_ms(os) < mint_fault_ms("patience", QUIET_MS);
}

static bool others_answer(void)
{
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os && answers(os))
			return true;
	return false;
}

static void ask_others(void)
{
	u32 os, waited;

	for (os = 1; os <= MINT_MAX_OSES; os++)
		if (os != mint_self.os && mint_os_alive(os))
			mint_event_send(os, MINT_EV_STOP);
	/* Nobody tells that it fell silent: look now and then. */
	for (waited = 0; waited < MACHINE_END_MS && others_answer();
	     waited += END_LOOK_MS)
		wait_event_timeout(state_changed, !mint_others_stay(),
				   msecs_to_jiffies(END_LOOK_MS));
}

static void force_others(void)
{
	char name[MINT_NAME_LEN];
	u32 os;

	for (os = 1; os <= MINT_MAX_OSES; os++) {
		if (os == mint_self.os || !mint_os_stays(os))
			continue;
		mint_os_name(os, name);
		pr_warn("%s does not stop: stopping its cores\n", name);
		if (mint_os_fence(os, NULL))
			pr_err("%s cannot be stopped; it goes with the machine\n",
			       name);
	}
}

/* An operation of this OS that hangs does not keep the machine on. */
static bool lock_ops(void)
{
	u32 waited;

	for (waited = 0; waited < OPS_WAIT_MS; waited += 100) {
		if (mutex_trylock(&mint_ops_mutex))
			return true;
		msleep(100);
	}
	pr_warn("an operation of this OS does not end; the machine ends all the same\n");
	return false;
}

static void end_machine(struct work_struct *work)
{
	u32 action = READ_ONCE(mint_hdr()->end_request);
	bool locked;

	/* We are on our way out already: whoever was asked has asked us. */
	if (system_state > SYSTEM_RUNNING)
		return;
	locked = lock_ops();
	ask_others();
	force_others();
	mint_machine_is_mine();
	if (locked)
		mutex_unlock(&mint_ops_mutex);
	if (action == MINT_MACHINE_REBOOT)
		orderly_reboot();
	else
		orderly_poweroff(true);
}

static DECLARE_DELAYED_WORK(end_work, end_machine);

int mint_machine_end(u32 action, struct netlink_ext_ack *extack)
{
	u32 primary = READ_ONCE(mint_hdr()->primary);
	unsigned long wait = 0;

	if (action != MINT_MACHINE_POWEROFF && action != MINT_MACHINE_REBOOT) {
		NL_SET_ERR_MSG(extack, "the machine can only be powered off or rebooted");
		return -EINVAL;
	}
	/* Without the table's lock: a dead OS may have it. */
	WRITE_ONCE(mint_hdr()->end_request, action);
	/*
	 * Whoever has the ACPI hardware goes last, and stops this OS.  If it is
	 * gone, or does not, we do it.
	 */
	if (primary != mint_self.os && answers(primary)) {
		mint_event_send(primary, MINT_EV_MACHINE);
		wait = msecs_to_jiffies(MACHINE_END_MS + PRIMARY_MS);
	}
	mod_delayed_work(system_wq, &end_work, wait);
	return 0;
}

/* ---- this OS is asked to end ------------------------------------------------ */

/* How often, and how long, is looked whether user space is up. */
#define UP_LOOK_MS		500u
#define UP_WAIT_MS		120000u

static void end_when_up(struct work_struct *work);
static DECLARE_DELAYED_WORK(up_work, end_when_up);
static unsigned long up_deadline;	/* jiffies */

static void end_this(void)
{
	if (READ_ONCE(mint_launch(mint_self.os)->ask) == MINT_THEN_RESTART)
		orderly_reboot();
	else
		orderly_poweroff(false);
}

static bool is_up(void)
{
	return READ_ONCE(mint_os(mint_self.os)->state) == MINT_OS_UP;
}

static void end_when_up(struct work_struct *work)
{
	if (is_up())
		end_this();
	else if (time_before(jiffies, READ_ONCE(up_deadline)))
		mod_delayed_work(system_wq, &up_work, msecs_to_jiffies(UP_LOOK_MS));
}

/*
 * While user space comes up there may be nobody yet who carries that out, or somebody
 * who forgets it: then once more when it is up.
 */
static void end_as_asked(void)
{
	end_this();
	if (is_up())
		return;
	WRITE_ONCE(up_deadline, jiffies + msecs_to_jiffies(UP_WAIT_MS));
	mod_delayed_work(system_wq, &up_work, msecs_to_jiffies(UP_LOOK_MS));
}

static void os_events(u32 events)
{
	if (events & MINT_EV_STATE)
		wake_up_all(&state_changed);
	if (events & MINT_EV_STOP)
		end_as_asked();
	if (events & MINT_EV_MACHINE)
		mod_delayed_work(system_wq, &end_work, 0);
}

static struct mint_event_handler os_handler = {
	.mask = MINT_EV_STATE | MINT_EV_STOP | MINT_EV_MACHINE,
	.fn = os_events,
};

static int __init mint_end_init(void)
{
	if (!mint_self.active)
		return 0;
	mint_event_register(&os_handler);
	return 0;
}
core_initcall_sync(mint_end_init);
