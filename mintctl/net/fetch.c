// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions to the kernel, and their answers put into a model.
 */
#include <errno.h>
#include <linux/mint.h>
#include <linux/netlink.h>
#include <stdlib.h>

#include "lib/msg.h"
#include "net/fetch.h"

static int on_os(struct nlattr **attrs, struct nl_msg *msg, void *arg)
{
	struct os_info os;
	int ret = os_info_decode(&os, attrs);

	(void)msg;
	return ret ? ret : model_add_os(arg, &os);
}

static int on_dev(struct nlattr **attrs, struct nl_msg *msg, void *arg)
{
	struct dev_info dev;
	int ret = dev_info_decode(&dev, attrs);

	(void)msg;
	return ret ? ret : model_add_dev(arg, &dev);
}

static int on_policy(struct nlattr **attrs, struct nl_msg *msg, void *arg)
{
	struct policy_info policy;
	int ret = policy_info_decode(&policy, attrs);

	(void)msg;
	return ret ? ret : model_add_policy(arg, &policy);
}

static int on_irq(struct nlattr **attrs, struct nl_msg *msg, void *arg)
{
	struct irq_info irq;
	int ret = irq_info_decode(&irq, attrs);

	(void)msg;
	return ret ? ret : model_add_irq(arg, &irq);
}

static int on_diff(struct nlattr **attrs, struct nl_msg *msg, void *arg)
{
	struct diff_info diff;
	int ret = diff_info_decode(&diff, attrs);

	(void)msg;
	return ret ? ret : model_add_diff(arg, &diff);
}

static int on_image(struct nlattr **attrs, struct nl_msg *msg, void *arg)
{
	struct image_info image;
	int ret = image_info_decode(&image, attrs);

	(void)msg;
	return ret ? ret : model_add_image(arg, &image);
}

static int on_machine(struct nlattr **attrs, struct nl_msg *msg, void *arg)
{
	struct model *m = arg;

	(void)msg;
	return machine_info_decode(&m->machine, attrs);
}

static int by_bdf(const void *a, const void *b)
{
	const struct dev_info *x = a, *y = b;

	return (x->sbdf > y->sbdf) - (x->sbdf < y->sbdf);
}

static const struct {
	unsigned int what;
	int cmd;
	int flags;
	mint_nl_answer fn;
	const char *object;	/* of a message */
} questions[] = {
	{ FETCH_OSES, MINT_CMD_OS_GET, NLM_F_DUMP, on_os, NULL },
	{ FETCH_DEVS, MINT_CMD_DEV_GET, NLM_F_DUMP, on_dev, NULL },
	{ FETCH_POLICIES, MINT_CMD_POLICY_GET, NLM_F_DUMP, on_policy, NULL },
	{ FETCH_IMAGES, MINT_CMD_IMAGE_GET, NLM_F_DUMP, on_image, NULL },
	{ FETCH_IRQS, MINT_CMD_IRQ_GET, NLM_F_DUMP, on_irq, NULL },
	{ FETCH_MACHINE, MINT_CMD_MACHINE_GET, 0, on_machine, NULL },
	{ FETCH_DIFFS, MINT_CMD_IRQ_VERIFY, NLM_F_DUMP, on_diff,
	  "interrupt table" },
};

int fetch_model(struct mint_nl *nl, unsigned int what, struct model *m)
{
	size_t i;
	int ret;

	for (i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		if (!(what & questions[i].what))
			continue;
		ret = mint_nl_call(nl, mint_nl_request(nl, questions[i].cmd,
						       questions[i].flags),
				   questions[i].object, questions[i].fn, m);
		if (ret)
			return ret;
	}
	if (m->nr_devs)
		qsort(m->devs, m->nr_devs, sizeof(m->devs[0]), by_bdf);
	return 0;
}

int fetch_once(unsigned int what, struct model *m)
{
	struct mint_nl *nl;
	int ret = mint_nl_open(&nl);

	if (!ret)
		ret = fetch_model(nl, what, m);
	mint_nl_close(nl);
	return ret;
}

static int on_one_os(struct nlattr **attrs, struct nl_msg *msg, void *arg)
{
	(void)msg;
	return os_info_decode(arg, attrs);
}

int fetch_os(struct mint_nl *nl, const char *name, struct os_info *os)
{
	struct nl_msg *msg = mint_nl_request(nl, MINT_CMD_OS_GET, 0);

	os->id = MINT_OS_NONE;
	if (msg)
		nla_put_string(msg, MINT_A_OS_NAME, name);
	return mint_nl_call(nl, msg, name, on_one_os, os);
}
