/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens to OSes, PCI functions and interrupts, a line for each thing.
 */
#ifndef MINTCTL_EVENT_VIEW_H
#define MINTCTL_EVENT_VIEW_H

#include <stdio.h>

#include "model/event.h"

/* How to print events. */
struct event_view {
	const struct model *m;	/* for the names of OSes */
	bool json;
	FILE *out;
};

/* For people, with the time of day; or as JSON. */
void event_view_dev(const struct event_view *v, const struct dev_event *e);
void event_view_os(const struct event_view *v, const struct os_info *os);
void event_view_irq(const struct event_view *v, const struct irq_news *news);

/* While it is on its way the order says from where; later, who had it last. */
uint32_t event_order_from(const struct dev_info *dev);
uint32_t event_order_to(const struct dev_info *dev);
/* The line as JSON. */
void event_json_dev(const struct event_view *v, const struct dev_event *e);
void event_json_os(const struct event_view *v, const struct os_info *os);
void event_json_irq(const struct event_view *v, const struct irq_news *news);

#endif /* MINTCTL_EVENT_VIEW_H */
