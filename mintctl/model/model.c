// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes of netlink decoded into structures, lists of these, and what they mean in
 * words.  Whatever the kernel says is checked for its size and made printable.
 */
#include <ctype.h>
#include <errno.h>
#include <linux/mint.h>
#include <mint/image.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"

/* ---- attributes -------------------------------------------------------- */

/* An attribute that is missing leaves 0; one of a wrong size is -EPROTO. */
static int take_bytes(struct nlattr **attrs, int type, void *to, size_t size)
{
	if (!attrs[type])
		return 0;
	if ((size_t)nla_len(attrs[type]) != size)
		return -EPROTO;
	memcpy(to, nla_data(attrs[type]), size);
	return 0;
}

static int take_u32(struct nlattr **attrs, int type, uint32_t *to)
{
	return take_bytes(attrs, type, to, sizeof(*to));
}

static int take_u64(struct nlattr **attrs, int type, uint64_t *to)
{
	return take_bytes(attrs, type, to, sizeof(*to));
}

/* What is not printable becomes '?': another OS wrote it. */
static void take_string(struct nlattr **attrs, int type, char *to, size_t size)
{
	size_t i, len;

	if (!attrs[type])
		return;
	len = strnlen(nla_data(attrs[type]), nla_len(attrs[type]));
	if (len >= size)
		len = size - 1;
	memcpy(to, nla_data(attrs[type]), len);
	to[len] = '\0';
	while (len && isspace((unsigned char)to[len - 1]))
		to[--len] = '\0';
	for (i = 0; i < len; i++) {
		if (!isascii((unsigned char)to[i]) || !isprint((unsigned char)to[i]))
			to[i] = '?';
	}
}

static int take_range(struct nlattr **attrs, int base, int size,
		      struct mint_range *to)
{
	uint64_t base_paddr = 0, size_bytes = 0;

	if (take_u64(attrs, base, &base_paddr) ||
	    take_u64(attrs, size, &size_bytes))
		return -EPROTO;
	to->base_paddr = base_paddr;
	to->size_bytes = size_bytes;
	return 0;
}

static int take_os_memory(struct os_info *os, struct nlattr **attrs)
{
	os->hides_addresses = attrs[MINT_A_MEM_SIZE] && !attrs[MINT_A_MEM_BASE];
	if (take_range(attrs, MINT_A_MEM_BASE, MINT_A_MEM_SIZE, &os->main) ||
	    take_range(attrs, MINT_A_DMA_BASE, MINT_A_DMA_SIZE, &os->dma) ||
	    take_range(attrs, MINT_A_LOW_BASE, MINT_A_LOW_SIZE, &os->low))
		return -EPROTO;
	return 0;
}

static int take_starts(struct os_info *os, struct nlattr **attrs)
{
	memset(os->stamp_ns, 0xff, sizeof(os->stamp_ns));
	if (take_u32(attrs, MINT_A_OS_STARTS, &os->starts) ||
	    take_u32(attrs, MINT_A_OS_TRIES, &os->tries) ||
	    take_u32(attrs, MINT_A_OS_AT_REBOOT, &os->on[MINT_AT_REBOOT]) ||
	    take_u32(attrs, MINT_A_OS_AT_CRASH, &os->on[MINT_AT_CRASH]) ||
	    take_u32(attrs, MINT_A_OS_AT_POWEROFF, &os->on[MINT_AT_POWEROFF]) ||
	    take_bytes(attrs, MINT_A_OS_STAMPS, os->stamp_ns,
		       sizeof(os->stamp_ns)))
		return -EPROTO;
	os->paused = attrs[MINT_A_OS_PAUSED];
	os->has_image = attrs[MINT_A_IMAGE_ID];
	take_string(attrs, MINT_A_IMAGE_NAME, os->image, sizeof(os->image));
	return 0;
}

static int take_turns(struct os_info *os, struct nlattr **attrs)
{
	os->shares = attrs[MINT_A_TURNS];
	if (take_u64(attrs, MINT_A_SHARED, &os->shared) ||
	    take_u32(attrs, MINT_A_SHARE, &os->share) ||
	    take_u32(attrs, MINT_A_SLICE_US, &os->slice_us) ||
	    take_u64(attrs, MINT_A_GOT_MS, &os->got_ms) ||
	    take_u64(attrs, MINT_A_STEAL_MS, &os->steal_ms) ||
	    take_u64(attrs, MINT_A_TURNS, &os->turns) ||
	    take_u64(attrs, MINT_A_LATEST_US, &os->latest_us))
		return -EPROTO;
	return 0;
}

int os_info_decode(struct os_info *os, struct nlattr **attrs)
{
	memset(os, 0, sizeof(*os));
	if (!attrs[MINT_A_OS_ID] || !attrs[MINT_A_OS_NAME])
		return -EPROTO;
	if (take_u32(attrs, MINT_A_OS_ID, &os->id) ||
	    take_u32(attrs, MINT_A_OS_STATE, &os->state) ||
	    take_u32(attrs, MINT_A_OS_REASON, &os->reason) ||
	    take_u32(attrs, MINT_A_OS_CREATOR, &os->creator) ||
	    take_u32(attrs, MINT_A_OS_GENERATION, &os->generation) ||
	    take_u32(attrs, MINT_A_OS_BOOT_CORE, &os->boot_core) ||
	    take_u32(attrs, MINT_A_OS_LEGACY, &os->legacy) ||
	    take_u32(attrs, MINT_A_OS_SILENT_MS, &os->silent_ms) ||
	    take_u32(attrs, MINT_A_OS_SILENT_CORE, &os->silent_core) ||
	    take_u32(attrs, MINT_A_ARCH, &os->arch) ||
	    take_u64(attrs, MINT_A_OS_AGE_MS, &os->age_ms) ||
	    take_u64(attrs, MINT_A_CORES, &os->cores) ||
	    take_os_memory(os, attrs) || take_starts(os, attrs) || take_turns(os, attrs))
		return -EPROTO;
	os->self = attrs[MINT_A_OS_SELF];
	os->has_age = attrs[MINT_A_OS_AGE_MS];
	take_string(attrs, MINT_A_OS_NAME, os->name, sizeof(os->name));
	take_string(attrs, MINT_A_OS_RELEASE, os->release, sizeof(os->release));
	take_string(attrs, MINT_A_OS_TEXT, os->text, sizeof(os->text));
	return 0;
}

static int take_order(struct dev_info *dev, struct nlattr **attrs)
{
	memset(dev->phase_ns, 0xff, sizeof(dev->phase_ns));
	if (take_u32(attrs, MINT_A_DEV_ORDER, &dev->order) ||
	    take_u32(attrs, MINT_A_DEV_ORDERER, &dev->orderer) ||
	    take_u32(attrs, MINT_A_DEV_ORDER_OPTIONS, &dev->options) ||
	    take_u32(attrs, MINT_A_DEV_FROM, &dev->from) ||
	    take_u32(attrs, MINT_A_DEV_TO, &dev->to) ||
	    take_u32(attrs, MINT_A_DEV_BACK, &dev->back) ||
	    take_u32(attrs, MINT_A_DEV_ERROR, &dev->error) ||
	    take_u32(attrs, MINT_A_DEV_PHASE, &dev->phase) ||
	    take_bytes(attrs, MINT_A_DEV_PHASES, dev->phase_ns,
		       sizeof(dev->phase_ns)))
		return -EPROTO;
	take_string(attrs, MINT_A_DEV_REASON, dev->reason, sizeof(dev->reason));
	return 0;
}

/* What it is. */
static int take_function(struct dev_info *dev, struct nlattr **attrs)
{
	dev->hides_addresses = attrs[MINT_A_DEV_BAR_SIZES] &&
			       !attrs[MINT_A_DEV_BAR_ADDRS];
	if (take_bytes(attrs, MINT_A_DEV_VENDOR, &dev->vendor,
		       sizeof(dev->vendor)) ||
	    take_bytes(attrs, MINT_A_DEV_DEVICE, &dev->device,
		       sizeof(dev->device)) ||
	    take_bytes(attrs, MINT_A_DEV_SUB_VENDOR, &dev->sub_vendor,
		       sizeof(dev->sub_vendor)) ||
	    take_bytes(attrs, MINT_A_DEV_SUB_DEVICE, &dev->sub_device,
		       sizeof(dev->sub_device)) ||
	    take_u32(attrs, MINT_A_DEV_CLASS, &dev->class_rev) ||
	    take_u32(attrs, MINT_A_DEV_GSI, &dev->gsi) ||
	    take_u32(attrs, MINT_A_DEV_GSI_FLAGS, &dev->gsi_flags) ||
	    take_u32(attrs, MINT_A_DEV_BRIDGE, &dev->bridge) ||
	    take_bytes(attrs, MINT_A_DEV_BAR_ADDRS, dev->bar,
		       sizeof(dev->bar)) ||
	    take_bytes(attrs, MINT_A_DEV_BAR_SIZES, dev->bar_size,
		       sizeof(dev->bar_size)))
		return -EPROTO;
	return 0;
}

int dev_info_decode(struct dev_info *dev, struct nlattr **attrs)
{
	memset(dev, 0, sizeof(*dev));
	dev->gsi = dev->bridge = ~0U;
	if (!attrs[MINT_A_DEV_SBDF])
		return -EPROTO;
	if (take_u32(attrs, MINT_A_DEV_SBDF, &dev->sbdf) ||
	    take_u32(attrs, MINT_A_DEV_OWNER, &dev->owner) ||
	    take_u32(attrs, MINT_A_DEV_HOME, &dev->home) ||
	    take_u32(attrs, MINT_A_DEV_STATE, &dev->state) ||
	    take_u32(attrs, MINT_A_DEV_FLAGS, &dev->flags) ||
	    take_u32(attrs, MINT_A_DEV_EJECT, &dev->eject) ||
	    take_function(dev, attrs) || take_order(dev, attrs))
		return -EPROTO;
	take_string(attrs, MINT_A_DEV_DRIVER, dev->driver, sizeof(dev->driver));
	return 0;
}

int policy_info_decode(struct policy_info *policy, struct nlattr **attrs)
{
	memset(policy, 0, sizeof(*policy));
	if (!attrs[MINT_A_POLICY_KIND] || !attrs[MINT_A_POLICY_KEY] ||
	    take_u32(attrs, MINT_A_POLICY_KIND, &policy->kind) ||
	    take_u32(attrs, MINT_A_POLICY_KEY, &policy->key))
		return -EPROTO;
	take_string(attrs, MINT_A_OS_NAME, policy->os, sizeof(policy->os));
	return 0;
}

static int take_line(struct irq_info *irq, struct nlattr **attrs)
{
	irq->has_line = attrs[MINT_A_IRQ_SHARERS];
	if (take_u32(attrs, MINT_A_IRQ_SHARERS, &irq->sharers) ||
	    take_u32(attrs, MINT_A_IRQ_EVICTED, &irq->evicted) ||
	    take_u32(attrs, MINT_A_IRQ_ROUNDS, &irq->rounds) ||
	    take_u32(attrs, MINT_A_IRQ_FORCED, &irq->forced) ||
	    take_u32(attrs, MINT_A_IRQ_EVICTIONS, &irq->evictions) ||
	    take_u32(attrs, MINT_A_IRQ_TIMEOUT_MS, &irq->timeout_ms))
		return -EPROTO;
	take_string(attrs, MINT_A_IRQ_STRATEGY, irq->strategy,
		    sizeof(irq->strategy));
	return 0;
}

int irq_info_decode(struct irq_info *irq, struct nlattr **attrs)
{
	memset(irq, 0, sizeof(*irq));
	irq->gsi = irq->chip = irq->pin = irq->sbdf = ~0U;
	if (!attrs[MINT_A_OS_ID] || !attrs[MINT_A_IRQ_TYPE])
		return -EPROTO;
	if (take_u32(attrs, MINT_A_OS_ID, &irq->os) ||
	    take_u32(attrs, MINT_A_IRQ_GSI, &irq->gsi) ||
	    take_u32(attrs, MINT_A_IRQ_TYPE, &irq->type) ||
	    take_u32(attrs, MINT_A_IRQ_CHIP, &irq->chip) ||
	    take_u32(attrs, MINT_A_IRQ_PIN, &irq->pin) ||
	    take_u32(attrs, MINT_A_IRQ_FLAGS, &irq->flags) ||
	    take_u32(attrs, MINT_A_IRQ_VECTOR, &irq->vector) ||
	    take_u32(attrs, MINT_A_IRQ_DEST, &irq->dest) ||
	    take_u32(attrs, MINT_A_DEV_SBDF, &irq->sbdf) ||
	    take_u64(attrs, MINT_A_IRQ_COUNT, &irq->count) ||
	    take_u64(attrs, MINT_A_IRQ_FOREIGN, &irq->foreign) ||
	    take_line(irq, attrs))
		return -EPROTO;
	take_string(attrs, MINT_A_IRQ_DEV, irq->dev, sizeof(irq->dev));
	return 0;
}

int irq_news_decode(struct irq_news *news, struct nlattr **attrs)
{
	memset(news, 0, sizeof(*news));
	news->gsi = news->sbdf = ~0U;
	if (!attrs[MINT_A_IRQ_CHANGE] ||
	    take_u32(attrs, MINT_A_OS_ID, &news->os) ||
	    take_u32(attrs, MINT_A_IRQ_GSI, &news->gsi) ||
	    take_u32(attrs, MINT_A_DEV_SBDF, &news->sbdf))
		return -EPROTO;
	take_string(attrs, MINT_A_IRQ_CHANGE, news->change, sizeof(news->change));
	take_string(attrs, MINT_A_IRQ_DEV, news->dev, sizeof(news->dev));
	return 0;
}

int diff_info_decode(struct diff_info *diff, struct nlattr **attrs)
{
	memset(diff, 0, sizeof(*diff));
	diff->gsi = ~0U;
	if (!attrs[MINT_A_IRQ_WHAT])
		return -EPROTO;
	if (take_u32(attrs, MINT_A_IRQ_GSI, &diff->gsi) ||
	    take_u32(attrs, MINT_A_OS_ID, &diff->os) ||
	    take_u64(attrs, MINT_A_IRQ_IS, &diff->is) ||
	    take_u64(attrs, MINT_A_IRQ_SHOULD, &diff->should))
		return -EPROTO;
	take_string(attrs, MINT_A_IRQ_WHAT, diff->what, sizeof(diff->what));
	return 0;
}

int image_info_decode(struct image_info *image, struct nlattr **attrs)
{
	memset(image, 0, sizeof(*image));
	if (!attrs[MINT_A_IMAGE_ID] ||
	    take_u32(attrs, MINT_A_IMAGE_ID, &image->id) ||
	    take_u32(attrs, MINT_A_IMAGE_STATE, &image->state) ||
	    take_u32(attrs, MINT_A_IMAGE_USERS, &image->users) ||
	    take_u32(attrs, MINT_A_IMAGE_LOADER, &image->loader) ||
	    take_u32(attrs, MINT_A_ARCH, &image->arch) ||
	    take_u32(attrs, MINT_A_IMAGE_KIND, &image->kind) ||
	    take_u32(attrs, MINT_A_IMAGE_CORES, &image->nr_cores) ||
	    take_u64(attrs, MINT_A_IMAGE_NEED, &image->need) ||
	    take_u64(attrs, MINT_A_IMAGE_SIZE, &image->size) ||
	    take_u64(attrs, MINT_A_IMAGE_BASE, &image->base) ||
	    take_u64(attrs, MINT_A_IMAGE_KERNEL, &image->kernel) ||
	    take_u64(attrs, MINT_A_IMAGE_INITRD, &image->initrd))
		return -EPROTO;
	image->hides_address = !attrs[MINT_A_IMAGE_BASE];
	take_string(attrs, MINT_A_IMAGE_NAME, image->name, sizeof(image->name));
	take_string(attrs, MINT_A_IMAGE_RELEASE, image->release,
		    sizeof(image->release));
	take_string(attrs, MINT_A_IMAGE_CMDLINE, image->cmdline,
		    sizeof(image->cmdline));
	return 0;
}

const char *model_arch(uint32_t arch)
{
	switch (arch) {
	case MINT_IMAGE_X86_64:
		return "x86_64";
	case MINT_IMAGE_X86_32:
		return "i386";
	default:
		return "";
	}
}

int machine_info_decode(struct machine_info *machine, struct nlattr **attrs)
{
	size_t size;

	memset(machine, 0, sizeof(*machine));
	if (!attrs[MINT_A_NR_CORES] ||
	    take_u32(attrs, MINT_A_NR_CORES, &machine->nr_cores) ||
	    machine->nr_cores > MINT_MAX_CORES)
		return -EPROTO;
	size = machine->nr_cores * sizeof(uint32_t);
	if (take_bytes(attrs, MINT_A_APIC_IDS, machine->apic_id, size) ||
	    take_bytes(attrs, MINT_A_CORE_OWNERS, machine->owner, size) ||
	    take_u64(attrs, MINT_A_POOL_SIZE, &machine->pool_size) ||
	    take_u64(attrs, MINT_A_POOL_FREE, &machine->pool_free) ||
	    take_u32(attrs, MINT_A_PRIMARY, &machine->primary) ||
	    take_u64(attrs, MINT_A_SHM_BASE, &machine->shm_base))
		return -EPROTO;
	return 0;
}

/* ---- lists ------------------------------------------------------------- */

/*
 * @list with room for one more behind @nr, or NULL and @list as it was.  The
 * room doubles at powers of two.
 */
static void *grow(void *list, unsigned int nr, size_t size)
{
	if (nr & (nr - 1))
		return list;
	return realloc(list, (nr ? 2 * nr : 1) * size);
}

int model_add_os(struct model *m, const struct os_info *os)
{
	if (m->nr_oses == MINT_MAX_OSES)
		return -ENOMEM;
	m->oses[m->nr_oses++] = *os;
	return 0;
}

int model_add_dev(struct model *m, const struct dev_info *dev)
{
	struct dev_info *list = grow(m->devs, m->nr_devs, sizeof(*list));

	if (!list)
		return -ENOMEM;
	m->devs = list;
	m->devs[m->nr_devs++] = *dev;
	return 0;
}

int model_add_policy(struct model *m, const struct policy_info *policy)
{
	if (m->nr_policies == MINT_MAX_POLICIES)
		return -ENOMEM;
	m->policies[m->nr_policies++] = *policy;
	return 0;
}

int model_add_irq(struct model *m, const struct irq_info *irq)
{
	struct irq_info *list = grow(m->irqs, m->nr_irqs, sizeof(*list));

	if (!list)
		return -ENOMEM;
	m->irqs = list;
	m->irqs[m->nr_irqs++] = *irq;
	return 0;
}

int model_add_diff(struct model *m, const struct diff_info *diff)
{
	struct diff_info *list = grow(m->diffs, m->nr_diffs, sizeof(*list));

	if (!list)
		return -ENOMEM;
	m->diffs = list;
	m->diffs[m->nr_diffs++] = *diff;
	return 0;
}

int model_add_image(struct model *m, const struct image_info *image)
{
	struct image_info *list = grow(m->images, m->nr_images, sizeof(*list));

	if (!list)
		return -ENOMEM;
	m->images = list;
	m->images[m->nr_images++] = *image;
	return 0;
}

static bool is_of_gsi(const struct irq_info *irq, uint32_t gsi)
{
	return irq->gsi == gsi;
}

static bool is_message_of(const struct irq_info *irq, uint32_t sbdf)
{
	return irq->sbdf == sbdf &&
	       (irq->type == MINT_ROUTE_MSI || irq->type == MINT_ROUTE_MSIX);
}

static bool is_doorbell(const struct irq_info *irq, uint32_t unused)
{
	(void)unused;
	return irq->type == MINT_ROUTE_DOORBELL;
}

static void keep_irqs(struct model *m, uint32_t arg,
		      bool (*wanted)(const struct irq_info *irq, uint32_t arg))
{
	unsigned int i, nr = 0;

	for (i = 0; i < m->nr_irqs; i++) {
		if (wanted(&m->irqs[i], arg))
			m->irqs[nr++] = m->irqs[i];
	}
	m->nr_irqs = nr;
}

void model_keep_gsi(struct model *m, uint32_t gsi)
{
	keep_irqs(m, gsi, is_of_gsi);
}

void model_keep_messages(struct model *m, uint32_t sbdf)
{
	keep_irqs(m, sbdf, is_message_of);
}

void model_keep_doorbells(struct model *m)
{
	keep_irqs(m, 0, is_doorbell);
}

bool model_has_messages(const struct model *m, uint32_t sbdf)
{
	unsigned int i;

	for (i = 0; i < m->nr_irqs; i++) {
		if (is_message_of(&m->irqs[i], sbdf))
			return true;
	}
	return false;
}

void model_drop_gone(struct model *m)
{
	unsigned int i, nr = 0;

	for (i = 0; i < m->nr_devs; i++) {
		if (m->devs[i].state != MINT_DEV_GONE)
			m->devs[nr++] = m->devs[i];
	}
	m->nr_devs = nr;
}

void model_keep_snapshots(struct model *m)
{
	unsigned int i, nr = 0;

	for (i = 0; i < m->nr_images; i++) {
		if (m->images[i].kind == MINT_IMG_SNAPSHOT)
			m->images[nr++] = m->images[i];
	}
	m->nr_images = nr;
}

void model_release(struct model *m)
{
	free(m->devs);
	free(m->irqs);
	free(m->diffs);
	free(m->images);
	memset(m, 0, sizeof(*m));
}

const struct os_info *model_find_os(const struct model *m, const char *name)
{
	unsigned int i;

	for (i = 0; i < m->nr_oses; i++) {
		if (strcmp(m->oses[i].name, name) == 0)
			return &m->oses[i];
	}
	return NULL;
}

const struct image_info *model_find_image(const struct model *m, const char *name)
{
	unsigned int i;

	for (i = 0; i < m->nr_images; i++) {
		if (!strcmp(m->images[i].name, name))
			return &m->images[i];
	}
	return NULL;
}

struct dev_info *model_find_dev(const struct model *m, uint32_t sbdf)
{
	unsigned int i;

	for (i = 0; i < m->nr_devs; i++) {
		if (m->devs[i].sbdf == sbdf)
			return &m->devs[i];
	}
	return NULL;
}

const char *model_os_name(const struct model *m, uint32_t id,
			  char buf[MINT_NAME_LEN])
{
	unsigned int i;

	if (id == MINT_OS_NONE)
		return "-";
	for (i = 0; i < m->nr_oses; i++) {
		if (m->oses[i].id == id)
			return m->oses[i].name;
	}
	snprintf(buf, MINT_NAME_LEN, "#%u", id);
	return buf;
}

const char *model_os_names(const struct model *m, uint32_t set, bool each,
			   char *buf, size_t size)
{
	const char *between = "";
	char name[MINT_NAME_LEN];
	size_t len = 0;
	uint32_t id;

	buf[0] = '\0';
	for (id = 1; id <= 32 && len < size; id++) {
		if (!(set >> (id - 1) & 1))
			continue;
		len += snprintf(buf + len, size - len, "%s%s", between,
				model_os_name(m, id, name));
		between = each ? "\n" : ",";
	}
	return buf;
}

unsigned int model_count_devs(const struct model *m, uint32_t owner)
{
	unsigned int i, nr = 0;

	for (i = 0; i < m->nr_devs; i++)
		nr += m->devs[i].owner == owner;
	return nr;
}

/* ---- ranges ---------------------------------------------------------------- */

/* PCI Local Bus 3.0, 6.2.5.1: bit 0 says ports; the lowest 2 or 4 are no address. */
bool dev_bar_is_io(const struct dev_info *dev, unsigned int bar)
{
	return dev->bar[bar] & 1;
}

uint64_t dev_bar_address(const struct dev_info *dev, unsigned int bar)
{
	return dev->bar[bar] & ~(dev_bar_is_io(dev, bar) ? 3ULL : 15ULL);
}

/* ---- moves ---------------------------------------------------------------- */

bool dev_info_moves(const struct dev_info *dev)
{
	return dev->state == MINT_DEV_RELEASE || dev->state == MINT_DEV_CLAIM ||
	       dev->state == MINT_DEV_FENCE;
}

const char *phase_name(uint32_t phase)
{
	static const char *const names[] = {
		[MINT_PHASE_START] = "order",
		[MINT_PHASE_UNBIND] = "unbind",
		[MINT_PHASE_QUIESCE] = "quiesce",
		[MINT_PHASE_RESET] = "reset",
		[MINT_PHASE_RELEASE] = "release",
		[MINT_PHASE_NOTIFY] = "notify",
		[MINT_PHASE_CLAIM] = "claim",
		[MINT_PHASE_SCAN] = "scan",
		[MINT_PHASE_BIND] = "bind",
		[MINT_PHASE_IRQ] = "first interrupt",
	};

	return phase < sizeof(names) / sizeof(names[0]) ? names[phase] : NULL;
}

/* ---- the state of an OS ------------------------------------------------ */

bool os_info_runs(const struct os_info *os)
{
	return os->state == MINT_OS_STARTING || os->state == MINT_OS_RUNNING ||
	       os->state == MINT_OS_UP || os->state == MINT_OS_RESTARTING;
}

bool os_info_hung(const struct os_info *os)
{
	return (os->state == MINT_OS_RUNNING || os->state == MINT_OS_UP) &&
	       os->silent_ms > MODEL_HUNG_MS;
}

static const char *end_name(uint32_t reason)
{
	static const char *const names[] = {
		[MINT_END_NONE] = "ended",
		[MINT_END_POWEROFF] = "powered off",
		[MINT_END_REBOOT] = "rebooted",
		[MINT_END_HALT] = "halted",
		[MINT_END_PANIC] = "panicked",
		[MINT_END_FENCED] = "stopped by force",
		[MINT_END_NOT_LOADED] = "not loaded",
		[MINT_END_FAILED] = "failed",
	};

	return reason < sizeof(names) / sizeof(names[0]) ? names[reason] : "ended";
}

const char *os_info_state(const struct os_info *os)
{
	static const char *const names[] = {
		[MINT_OS_FREE] = "destroyed",
		[MINT_OS_CREATED] = "created",
		[MINT_OS_STARTING] = "starting",
		[MINT_OS_RUNNING] = "running",
		[MINT_OS_UP] = "up",
		[MINT_OS_ENDED] = "ended",
		[MINT_OS_BUSY] = "busy",
		[MINT_OS_RESTARTING] = "restarting",
	};

	if (os_info_hung(os))
		return "hung";
	if (os->state == MINT_OS_ENDED)
		return end_name(os->reason);
	if (os->state == MINT_OS_CREATED && os->paused)
		return "paused";
	return os->state < sizeof(names) / sizeof(names[0]) ?
	       names[os->state] : "unknown";
}

const char *os_info_reason(const struct os_info *os, char *buf, size_t size)
{
	if (os_info_hung(os)) {
		snprintf(buf, size, "core %u silent for %u s", os->silent_core,
			 os->silent_ms / 1000);
		return buf;
	}
	return os->state == MINT_OS_ENDED ? os->text : "";
}

/* ---- starts ------------------------------------------------------------------ */

const char *then_name(uint32_t then)
{
	return then == MINT_THEN_RESTART ? "restart" : "stop";
}

const char *stamp_name(uint32_t stamp)
{
	static const char *const names[] = {
		[MINT_STAMP_ASKED] = "asked for",
		[MINT_STAMP_IMAGE] = "image",
		[MINT_STAMP_ORDER] = "order",
		[MINT_STAMP_BEGIN] = "boot core",
		[MINT_STAMP_CHECKED] = "checks",
		[MINT_STAMP_KERNEL] = "kernel copied",
		[MINT_STAMP_INITRD] = "initrd copied",
		[MINT_STAMP_ENTERED] = "kernel entered",
		[MINT_STAMP_EARLY] = "memory known",
		[MINT_STAMP_KTHREADS] = "kernel_init",
		[MINT_STAMP_INITCALLS] = "initcalls",
		[MINT_STAMP_INIT] = "first program",
	};

	return stamp < sizeof(names) / sizeof(names[0]) ? names[stamp] : NULL;
}

/* ---- the state of an image ------------------------------------------------ */

const char *image_info_kind(const struct image_info *image)
{
	return image->kind == MINT_IMG_KERNEL ? "kernel" :
	       image->kind == MINT_IMG_SNAPSHOT ? "snapshot" : "unknown";
}

const char *image_info_state(const struct image_info *image)
{
	switch (image->state) {
	case MINT_IMG_LOADING:
		return "loading";
	case MINT_IMG_READY:
		return "ready";
	case MINT_IMG_LEFT:
		return "leaving";
	default:
		return "unknown";
	}
}

/* ---- routes and lines ---------------------------------------------------- */

bool irq_news_is_route(const struct irq_news *news)
{
	return !strcmp(news->change, "registered") ||
	       !strcmp(news->change, "changed") ||
	       !strcmp(news->change, "withdrawn");
}

/* Where several are true, what matters most to the others on the line. */
const char *irq_info_state(const struct irq_info *irq)
{
	if (irq->flags & MINT_ROUTEF_EVICTED)
		return "evicted";
	if (irq->flags & MINT_ROUTEF_HELD)
		return "held";
	if (irq->flags & MINT_ROUTEF_THROTTLED)
		return "throttled";
	if (irq->flags & MINT_ROUTEF_MASKED)
		return "masked";
	return "active";
}
