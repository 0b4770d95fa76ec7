// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files that an OS is started from: read once, then judged.  They are anybody's
 * bytes: every offset and size in them is checked before it is used.
 *
 * A kernel that does not know of other OSes would take the whole machine when it
 * starts, so it must say that it is a Mint kernel (<mint/image.h>).  And what
 * kexec_file_load() would refuse on this OS is refused here, too.
 */
#include <linux/crc32.h>
#include <linux/ctype.h>
#include <linux/efi.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/ima.h>
#include <linux/kernel_read_file.h>
#include <linux/kexec.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/security.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>

#include <asm/kexec-bzimage64.h>

#include <mint/image.h>

#include "base/base.h"
#include "launch/launch.h"
#include "os/os.h"

static_assert(sizeof(struct mint_image) == MINT_IMAGE_SIZE);
/* Whoever raises one of these says in <mint/image.h> what kernels know. */
static_assert(MINT_IMAGE_SHM_MAX == MINT_SHM_REVISION);
static_assert(MINT_IMAGE_BOOT_MAX == MINT_BOOT_REVISION);
static_assert(MINT_IMAGE_IRQT_MAX == MINT_IRQT_REVISION);

#define SECTOR		512u
#define HDR_OFF		offsetof(struct boot_params, hdr)
/* kernel_info: header, size, size_total, setup_type_max */
#define INFO_MIN	16u

/* Messages have room for 79 characters: of a long path its end. */
static const char *shown(const char *path)
{
	size_t len = strlen(path), max = 34;

	return len > max ? path + len - max : path;
}

/* ---- reading ------------------------------------------------------------ */

/* Opening anything but a regular file may wait for ever, or do something. */
static struct file *open_regular(const char *path)
{
	struct file *file;
	struct path p;
	int err = kern_path(path, LOOKUP_FOLLOW, &p);

	if (err)
		return ERR_PTR(err);
	file = d_is_reg(p.dentry) ?
	       dentry_open(&p, O_RDONLY | O_LARGEFILE, current_cred()) :
	       ERR_PTR(-ENOTBLK);
	path_put(&p);
	return file;
}

static int explain_read(const char *path, ssize_t err,
			struct netlink_ext_ack *extack)
{
	if (err == -ENOTBLK)
		NL_SET_ERR_MSG_FMT(extack, "%s: is no regular file", shown(path));
	else if (err == -EPERM || err == -EACCES)
		NL_SET_ERR_MSG_FMT(extack, "%s: may not be read or loaded (%zd)",
				   shown(path), err);
	else
		NL_SET_ERR_MSG_FMT(extack, "%s: cannot be read (error %zd)",
				   shown(path), err);
	return err == -ENOTBLK ? -EINVAL : err;
}

/* Nothing is read that could not be placed, here while it is looked at, and later. */
static int check_size(const char *path, loff_t size, u64 room,
		      struct netlink_ext_ack *extack)
{
	if (!size) {
		NL_SET_ERR_MSG_FMT(extack, "%s: is empty", shown(path));
		return -ENODATA;
	}
	if (size > min_t(u64, room, INT_MAX)) {
		NL_SET_ERR_MSG_FMT(extack, "%s: %lldM are too large for %lluM",
				   shown(path), size >> 20, room >> 20);
		return -EFBIG;
	}
	if (size >> PAGE_SHIFT > si_mem_available()) {
		NL_SET_ERR_MSG_FMT(extack, "%s: %lldM are more than is free in this OS",
				   shown(path), size >> 20);
		return -ENOMEM;
	}
	return 0;
}

static int read_whole(const char *path, enum kernel_read_file_id id, u64 room,
		      void **buf, size_t *len, struct netlink_ext_ack *extack)
{
	struct file *file = open_regular(path);
	ssize_t n;

	if (IS_ERR(file))
		return explain_read(path, PTR_ERR(file), extack);
	n = check_size(path, i_size_read(file_inode(file)), room, extack);
	if (!n) {
		n = kernel_read_file(file, 0, buf, min_t(u64, room, INT_MAX),
				     NULL, id);
		if (n < 0)
			explain_read(path, n, extack);
	}
	fput(file);
	if (n < 0)
		return n;
	*len = n;
	return 0;
}

/* ---- the bzImage -------------------------------------------------------- */

/* xloadflags is there since 2.12. */
static bool is_bzimage(const struct setup_header *hdr)
{
	return hdr->header == MINT_BOOT_HEADER &&
	       hdr->boot_flag == MINT_BOOT_FLAG &&
	       hdr->version >= 0x020c && (hdr->loadflags & LOADED_HIGH);
}

static int check_bzimage(struct mint_files *f, const char *path,
			 struct netlink_ext_ack *extack)
{
	const struct setup_header *hdr = &f->hdr;

	if (f->kernel_len < HDR_OFF + sizeof(f->hdr) ||
	    !is_bzimage(f->kernel + HDR_OFF)) {
		NL_SET_ERR_MSG_FMT(extack, "%s: no bzImage", shown(path));
		return -ENOEXEC;
	}
	memcpy(&f->hdr, f->kernel + HDR_OFF, sizeof(f->hdr));
	f->is_32bit = !(hdr->xloadflags & XLF_KERNEL_64);
	f->setup_len = ((hdr->setup_sects ?: 4) + 1) * SECTOR;
	/* What is loaded must be there, and lie inside what the kernel asks for. */
	if (!hdr->syssize ||
	    f->setup_len + hdr->syssize * 16ULL > f->kernel_len ||
	    f->kernel_len - f->setup_len > hdr->init_size ||
	    (!f->is_32bit && !(hdr->xloadflags & XLF_CAN_BE_LOADED_ABOVE_4G)) ||
	    !hdr->relocatable_kernel || hdr->kernel_alignment < PAGE_SIZE ||
	    !is_power_of_2(hdr->kernel_alignment)) {
		NL_SET_ERR_MSG_FMT(extack, "%s: damaged, cut short or not relocatable",
				   shown(path));
		return -ENOEXEC;
	}
	return 0;
}

void mint_files_describe(const struct mint_files *f, struct mint_image_record *m)
{
	memset(m, 0, sizeof(*m));
	m->kernel_bytes = f->kernel_len;
	m->initrd_bytes = f->initrd_len;
	m->need_bytes = f->hdr.init_size;
	m->align = f->hdr.kernel_alignment;
	m->arch = f->is_32bit ? MINT_IMAGE_X86_32 : MINT_IMAGE_X86_64;
	m->below_paddr = f->below_paddr;
	m->hdr_bytes = min(sizeof(f->hdr), MINT_IMAGE_HDR_SIZE);
	memcpy(m->hdr, &f->hdr, m->hdr_bytes);
}

/* "6.12.0-mint" of "6.12.0-mint (who@where) #1 ...", or "?". */
void mint_files_version(const struct mint_files *f, char *buf, size_t size)
{
	size_t i = 0, off = f->hdr.kernel_version + SECTOR;
	const char *text = f->kernel + off;

	if (f->hdr.kernel_version && off < f->setup_len)
		size = min_t(size_t, size, f->setup_len - off);
	else
		text = "";
	while (i + 1 < size && isascii(text[i]) && isgraph(text[i])) {
		buf[i] = text[i];
		i++;
	}
	if (!i)
		buf[i++] = '?';
	buf[i] = '\0';
}

/* ---- the marker --------------------------------------------------------- */

/* kernel_info in @f and its size, or NULL if there is none or it is damaged. */
static const void *find_info(const struct mint_files *f, u32 *size)
{
	const void *info = f->kernel + f->setup_len;
	u64 len = f->kernel_len - f->setup_len, off = f->hdr.kernel_info_offset;

	if (f->hdr.version < 0x020f || !off || off + INFO_MIN > len)
		return NULL;
	info += off;
	*size = get_unaligned_le32(info + 8);
	if (get_unaligned_le32(info) != MINT_KERNEL_INFO || *size < INFO_MIN ||
	    off + *size > len)
		return NULL;
	return info;
}

/* The chunk that is the marker, and its size by itself; NULL: none. */
static const void *find_chunk(const struct mint_files *f, u32 *size)
{
	u32 total = 0, pos, len;
	const void *info = find_info(f, &total);

	pos = info ? get_unaligned_le32(info + 4) : 0;
	if (pos < INFO_MIN)
		return NULL;
	while (pos < total && total - pos >= 8) {
		len = get_unaligned_le32(info + pos + 4);
		if (len < 8 || len > total - pos)
			return NULL;
		if (get_unaligned_le32(info + pos) == MINT_IMAGE_MAGIC) {
			*size = len;
			return info + pos;
		}
		pos += len;
	}
	return NULL;
}

static bool marker_ok(const void *chunk, u32 size)
{
	u32 sum = 0, pos;

	if (size < MINT_IMAGE_SIZE || size % 4)
		return false;
	for (pos = 0; pos < size; pos += 4)
		sum += get_unaligned_le32(chunk + pos);
	return !sum;
}

static int check_revision(const char *path, const char *what, u32 min, u32 max,
			  u32 here, struct netlink_ext_ack *extack)
{
	if (min <= here && here <= max)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%s: knows %s %u, this machine has %u",
			   shown(path), what, min > here ? min : max, here);
	return -ENOEXEC;
}

static int check_marker(struct mint_files *f, const char *path,
			struct netlink_ext_ack *extack)
{
	struct mint_image m;
	char version[24];
	const void *chunk;
	u32 size;

	chunk = find_chunk(f, &size);
	if (!chunk) {
		/* What the text and the path leave room for. */
		mint_files_version(f, version,
				   min_t(size_t, sizeof(version),
					 NETLINK_MAX_FMTMSG_LEN - 28 -
					 strlen(shown(path))));
		NL_SET_ERR_MSG_FMT(extack, "%s: is no Mint kernel (Linux %s)",
				   shown(path), version);
		return -ENOEXEC;
	}
	if (!marker_ok(chunk, size)) {
		NL_SET_ERR_MSG_FMT(extack, "%s: its Mint marker is damaged",
				   shown(path));
		return -ENOEXEC;
	}
	memcpy(&m, chunk, sizeof(m));
	f->below_paddr = (u64)m.below_mib << 20;
	if (m.arch != (f->is_32bit ? MINT_IMAGE_X86_32 : MINT_IMAGE_X86_64)) {
		NL_SET_ERR_MSG_FMT(extack, "%s: Mint for another processor (%u)",
				   shown(path), m.arch);
		return -ENOEXEC;
	}
	return check_revision(path, "table revision", m.shm_min, m.shm_max,
			      MINT_SHM_REVISION, extack) ?:
	       check_revision(path, "boot data", m.boot_min, m.boot_max,
			      MINT_BOOT_REVISION, extack) ?:
	       check_revision(path, "IRQ table", m.irqt_min, m.irqt_max,
			      MINT_IRQT_REVISION, extack);
}

/* ---- the checksum ------------------------------------------------------- */

/* Signing changes the header behind the checksum's back. */
static bool is_signed(const struct mint_files *f)
{
	const u32 to_certs = 4 + 20 + 112 + 4 * 8;	/* PE32+, entry 4 */
	u32 pe = get_unaligned_le32(f->kernel + 0x3c);

	if (get_unaligned_le16(f->kernel) != 0x5a4d || pe > f->setup_len ||
	    f->setup_len - pe < to_certs + 8 ||
	    get_unaligned_le32(f->kernel + pe) != 0x4550)
		return false;
	return get_unaligned_le32(f->kernel + pe + to_certs + 4);
}

/* A kernel that is not what was built would start, and not be heard of again. */
static int check_sum(const struct mint_files *f, const char *path,
		     struct netlink_ext_ack *extack)
{
	size_t len = f->setup_len + f->hdr.syssize * 16UL;

	if (is_signed(f) || !crc32_le(~0, f->kernel, len))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "%s: damaged, its checksum is wrong",
			   shown(path));
	return -ENOEXEC;
}

/* ---- kexec's rules ------------------------------------------------------ */

static int signature(const struct mint_files *f)
{
#ifdef CONFIG_KEXEC_SIG
	if (kexec_bzImage64_ops.verify_sig)
		return kexec_bzImage64_ops.verify_sig(f->kernel, f->kernel_len);
#endif
	return -EKEYREJECTED;
}

/* kexec_file.c keeps the switch to itself; this is when it is on. */
static bool must_be_signed(void)
{
	return IS_ENABLED(CONFIG_KEXEC_SIG_FORCE) ||
	       (IS_ENABLED(CONFIG_KEXEC_SIG) && efi_enabled(EFI_SECURE_BOOT));
}

static int check_rules(const struct mint_files *f, const char *path,
		       struct netlink_ext_ack *extack)
{
	int err = signature(f);

	if (err && must_be_signed()) {
		NL_SET_ERR_MSG_FMT(extack, "%s: no good signature (%d), as kexec wants",
				   shown(path), err);
		return err;
	}
	if (err && !ima_appraise_signature(READING_KEXEC_IMAGE) &&
	    security_locked_down(LOCKDOWN_KEXEC)) {
		NL_SET_ERR_MSG_FMT(extack, "%s: not signed, and this OS is locked down",
				   shown(path));
		return -EPERM;
	}
	return 0;
}

/* The task that asks is one at a time, see kexec.c. */
int mint_files_permitted(struct netlink_ext_ack *extack)
{
	bool permitted;

	mutex_lock(&mint_ops_mutex);
	permitted = mint_load_permitted();
	mutex_unlock(&mint_ops_mutex);
	if (permitted)
		return 0;
	NL_SET_ERR_MSG(extack, "kernel.kexec_load_disabled or _limit_reboot forbids it");
	return -EPERM;
}

int mint_files_unsigned_permitted(const char *name, struct netlink_ext_ack *extack)
{
	if (!must_be_signed() && !security_locked_down(LOCKDOWN_KEXEC))
		return mint_files_permitted(extack);
	NL_SET_ERR_MSG_FMT(extack, "%.15s: a snapshot has no signature, and this OS asks for one",
			   name);
	return -EPERM;
}

/* ---- the whole ---------------------------------------------------------- */

int mint_files_check(struct mint_files *f, const char *path,
		     struct netlink_ext_ack *extack)
{
	return check_bzimage(f, path, extack) ?: check_marker(f, path, extack);
}

int mint_files_read(struct mint_files *f, const char *kernel_path,
		    const char *initrd_path, u64 room,
		    struct netlink_ext_ack *extack)
{
	int err;

	err = read_whole(kernel_path, READING_KEXEC_IMAGE, room, &f->kernel,
			 &f->kernel_len, extack);
	if (!err)
		err = mint_files_check(f, kernel_path, extack);
	if (!err)
		err = check_sum(f, kernel_path, extack);
	if (!err)
		err = check_rules(f, kernel_path, extack);
	if (!err && initrd_path)
		err = read_whole(initrd_path, READING_KEXEC_INITRAMFS, room,
				 &f->initrd, &f->initrd_len, extack);
	return err;
}

void mint_files_free(struct mint_files *f)
{
	vfree(f->kernel);
	vfree(f->initrd);
}
