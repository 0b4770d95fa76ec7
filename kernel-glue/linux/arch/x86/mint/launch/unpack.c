// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel unpacked: what its own start-up code would do each time is done once, when it
 * is loaded.  The payload of a bzImage (boot protocol 2.08, payload_offset) is a packed
 * ELF file of the kernel proper; its segments go where their physical addresses say,
 * counted from the lowest.  A 64-bit kernel runs at any place that is aligned, and
 * without KASLR its virtual addresses stay what they are, so nothing is relocated.
 *
 * Bytes of a file are anybody's: every offset and size is checked before it is used.
 */
#include <linux/elf.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>
#include <linux/zlib.h>

#include "launch/launch.h"
#include "launch/unpack.h"

/* RFC 1952: header without options, and its trailer, CRC-32 and length. */
#define GZIP_HEAD		10u
#define GZIP_TAIL		8u
#define GZIP_FLAGS_OFF		3u

/* ---- the payload ---------------------------------------------------------- */

/* NULL: there is none, or not where the header says. */
static const u8 *find_payload(const struct mint_files *f, u32 *len)
{
	const struct setup_header *hdr = &f->hdr;
	u64 body = f->kernel_len - f->setup_len;

	if (hdr->version < 0x0208 || !hdr->payload_length ||
	    hdr->payload_offset >= body ||
	    hdr->payload_length > body - hdr->payload_offset)
		return NULL;
	*len = hdr->payload_length;
	return f->kernel + f->setup_len + hdr->payload_offset;
}

static bool is_gzip(const u8 *payload, u32 len)
{
	return len > GZIP_HEAD + GZIP_TAIL && payload[0] == 0x1f &&
	       payload[1] == 0x8b && payload[2] == Z_DEFLATED &&
	       !payload[GZIP_FLAGS_OFF];
}

/* Piece by piece, as others want to run, too. */
static int inflate_all(struct z_stream_s *z, void *to, u32 bytes)
{
	int ret = zlib_inflateInit2(z, -MAX_WBITS);

	z->next_out = to;
	while (ret == Z_OK) {
		z->avail_out = min_t(u32, bytes - z->total_out, SZ_1M);
		ret = zlib_inflate(z, Z_SYNC_FLUSH);
		if (ret == Z_OK && !z->avail_out && z->total_out == bytes)
			ret = Z_BUF_ERROR;
		cond_resched();
	}
	return ret == Z_STREAM_END && z->total_out == bytes ? 0 : -EBADMSG;
}

static int gunzip(const u8 *payload, u32 len, void *to, u32 bytes)
{
	struct z_stream_s z = {
		.next_in = payload + GZIP_HEAD,
		.avail_in = len - GZIP_HEAD - GZIP_TAIL,
	};
	int err;

	z.workspace = vmalloc(zlib_inflate_workspacesize());
	if (!z.workspace)
		return -ENOMEM;
	err = inflate_all(&z, to, bytes);
	vfree(z.workspace);
	return err;
}

/* ---- the ELF file ---------------------------------------------------------- */

static const struct elf64_phdr *program_headers(const void *elf, u64 len, u16 *nr)
{
	const struct elf64_hdr *h = elf;

	if (len < sizeof(*h) || memcmp(h->e_ident, ELFMAG, SELFMAG) ||
	    h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_machine != EM_X86_64 ||
	    h->e_phentsize != sizeof(struct elf64_phdr) ||
	    h->e_phoff > len || h->e_phoff % 8 ||
	    h->e_phnum > (len - h->e_phoff) / sizeof(struct elf64_phdr))
		return NULL;
	*nr = h->e_phnum;
	return elf + h->e_phoff;
}

static u64 lowest_paddr(const struct elf64_phdr *ph, u16 nr)
{
	u64 lowest = U64_MAX;
	u16 i;

	for (i = 0; i < nr; i++)
		if (ph[i].p_type == PT_LOAD && ph[i].p_filesz)
			lowest = min(lowest, ph[i].p_paddr);
	return lowest;
}

static bool add_part(struct mint_kernel *k, const struct elf64_phdr *ph,
		     u64 base, u64 elf_len, u64 room)
{
	u64 off = ph->p_paddr - base;

	if (k->nr_parts == MINT_KERNEL_PARTS || ph->p_offset > elf_len ||
	    ph->p_filesz > elf_len - ph->p_offset || off > room ||
	    ph->p_filesz > room - off)
		return false;
	k->part[k->nr_parts].off = off;
	k->part[k->nr_parts].from = k->elf + ph->p_offset;
	k->part[k->nr_parts].bytes = ph->p_filesz;
	k->nr_parts++;
	k->bytes = max(k->bytes, ALIGN(off + ph->p_filesz, 8));
	return true;
}

static int take_segments(struct mint_kernel *k, u64 len, u64 room)
{
	const struct elf64_phdr *ph;
	u64 base;
	u16 nr, i;

	ph = program_headers(k->elf, len, &nr);
	if (!ph)
		return -ENOEXEC;
	base = lowest_paddr(ph, nr);
	for (i = 0; i < nr; i++)
		if (ph[i].p_type == PT_LOAD && ph[i].p_filesz &&
		    !add_part(k, &ph[i], base, len, room))
			return -ENOEXEC;
	k->entry_off = ((const struct elf64_hdr *)k->elf)->e_entry - base;
	return k->nr_parts && k->entry_off < k->bytes ? 0 : -ENOEXEC;
}

/* ---- the whole -------------------------------------------------------------- */

/* It unpacks itself, as after any other boot loader. */
static void keep_packed(const struct mint_files *f, struct mint_kernel *k)
{
	u64 len = f->kernel_len - f->setup_len;

	k->nr_parts = 1;
	k->part[0].off = 0;
	k->part[0].from = f->kernel + f->setup_len;
	k->part[0].bytes = len;
	k->bytes = ALIGN(len, 8);
	k->entry_off = f->is_32bit ? 0 : 0x200;
}

int mint_kernel_unpack(const struct mint_files *f, struct mint_kernel *k,
		       struct netlink_ext_ack *extack)
{
	const u8 *payload;
	u32 len = 0, bytes;
	int err;

	memset(k, 0, sizeof(*k));
	payload = find_payload(f, &len);
	/* A 32-bit kernel has to be relocated, too. */
	if (f->is_32bit || !payload || !is_gzip(payload, len)) {
		keep_packed(f, k);
		return 0;
	}
	/* The last four bytes say how long it will be. */
	bytes = get_unaligned_le32(payload + len - 4);
	if (!bytes || bytes > f->hdr.init_size) {
		NL_SET_ERR_MSG(extack, "the kernel's payload does not fit what its header says");
		return -ENOEXEC;
	}
	k->elf = vmalloc(bytes);
	if (!k->elf)
		return -ENOMEM;
	err = gunzip(payload, len, k->elf, bytes);
	if (!err)
		err = take_segments(k, bytes, f->hdr.init_size);
	if (err)
		NL_SET_ERR_MSG_FMT(extack, "the kernel's payload cannot be unpacked (%d)",
				   err);
	return err;
}

void mint_kernel_free(struct mint_kernel *k)
{
	vfree(k->elf);
}
