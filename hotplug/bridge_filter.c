// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules for bridges with functions of others below; see bridge_filter.h.
 *
 * A rule is about one byte: which of its bits may be written freely, which may only be
 * set, and which only be cleared.  A bit of no rule keeps its value.
 */
#include "bridge_filter.h"

#define CONFIG_BYTES		4096
#define HEADER_BYTES		0x40
#define BUS_NUMBERS		0x18
#define EXTENDED		0x100
/* More capabilities than have room: the list is a circle. */
#define MAX_CAPS		48
#define MAX_EXT_CAPS		((CONFIG_BYTES - EXTENDED) / 8)

enum where {
	HEADER,		/* byte of the header */
	CAP,		/* of a capability, id @id */
	EXT_CAP,	/* of an extended one */
};

struct rule {
	u8 where;
	u8 id;
	u8 byte;	/* the first; from the start of the capability */
	u8 nr;		/* so many of them, alike */
	u8 any;
	u8 set;
	u8 clear;
};

#define PM		0x01
#define MSI		0x05
#define EXPRESS		0x10
#define MSIX		0x11
#define AER		0x01
#define DPC		0x1d

/* Bits that are cleared by writing 1 to them count as free: only their owner cares. */
static const struct rule rules[] = {
	/* command: forwarding goes on; INTx, errors */
	{ HEADER, 0, 0x04, 1, .any = 0xd8, .set = 0x07 },
	{ HEADER, 0, 0x05, 1, .any = 0x07 },
	{ HEADER, 0, 0x06, 2, .any = 0xff },	/* status */
	{ HEADER, 0, 0x0c, 2, .any = 0xff },	/* cache line, latency */
	{ HEADER, 0, 0x1b, 1, .any = 0xff },	/* secondary latency */
	{ HEADER, 0, 0x1e, 2, .any = 0xff },	/* secondary status */
	{ HEADER, 0, 0x3c, 1, .any = 0xff },	/* interrupt line */
	/* bridge control: errors, timers; no reset, no other way for ISA and VGA */
	{ HEADER, 0, 0x3e, 1, .any = 0x23, .clear = 0x40 },
	{ HEADER, 0, 0x3f, 1, .any = 0x0f },

	/* control and status: back to D0, PME */
	{ CAP, PM, 4, 1, .clear = 0x03 },
	{ CAP, PM, 5, 1, .any = 0xff },

	{ CAP, MSI, 2, 0x16, .any = 0xff },	/* as far as it goes */
	{ CAP, MSIX, 2, 2, .any = 0xff },

	/* device control: errors, ordering, read size; not the payload size */
	{ CAP, EXPRESS, 0x08, 1, .any = 0x1f },
	{ CAP, EXPRESS, 0x09, 1, .any = 0x7f },
	{ CAP, EXPRESS, 0x0a, 2, .any = 0xff },	/* device status */
	{ CAP, EXPRESS, 0x10, 1, .clear = 0x10 },	/* link: enable */
	{ CAP, EXPRESS, 0x11, 1, .any = 0x0c },	/* its interrupts */
	{ CAP, EXPRESS, 0x12, 2, .any = 0xff },	/* link status */
	/* slot control: interrupts, lamps; power on */
	{ CAP, EXPRESS, 0x18, 1, .any = 0xff },
	{ CAP, EXPRESS, 0x19, 1, .any = 0x13, .clear = 0x04 },
	{ CAP, EXPRESS, 0x1a, 2, .any = 0xff },	/* slot status */
	{ CAP, EXPRESS, 0x1c, 1, .any = 0x0f },	/* root control */
	{ CAP, EXPRESS, 0x20, 4, .any = 0xff },	/* root status */
	{ CAP, EXPRESS, 0x32, 2, .any = 0xff },	/* link status 2 */

	{ EXT_CAP, AER, 0x04, 4, .any = 0xff },	/* uncorrectable: status */
	{ EXT_CAP, AER, 0x10, 4, .any = 0xff },	/* correctable: status */
	{ EXT_CAP, AER, 0x2c, 8, .any = 0xff },	/* root command, status */
	{ EXT_CAP, DPC, 0x08, 2, .any = 0xff },	/* status; not control */
	{ .nr = 0 }
};

static u32 read_bytes(const struct mint_bridge *b, int reg, int nr)
{
	u32 val = 0;

	while (nr--)
		val = val << 8 | b->read(b->env, reg + nr);
	return val;
}

/* Length of an MSI capability: all of it is the bridge's own. */
static int msi_bytes(const struct mint_bridge *b, int pos)
{
	u32 flags = read_bytes(b, pos + 2, 2);

	return 0x0a + (flags & 0x80 ? 4 : 0) + (flags & 0x100 ? 0x0a : 0);
}

/*
 * The capability that @byte is in: the last one that begins before it.  Its id, and
 * where it begins; or -1.
 */
static int find_cap(const struct mint_bridge *b, int byte, int *start)
{
	int pos, id = -1, left = MAX_CAPS;

	*start = 0;
	if (!(b->read(b->env, 0x06) & 0x10))
		return -1;
	for (pos = b->read(b->env, 0x34) & ~3; pos >= HEADER_BYTES && left--;
	     pos = b->read(b->env, pos + 1) & ~3) {
		if (pos > byte || pos < *start)
			continue;
		*start = pos;
		id = b->read(b->env, pos);
	}
	if (id == MSI && byte >= *start + msi_bytes(b, *start))
		return -1;
	return id;
}

static int find_ext_cap(const struct mint_bridge *b, int byte, int *start)
{
	int pos = EXTENDED, id = -1, left = MAX_EXT_CAPS;
	u32 head;

	*start = 0;
	while (pos >= EXTENDED && left--) {
		head = read_bytes(b, pos, 4);
		if (!head || head == ~0u)
			break;
		if (pos <= byte && pos >= *start) {
			*start = pos;
			id = head & 0xffff;
		}
		pos = head >> 20 & ~3;
	}
	return id;
}

/* NULL: it keeps its value. */
static const struct rule *rule_of(const struct mint_bridge *b, int byte)
{
	const struct rule *rule;
	int start = 0, id = 0, where = HEADER;

	if (byte >= EXTENDED) {
		where = EXT_CAP;
		id = find_ext_cap(b, byte, &start);
	} else if (byte >= HEADER_BYTES) {
		where = CAP;
		id = find_cap(b, byte, &start);
	}
	byte -= start;
	for (rule = rules; rule->nr; rule++)
		if (rule->where == where && rule->id == id &&
		    byte >= rule->byte && byte < rule->byte + rule->nr)
			return rule;
	return NULL;
}

static bool may_write_byte(const struct mint_bridge *b, int byte, u8 val)
{
	u8 is = b->read(b->env, byte), changed = is ^ val;
	const struct rule *rule;

	if (!changed)
		return true;
	rule = rule_of(b, byte);
	if (!rule)
		return false;
	return !(changed & ~(rule->any | (rule->set & val) |
			     (rule->clear & is)));
}

bool mint_bridge_may_write(const struct mint_bridge *b, int reg, int len, u32 val)
{
	int i;

	if (reg < 0 || len < 1 || len > 4 || reg + len > CONFIG_BYTES)
		return false;
	for (i = 0; i < len; i++)
		if (!may_write_byte(b, reg + i, val >> 8 * i))
			return false;
	return true;
}

bool mint_bridge_renumber(u32 buses, int reg, int len, u32 val, u8 *first, u8 *last)
{
	int i, shift;
	bool any = false;

	for (i = 0; i < len; i++, val >>= 8) {
		shift = (reg + i - BUS_NUMBERS) * 8;
		if (shift < 0 || shift > 24)
			continue;
		buses &= ~(0xffU << shift);
		buses |= (val & 0xff) << shift;
		any = true;
	}
	*first = buses >> 8;
	*last = buses >> 16;
	return any;
}
