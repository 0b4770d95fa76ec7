/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Mint's interfaces to user space: the generic netlink family "mint" and the
 * device /dev/mint.  (Files to read are under /sys/kernel/mint.)
 *
 * Physical addresses (*_BASE, DEV_BAR_ADDRS) are told to CAP_SYS_ADMIN only; texts of
 * kernels (OS_TEXT, DEV_REASON) to whom dmesg_restrict allows to read logs.  What is
 * not told is left out (a text is empty).
 *
 * OS ids run from 1; 0 means "none".  Machine core numbers are those of
 * "mintctl os show", the same from every OS.  Sizes in bytes.
 */
#ifndef _UAPI_LINUX_MINT_H
#define _UAPI_LINUX_MINT_H

#include <linux/types.h>
#include <linux/ioctl.h>

#define MINT_GENL_NAME		"mint"
#define MINT_GENL_VERSION	1
#define MINT_GENL_MCGRP_EVENTS	"events"
#define MINT_GENL_MCGRP_IRQ	"irq"

/*
 * Commands.  "do" ones need CAP_SYS_ADMIN and answer with an ACK or an error
 * with an extended-ack text that names the object, the cause and the next step.
 */
enum mint_cmd {
	MINT_CMD_UNSPEC,	/* not used */
	MINT_CMD_MACHINE_GET,	/* do: -> MACHINE attributes */
	MINT_CMD_OS_GET,	/* dump: an MINT_A_OS nest per message; do: with OS_NAME */
	MINT_CMD_OS_CREATE,	/* do: OS_NAME CORES MEM_SIZE [MEM_BASE] [DEV_SBDF]... [LEGACY] */
	MINT_CMD_OS_START,	/* do: OS_NAME KERNEL_PATH [INITRD_PATH] [CMDLINE], or
				 * OS_NAME [IMAGE_NAME] [CMDLINE]: as last time
				 */
	MINT_CMD_OS_STOP,	/* do: OS_NAME: asks only; watch its state */
	MINT_CMD_OS_DESTROY,	/* do: OS_NAME [FORCE] [NO_CLEAR] */
	MINT_CMD_DEV_GET,	/* dump */
	MINT_CMD_DEV_MOVE,	/* do: DEV_SBDF... OS_NAME [DEV_ORDER_OPTIONS]
				 * [DEV_TIMEOUT_MS] [DEV_WITH_SIBLINGS]:
				 * waits for the end of the move
				 */
	MINT_CMD_IRQ_GET,	/* dump: routes of every OS */
	MINT_CMD_MACHINE_END,	/* do: MACHINE_ACTION */
	MINT_CMD_OS_NTF,	/* notification: OS attributes */
	MINT_CMD_DEV_NTF,	/* notification: DEV attributes */
	MINT_CMD_IRQ_VERIFY,	/* dump, CAP_SYS_ADMIN: a message per difference:
				 * IRQ_WHAT [IRQ_GSI] [OS_ID] IRQ_IS IRQ_SHOULD
				 */
	MINT_CMD_IRQ_REPAIR,	/* do: -> IRQ_REPAIRS */
	MINT_CMD_IRQ_NTF,	/* notification, group "irq": IRQ_CHANGE [OS_ID]
				 * [IRQ_GSI], of a message DEV_SBDF, of a doorbell
				 * IRQ_DEV; several changes of one kind to one
				 * GSI may become one message
				 */
	MINT_CMD_DEV_RELEASE,	/* do: as DEV_MOVE without OS_NAME: to nobody */
	MINT_CMD_POLICY_GET,	/* dump: POLICY_KIND POLICY_KEY OS_NAME */
	MINT_CMD_POLICY_SET,	/* do: the same; without OS_NAME: none any more */
	MINT_CMD_IMAGE_GET,	/* dump: IMAGE attributes */
	MINT_CMD_IMAGE_LOAD,	/* do: IMAGE_NAME KERNEL_PATH [INITRD_PATH] [CMDLINE] */
	MINT_CMD_IMAGE_REMOVE,	/* do: IMAGE_NAME */
	MINT_CMD_OS_RESTART,	/* do: as OS_START [FORCE]; without it an OS that runs is
				 * only asked: watch OS_STARTS
				 */
	MINT_CMD_OS_SET,	/* do: OS_NAME [IMAGE_NAME] [OS_AT_*]... [SHARE] [SLICE_US] */
	MINT_CMD_OS_CLONE,	/* do: OS_NAME OS_FROM [HOSTNAME] [OS_PAUSED]: the first, which was
				 * created and never started, becomes a copy of the other,
				 * which runs
				 */
	MINT_CMD_OS_SNAPSHOT,	/* do: OS_NAME IMAGE_NAME: an image of it as it is now */
	MINT_CMD_SNAPSHOT_SAVE,	/* do: IMAGE_NAME FD: a snapshot, into that file */
	MINT_CMD_SNAPSHOT_LOAD,	/* do: IMAGE_NAME FD: from it */

	__MINT_CMD_MAX,
	MINT_CMD_MAX = __MINT_CMD_MAX - 1
};

enum mint_attr {
	MINT_A_UNSPEC,
	MINT_A_PAD,

	/* An OS */
	MINT_A_OS_ID,		/* u32 */
	MINT_A_OS_NAME,		/* NUL string, at most 15 characters */
	MINT_A_OS_STATE,	/* u32, MINT_OS_* of <mint/abi.h> */
	MINT_A_OS_REASON,	/* u32, MINT_END_* */
	MINT_A_OS_SELF,		/* flag: this is the OS that answers */
	MINT_A_OS_CREATOR,	/* u32, OS id */
	MINT_A_OS_GENERATION,	/* u32 */
	MINT_A_OS_BOOT_CORE,	/* u32 */
	MINT_A_OS_LEGACY,	/* u32, 1 << MINT_LEGACY_* */
	MINT_A_OS_RELEASE,	/* string */
	MINT_A_OS_TEXT,		/* string: panic message */
	MINT_A_OS_SILENT_MS,	/* u32: longest silence of one of its cores, ms */
	MINT_A_OS_SILENT_CORE,	/* u32: which core */
	MINT_A_OS_AGE_MS,	/* u64: since it was started, ms */
	MINT_A_CORES,		/* binary: u64 bitmap of machine core numbers */
	MINT_A_MEM_BASE,	/* u64: main range */
	MINT_A_MEM_SIZE,	/* u64 */
	MINT_A_DMA_BASE,	/* u64: slice below 4 GiB */
	MINT_A_DMA_SIZE,	/* u64 */
	MINT_A_LOW_BASE,	/* u64: window below 1 MiB */
	MINT_A_LOW_SIZE,	/* u64 */
	MINT_A_LEGACY,		/* u32: 1 << MINT_LEGACY_* (create) */
	MINT_A_KERNEL_PATH,	/* string, absolute */
	MINT_A_INITRD_PATH,	/* string, absolute */
	MINT_A_CMDLINE,		/* string */
	MINT_A_FORCE,		/* flag */
	MINT_A_MACHINE_ACTION,	/* u32: MINT_MACHINE_POWEROFF or _REBOOT */

	/* The machine */
	MINT_A_NR_CORES,	/* u32 */
	MINT_A_APIC_IDS,	/* binary: u32 per core */
	MINT_A_CORE_OWNERS,	/* binary: u32 OS id per core */
	MINT_A_POOL_SIZE,	/* u64: all of the pool */
	MINT_A_POOL_FREE,	/* u64: not given to any OS */
	MINT_A_PRIMARY,		/* u32: OS id */
	MINT_A_SHM_BASE,	/* u64: physical address of the shared area */

	/* A device */
	MINT_A_DEV_SBDF,	/* u32, see struct mint_dev */
	MINT_A_DEV_OWNER,	/* u32, OS id */
	MINT_A_DEV_HOME,	/* u32, OS id */
	MINT_A_DEV_STATE,	/* u32, MINT_DEV_* */
	MINT_A_DEV_FLAGS,	/* u32, MINT_DEVF_* */
	MINT_A_DEV_VENDOR,	/* u16 */
	MINT_A_DEV_DEVICE,	/* u16 */
	MINT_A_DEV_CLASS,	/* u32, class << 8 | revision */
	MINT_A_DEV_GSI,		/* u32, ~0 none */
	MINT_A_DEV_DRIVER,	/* string */

	/* A route */
	MINT_A_IRQ_GSI,		/* u32, ~0 none */
	MINT_A_IRQ_TYPE,	/* u32, MINT_ROUTE_* */
	MINT_A_IRQ_CHIP,	/* u32, ~0 none */
	MINT_A_IRQ_PIN,		/* u32, ~0 none */
	MINT_A_IRQ_FLAGS,	/* u32, MINT_ROUTEF_* */
	MINT_A_IRQ_VECTOR,	/* u32 */
	MINT_A_IRQ_DEST,	/* u32, APIC id */
	MINT_A_IRQ_COUNT,	/* u64 */
	MINT_A_IRQ_FOREIGN,	/* u64 */
	MINT_A_IRQ_DEV,		/* string */
	/* ... if it is a pin: its line, the same for all who share it */
	MINT_A_IRQ_SHARERS,	/* u32: bit (OS id - 1): has a route */
	MINT_A_IRQ_EVICTED,	/* u32: bit (OS id - 1): out of the rounds */
	MINT_A_IRQ_ROUNDS,	/* u32: rounds that ended, modulo 2^32 */
	MINT_A_IRQ_FORCED,	/* u32: rounds that the watch has forced */
	MINT_A_IRQ_EVICTIONS,	/* u32 */
	MINT_A_IRQ_TIMEOUT_MS,	/* u32: how long an acknowledgment may be owed */
	MINT_A_IRQ_STRATEGY,	/* string: directed, self-ipi, mask */

	/* The interrupt table */
	MINT_A_IRQ_WHAT,	/* string: rte, route, sharers, round, vector,
				 * header, own, os
				 */
	MINT_A_IRQ_IS,		/* u64 */
	MINT_A_IRQ_SHOULD,	/* u64 */
	MINT_A_IRQ_REPAIRS,	/* u32: things that were restored, in all OSes */
	MINT_A_IRQ_CHANGE,	/* string: registered, changed, withdrawn, shared,
				 * exclusive, evicted, readmitted, throttled,
				 * repaired
				 */

	/* A device, its last order included */
	MINT_A_DEV_TO,		/* u32, OS id: who is to get it */
	MINT_A_DEV_BACK,	/* u32, OS id: who gets it back else */
	MINT_A_DEV_FROM,	/* u32, OS id: who had it before */
	MINT_A_DEV_ORDER,	/* u32, number of the order; none before the first */
	MINT_A_DEV_ORDERER,	/* u32, OS id */
	MINT_A_DEV_ERROR,	/* u32, errno of what failed first, 0 none */
	MINT_A_DEV_REASON,	/* string: why it was refused */
	MINT_A_DEV_PHASE,	/* u32, MINT_PHASE_*: passed last */
	MINT_A_DEV_PHASES,	/* binary: u64 per MINT_PHASE_*: ns from the order, ~0 not passed */
	MINT_A_DEV_SUB_VENDOR,	/* u16 */
	MINT_A_DEV_SUB_DEVICE,	/* u16 */
	MINT_A_DEV_GSI_FLAGS,	/* u32: bit 0 level, bit 1 active low */
	MINT_A_DEV_BRIDGE,	/* u32, sbdf of the bridge above, ~0 none */
	MINT_A_DEV_BAR_ADDRS,	/* binary: u64 per BAR, low bits as in the register */
	MINT_A_DEV_BAR_SIZES,	/* binary: u64 per BAR, 0 unused */
	MINT_A_DEV_EJECT,	/* u32: 1 its slot is to be powered off */

	/* An order */
	MINT_A_DEV_ORDER_OPTIONS, /* u32, MINT_ORDER_FORCE, _NO_DRIVER, _DRY_RUN */
	MINT_A_DEV_TIMEOUT_MS,	/* u32: for the whole move */
	MINT_A_DEV_WITH_SIBLINGS, /* flag: also what shares their slots */

	/* Who gets what is hot-added */
	MINT_A_POLICY_KIND,	/* u32, MINT_POLICY_* */
	MINT_A_POLICY_KEY,	/* u32, see struct mint_policy */

	/* An image */
	MINT_A_IMAGE_ID,	/* u32, its slot */
	MINT_A_IMAGE_NAME,	/* NUL string, at most 15 characters; empty: it goes with
				 * its last user
				 */
	MINT_A_IMAGE_STATE,	/* u32, MINT_IMG_* of <mint/launch.h> */
	MINT_A_IMAGE_SIZE,	/* u64: its piece of the pool */
	MINT_A_IMAGE_BASE,	/* u64: where that is */
	MINT_A_IMAGE_KERNEL,	/* u64: bytes of the kernel, as it lies in memory */
	MINT_A_IMAGE_INITRD,	/* u64: bytes of the initrd */
	MINT_A_IMAGE_USERS,	/* u32: bit (OS id - 1): starts from it */
	MINT_A_IMAGE_LOADER,	/* u32, OS id: loads it at this moment */
	MINT_A_IMAGE_RELEASE,	/* string: version of the kernel */
	MINT_A_IMAGE_CMDLINE,	/* string: in front of that of each start */

	/* Starts of an OS; in its messages IMAGE_ID and IMAGE_NAME are what it starts from */
	MINT_A_OS_STARTS,	/* u32: how often it was started */
	MINT_A_OS_TRIES,	/* u32: of these, the last ones in vain */
	MINT_A_OS_AT_REBOOT,	/* u32, MINT_THEN_* of <mint/launch.h>: then follows ... */
	MINT_A_OS_AT_CRASH,	/* u32, the same */
	MINT_A_OS_AT_POWEROFF,	/* u32, the same */
	MINT_A_OS_STAMPS,	/* binary: u64 per stamp of <mint/launch.h>: ns since its
				 * last start was asked for, ~0 not yet
				 */
	MINT_A_NO_CLEAR,	/* flag: its memory keeps its contents */
	MINT_A_OS_FROM,		/* NUL string, as OS_NAME */
	MINT_A_HOSTNAME,	/* NUL string, at most 63 characters */
	MINT_A_ARCH,		/* u32, MINT_IMAGE_X86_64 or _32 of <mint/image.h>: of an image,
				 * of the kernel of an OS (0: it has not run), of one to come
				 */

	/* A core that two OSes have by turns: see struct mint_seat of <mint/abi.h> */
	MINT_A_SHARED,		/* binary: u64 bitmap of machine core numbers: by turns */
	MINT_A_SHARE,		/* u32: of these, percent at least, 1..99 */
	MINT_A_SLICE_US,	/* u32: one turn, microseconds, 1000..5000000 */
	MINT_A_GOT_MS,		/* u64: it had them for so long, ms, since its creation */
	MINT_A_STEAL_MS,	/* u64: it wanted one and the other OS had it, ms */
	MINT_A_TURNS,		/* u64: how often it had one */
	MINT_A_LATEST_US,	/* u64: the longest that it waited for one, microseconds */

	MINT_A_MEM_ONE_PIECE,	/* flag: without a slice below 4 GiB (create) */

	/* A snapshot in a file */
	MINT_A_IMAGE_KIND,	/* u32, MINT_IMG_KERNEL or _SNAPSHOT of <mint/launch.h> */
	MINT_A_IMAGE_NEED,	/* u64: of a snapshot, so much memory has who starts from it */
	MINT_A_IMAGE_CORES,	/* u32: and so many cores */
	MINT_A_FD,		/* u32: a file that the caller has open */
	MINT_A_OS_PAUSED,	/* flag: it is a copy that is complete, and waits for a start; is
				 * to be one (clone)
				 */

	__MINT_A_MAX,
	MINT_A_MAX = __MINT_A_MAX - 1
};

/*
 * /dev/mint (root only).  A freshly opened file does nothing; one of these
 * ioctls, once, turns it into what it is to be.
 *
 * Errors: -ENOENT no such OS; -EINVAL bad service or a second call; -EBUSY
 * somebody else has it; -ENOSPC no channel free; -ETIMEDOUT nobody answered
 * (CONNECT waits at most 10 s for the agent to accept); -EHOSTDOWN that OS is not running;
 * -ESTALE (ACCEPT, once) this OS is a copy of the one that called: it has another name now.
 */
struct mint_ioc_os {
	__u32 os;		/* OS id */
	__u32 flags;		/* MINT_IOCF_* */
};

#define MINT_IOCF_NOFOLLOW	(1u << 0)	/* end of file at the end of the ring */
#define MINT_IOCF_READONLY	(1u << 1)	/* console: do not attach the input */

#define MINT_IOC_LOG	 _IOW('M', 1, struct mint_ioc_os)	/* read: kernel log */
#define MINT_IOC_CONSOLE _IOW('M', 2, struct mint_ioc_os)	/* read, write: hvc0 */
#define MINT_IOC_CONNECT _IOW('M', 3, struct mint_ioc_os)	/* stream to the agent */
#define MINT_IOC_ACCEPT	 _IO('M', 4)	/* agent: wait for a CONNECT */
#define MINT_IOC_EOF	 _IO('M', 5)	/* stream: I write no more */
#define MINT_IOC_READY	 _IO('M', 6)	/* agent: user space is up */

#endif /* _UAPI_LINUX_MINT_H */
