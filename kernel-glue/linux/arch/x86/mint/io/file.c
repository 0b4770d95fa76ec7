// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/mint: the logs and consoles of all OSes, and two-way byte streams
 * between them.
 *
 * A stream is a channel in the section of the OS that serves it, see chan.c.
 *
 * When the other side has left, this kernel takes what is still in the queue into
 * memory of its own and leaves, too, whatever the process does that has the file
 * open: one that is stopped shall not keep a channel from the others.
 *
 * Nothing here is under a lock while it waits or copies to user space but
 * mutexes of the open file.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include <asm/msr.h>

#include <uapi/linux/mint.h>

#include "base/base.h"
#include "io/internal.h"
#include "io/io.h"
#include "io/rings.h"

/* Through which data go to and from user space, which may fault. */
#define BOUNCE_SIZE	2048u
#define CONNECT_TIMEOUT	(10 * HZ)

enum mint_file_mode {
	MINT_FILE_NEW,
	MINT_FILE_RING,		/* log, or console without input */
	MINT_FILE_CONSOLE,	/* console with input */
	MINT_FILE_STREAM,
};

/**
 * struct mint_file - one open /dev/mint
 * @mode:	what it was turned into; set last, once, under @lock
 * @lock:	one ioctl at a time
 * @rd_lock:	one reader at a time: @pos, @in, @rd_bounce
 * @wr_lock:	one writer at a time: @out, @wr_bounce
 * @os:		the OS on the other side
 * @generation:	of that OS when this was set up
 * @nofollow:	ring: end of file at its end
 * @ring:	ring: where it is
 * @size:	ring: bytes of data
 * @pos:	ring: next byte to read
 * @chan:	stream: its channel
 * @serial:	stream: which use of the channel
 * @server:	stream: we serve it
 * @broken:	the other side broke its queue; said so
 * @in:		stream: what the other side sends
 * @out:	stream, console: what we send
 * @event:	what the other side is told when @in or @out moved
 * @list:	stream: in the list of them
 * @parted:	stream: the channel is not ours any more; set last, once, under
 *		@rd_lock and @wr_lock
 * @rest:	stream, @parted: what was still in the queue
 * @rest_len:	bytes of it
 * @rest_done:	bytes of it that were read
 * @rd_bounce:	data on their way to user space
 * @wr_bounce:	data on their way from user space
 */
struct mint_file {
	enum mint_file_mode mode;
	struct mutex lock;	/* @mode */
	struct mutex rd_lock;	/* readers */
	struct mutex wr_lock;	/* writers */
	u32 os;
	u32 generation;
	bool nofollow;
	struct mint_log_ring *ring;
	u32 size;
	u32 pos;
	struct mint_chan *chan;
	u32 serial;
	bool server;
	bool broken;
	struct mint_pipe in;
	struct mint_pipe out;
	u32 event;
	struct list_head list;
	bool parted;
	u8 *rest;
	u32 rest_len;
	u32 rest_done;
	u8 rd_bounce[BOUNCE_SIZE];
	u8 wr_bounce[BOUNCE_SIZE];
};

static void set_mode(struct mint_file *f, enum mint_file_mode mode)
{
	smp_store_release(&f->mode, mode);	/* pairs with mode_of() */
}

static enum mint_file_mode mode_of(const struct mint_file *f)
{
	return smp_load_acquire(&f->mode);	/* pairs with set_mode() */
}

/* Everybody who waits for another OS; few, so one queue will do. */
static DECLARE_WAIT_QUEUE_HEAD(waiters);

static void wake_waiters(struct irq_work *work)
{
	wake_up_all(&waiters);
}

static DEFINE_IRQ_WORK(wake_work, wake_waiters);

/*
 * The doorbell may not take the queue's lock, which is no raw one; and the
 * workqueue may be busy with a handler that takes its time.
 */
static void something_moved(u32 events)
{
	irq_work_queue(&wake_work);
}

static struct mint_event_handler chan_events = {
	.mask	= MINT_EV_LOG | MINT_EV_CONSOLE | MINT_EV_CHAN | MINT_EV_STATE,
	.fn_irq	= something_moved,
};

/* ---- the other OS ----------------------------------------------------- */

static bool os_replaced(const struct mint_file *f)
{
	return READ_ONCE(mint_os(f->os)->generation) != f->generation;
}

/* That OS is no more; one that was created and not started yet may come. */
static bool os_over(const struct mint_file *f)
{
	u32 state = READ_ONCE(mint_os(f->os)->state);

	return state == MINT_OS_FREE || state == MINT_OS_ENDED ||
	       os_replaced(f);
}

static bool os_dead(const struct mint_file *f)
{
	return !mint_os_alive(f->os) || os_replaced(f);
}

/* Takes @os from user space into @f, if there is such an OS. */
static int set_os(struct mint_file *f, u32 os)
{
	if (!os || os > MINT_MAX_OSES ||
	    READ_ONCE(mint_os(os)->state) == MINT_OS_FREE)
		return -ENOENT;
	f->os = os;
	f->generation = READ_ONCE(mint_os(os)->generation);
	return 0;
}

static int broken(struct mint_file *f)
{
	if (!f->broken) {
		f->broken = true;
		pr_warn("OS %u broke a queue that it shares with this one\n",
			f->os);
	}
	return -EIO;
}

/* ---- streams ---------------------------------------------------------- */

/* Our view of a channel that was just claimed or accepted. */
static void stream_init(struct mint_file *f, struct mint_chan *ch, bool server)
{
	struct mint_pipe to_server = {
		.fifo	= &ch->to_server,
		.data	= (u8 *)ch + MINT_CHAN_TO_SERVER_OFF,
		.size	= MINT_CHAN_TO_SERVER_SIZE,
	};
	struct mint_pipe to_client = {
		.fifo	= &ch->to_client,
		.data	= (u8 *)ch + MINT_CHAN_TO_CLIENT_OFF,
		.size	= MINT_CHAN_TO_CLIENT_SIZE,
	};

	f->chan = ch;
	f->server = server;
	f->serial = READ_ONCE(ch->serial);
	f->event = MINT_EV_CHAN;
	f->in = server ? to_server : to_client;
	f->out = server ? to_client : to_server;
}

static bool stream_parted(const struct mint_file *f)
{
	return smp_load_acquire(&f->parted);	/* pairs with stream_part() */
}

/* The section was emptied below us: this use of the channel is over. */
static bool stream_lost(const struct mint_file *f)
{
	return READ_ONCE(f->chan->serial) != f->serial;
}

static u32 stream_flags(const struct mint_file *f)
{
	return mint_shared_load(&f->chan->flags);
}

static u32 peer_gone_flag(const struct mint_file *f)
{
	return f->server ? MINT_CHANF_CLIENT_GONE : MINT_CHANF_SERVER_GONE;
}

static u32 peer_eof_flag(const struct mint_file *f)
{
	return f->server ? MINT_CHANF_CLIENT_EOF : MINT_CHANF_SERVER_EOF;
}

static u32 own_eof_flag(const struct mint_file *f)
{
	return f->server ? MINT_CHANF_SERVER_EOF : MINT_CHANF_CLIENT_EOF;
}

/* Why nothing more will come: 1 end of file, -errno, or 0: it may come. */
static int stream_ended(const struct mint_file *f)
{
	if (stream_parted(f))
		return 1;
	if (stream_lost(f))
		return -EHOSTDOWN;
	if (stream_flags(f) & (peer_gone_flag(f) | peer_eof_flag(f)))
		return 1;
	return os_dead(f) ? -EHOSTDOWN : 0;
}

/* Why nothing more can be sent, or 0. */
static int send_error(const struct mint_file *f)
{
	if (f->mode == MINT_FILE_CONSOLE)
		return os_over(f) ? -EHOSTDOWN : 0;
	if (stream_parted(f))
		return -EPIPE;
	if (stream_lost(f) || os_dead(f))
		return -EHOSTDOWN;
	if (stream_flags(f) & (peer_gone_flag(f) | own_eof_flag(f)))
		return -EPIPE;
	return 0;
}

/* ---- parting ----------------------------------------------------------- */

static DEFINE_MUTEX(streams_lock);
static LIST_HEAD(streams);	/* of mint_file, under streams_lock */

static bool stream_forsaken(const struct mint_file *f)
{
	return !stream_parted(f) && !stream_lost(f) &&
	       (stream_flags(f) & peer_gone_flag(f));
}

/* Takes over what is in the queue; false when it has to stay there. */
static bool stream_keep_rest(struct mint_file *f)
{
	int used = mint_pipe_used(&f->in);

	if (used <= 0)
		return !used;
	f->rest = kvmalloc(used, GFP_KERNEL);
	if (!f->rest)
		return false;
	mint_pipe_peek(&f->in, f->rest, used);
	f->rest_len = used;
	return true;
}

/*
 * Leaves a channel that the other side has left.  Who reads or writes just now
 * does it afterwards.
 */
static void stream_part(struct mint_file *f)
{
	if (!stream_forsaken(f) || !mutex_trylock(&f->rd_lock))
		return;
	if (mutex_trylock(&f->wr_lock)) {
		if (stream_forsaken(f) && stream_keep_rest(f)) {
			/* Pairs with stream_parted(). */
			smp_store_release(&f->parted, true);
			mint_chan_leave(f->chan, f->server);
		}
		mutex_unlock(&f->wr_lock);
	}
	mutex_unlock(&f->rd_lock);
}

static void part_streams(u32 events)
{
	struct mint_file *f;

	guard(mutex)(&streams_lock);
	list_for_each_entry(f, &streams, list)
		stream_part(f);
}

static struct mint_event_handler part_events = {
	.mask	= MINT_EV_CHAN,
	.fn	= part_streams,
};

/* It is open; the other side may have left already. */
static void stream_begin(struct mint_file *f)
{
	guard(mutex)(&streams_lock);
	list_add(&f->list, &streams);
	set_mode(f, MINT_FILE_STREAM);
	stream_part(f);
}

static void stream_end(struct mint_file *f)
{
	mutex_lock(&streams_lock);
	list_del(&f->list);
	mutex_unlock(&streams_lock);
	if (!f->parted && !stream_lost(f)) {
		mint_chan_leave(f->chan, f->server);
		mint_event_send(f->os, MINT_EV_CHAN);
	}
	kvfree(f->rest);
}

/* ---- CONNECT and ACCEPT ----------------------------------------------- */

static bool call_over(const struct mint_file *f)
{
	return READ_ONCE(f->chan->state) != MINT_CHAN_CALLING ||
	       stream_lost(f) || os_dead(f);
}

static int wait_for_answer(struct mint_file *f)
{
	long left = wait_event_interruptible_timeout(waiters, call_over(f),
						     CONNECT_TIMEOUT);

	/* The section was emptied: it is not our channel any more. */
	if (stream_lost(f))
		return -EHOSTDOWN;
	if (!mint_chan_hang_up(f->chan))
		return 0;
	if (left < 0)
		return left;
	return os_dead(f) ? -EHOSTDOWN : -ETIMEDOUT;
}

static int ioc_connect(struct mint_file *f, const struct mint_ioc_os *arg)
{
	struct mint_chan *ch;
	int err;

	if (arg->flags)
		return -EINVAL;
	err = set_os(f, arg->os);
	if (err)
		return err;
	if (os_dead(f))
		return -EHOSTDOWN;
	ch = mint_chan_claim(f->os);
	if (!ch)
		return -ENOSPC;
	stream_init(f, ch, false);
	mint_shared_store(&ch->state, MINT_CHAN_CALLING);
	mint_event_send(f->os, MINT_EV_CHAN);
	err = wait_for_answer(f);
	if (err)
		return err;
	stream_begin(f);
	return 0;
}

/* Answers the first call in our section; does not sleep. */
static struct mint_chan *answer(void)
{
	u32 i;

	for (i = 0; i < MINT_MAX_CHANS; i++) {
		struct mint_chan *ch = mint_chan_at(mint_self.os, i);

		if (mint_shared_cas(&ch->state, MINT_CHAN_CALLING,
				    MINT_CHAN_OPEN) == MINT_CHAN_CALLING)
			return ch;
	}
	return NULL;
}

/* This OS has become a copy, and its agent does not know yet. */
static bool untold;

void mint_io_tell_copied(void)
{
	WRITE_ONCE(untold, true);
	wake_up_all(&waiters);
}

static int ioc_accept(struct mint_file *f, bool nonblock)
{
	struct mint_chan *ch;
	u32 client;
	int err;

	for (;;) {
		if (xchg(&untold, false))
			return -ESTALE;
		ch = answer();
		if (!ch && nonblock)
			return -EAGAIN;
		err = ch ? 0 : wait_event_interruptible(waiters,
							(ch = answer()) || READ_ONCE(untold));
		if (err)
			return err;
		if (!ch)
			continue;
		client = READ_ONCE(ch->client);
		if (client && client <= MINT_MAX_OSES)
			break;
		/* Nobody is there to leave it as well. */
		mint_shared_or(&ch->flags, MINT_CHANF_CLIENT_GONE);
		mint_chan_leave(ch, true);
	}
	f->os = client;
	f->generation = READ_ONCE(ch->client_generation);
	stream_init(f, ch, true);
	mint_event_send(client, MINT_EV_CHAN);
	stream_begin(f);
	return 0;
}

static int ioc_eof(struct mint_file *f)
{
	int err = 0;

	if (f->mode != MINT_FILE_STREAM)
		return -EINVAL;
	/* A write that is under way comes before it. */
	if (mutex_lock_interruptible(&f->wr_lock))
		return -ERESTARTSYS;
	if (f->parted) {
		err = 0;	/* nobody is there to be told */
	} else if (stream_lost(f)) {
		err = -EHOSTDOWN;
	} else {
		mint_shared_or(&f->chan->flags, own_eof_flag(f));
		mint_event_send(f->os, MINT_EV_CHAN);
	}
	mutex_unlock(&f->wr_lock);
	return err;
}

/* ---- LOG and CONSOLE -------------------------------------------------- */

static void ring_init(struct mint_file *f, struct mint_log_ring *ring, u32 size)
{
	f->ring = ring;
	f->size = size;
	f->pos = mint_ring_oldest(READ_ONCE(ring->head), size);
}

static int ioc_log(struct mint_file *f, const struct mint_ioc_os *arg)
{
	int err;

	if (arg->flags & ~MINT_IOCF_NOFOLLOW)
		return -EINVAL;
	err = set_os(f, arg->os);
	if (err)
		return err;
	f->nofollow = arg->flags & MINT_IOCF_NOFOLLOW;
	ring_init(f, mint_log_of(mint_section(f->os)), MINT_LOG_SIZE);
	set_mode(f, MINT_FILE_RING);
	return 0;
}

static int attach_input(u32 os)
{
	u32 *writer = &mint_section(os)->console_writer;
	u32 holder = mint_shared_cas(writer, MINT_OS_NONE, mint_self.os);

	if (!holder)
		return 0;
	/* Nobody cleaned up after it yet. */
	if (holder != mint_self.os && !mint_os_alive(holder) &&
	    mint_shared_cas(writer, holder, mint_self.os) == holder)
		return 0;
	return -EBUSY;
}

static void detach_input(u32 os)
{
	mint_shared_cas(&mint_section(os)->console_writer, mint_self.os,
			MINT_OS_NONE);
}

static int ioc_console(struct mint_file *f, const struct mint_ioc_os *arg)
{
	enum mint_file_mode mode = MINT_FILE_RING;
	int err;

	if (arg->flags & ~(MINT_IOCF_NOFOLLOW | MINT_IOCF_READONLY))
		return -EINVAL;
	err = set_os(f, arg->os);
	if (err)
		return err;
	f->nofollow = arg->flags & MINT_IOCF_NOFOLLOW;
	ring_init(f, mint_cons_out_of(mint_section(f->os)), MINT_CONS_SIZE);
	if (!(arg->flags & MINT_IOCF_READONLY)) {
		err = attach_input(f->os);
		if (err)
			return err;
		f->out = mint_cons_in_of(mint_section(f->os));
		f->event = MINT_EV_CONSOLE;
		mode = MINT_FILE_CONSOLE;
	}
	set_mode(f, mode);
	return 0;
}

/* ---- READY ------------------------------------------------------------ */

static int ioc_ready(void)
{
	struct mint_os *self = mint_os(mint_self.os);

	if (READ_ONCE(self->state) == MINT_OS_UP)
		return 0;
	WRITE_ONCE(self->up_tsc, rdtsc_ordered());
	if (mint_shared_cas(&self->state, MINT_OS_RUNNING,
			    MINT_OS_UP) != MINT_OS_RUNNING)
		return -EINVAL;
	mint_event_send_all(MINT_EV_STATE);
	return 0;
}

/* ---- reading ---------------------------------------------------------- */

/* There is something to read, or else we are told when there is. */
static bool ring_ready(struct mint_file *f)
{
	if (READ_ONCE(f->ring->head) != f->pos)
		return true;
	mint_shared_or(&f->ring->armed, BIT(mint_self.os - 1));
	return READ_ONCE(f->ring->head) != f->pos;
}

static ssize_t ring_read(struct mint_file *f, char __user *ubuf, size_t count,
			 bool nonblock)
{
	u32 n, pos;
	int err;

	for (;;) {
		/* Before the ring: what is written before the end is read. */
		bool over = os_over(f);

		/* The ring is somebody else's by now. */
		if (os_replaced(f))
			return 0;
		pos = f->pos;
		n = mint_ring_read(f->ring, f->size, &pos, f->rd_bounce,
				   min_t(size_t, count, BOUNCE_SIZE));
		if (n)
			break;
		f->pos = pos;
		if (over || f->nofollow)
			return 0;
		if (nonblock)
			return -EAGAIN;
		err = wait_event_interruptible(waiters,
					       ring_ready(f) || os_over(f));
		if (err)
			return err;
	}
	if (copy_to_user(ubuf, f->rd_bounce, n))
		return -EFAULT;
	f->pos = pos;
	return n;
}

static ssize_t rest_read(struct mint_file *f, char __user *ubuf, size_t count)
{
	size_t n = min_t(size_t, f->rest_len - f->rest_done, count);

	if (copy_to_user(ubuf, f->rest + f->rest_done, n))
		return -EFAULT;
	f->rest_done += n;
	return n;
}

static ssize_t stream_read(struct mint_file *f, char __user *ubuf,
			   size_t count, bool nonblock)
{
	int used, err;
	u32 n;

	for (;;) {
		/* Before the queue: what was sent before the end is read. */
		int ended = stream_ended(f);

		if (f->parted)
			return rest_read(f, ubuf, count);
		if (stream_lost(f))
			return -EHOSTDOWN;
		used = mint_pipe_used(&f->in);
		if (used < 0)
			return broken(f);
		if (used)
			break;
		if (ended)
			return min(ended, 0);
		if (nonblock)
			return -EAGAIN;
		err = wait_event_interruptible(waiters,
					       mint_pipe_used(&f->in) ||
					       stream_ended(f));
		if (err)
			return err;
	}
	n = min3((size_t)used, count, (size_t)BOUNCE_SIZE);
	mint_pipe_peek(&f->in, f->rd_bounce, n);
	if (copy_to_user(ubuf, f->rd_bounce, n))
		return -EFAULT;
	if (mint_pipe_drop(&f->in, n))
		mint_event_send(f->os, f->event);
	return n;
}

static ssize_t mint_read(struct file *file, char __user *ubuf, size_t count,
			 loff_t *ppos)
{
	struct mint_file *f = file->private_data;
	enum mint_file_mode mode = mode_of(f);
	bool nonblock = file->f_flags & O_NONBLOCK;
	ssize_t ret;

	if (mode == MINT_FILE_NEW)
		return -EINVAL;
	if (!count)
		return 0;
	if (mutex_lock_interruptible(&f->rd_lock))
		return -ERESTARTSYS;
	if (mode == MINT_FILE_STREAM)
		ret = stream_read(f, ubuf, count, nonblock);
	else
		ret = ring_read(f, ubuf, count, nonblock);
	mutex_unlock(&f->rd_lock);
	if (mode == MINT_FILE_STREAM)
		stream_part(f);
	return ret;
}

/* ---- writing ---------------------------------------------------------- */

/* Room to write, or -errno. */
static int wait_space(struct mint_file *f, bool nonblock)
{
	int space, err;

	for (;;) {
		err = send_error(f);
		if (err)
			return err;
		space = mint_pipe_space(&f->out);
		if (space < 0)
			return broken(f);
		if (space)
			return space;
		if (nonblock)
			return -EAGAIN;
		err = wait_event_interruptible(waiters,
					       mint_pipe_space(&f->out) ||
					       send_error(f));
		if (err)
			return err;
	}
}

static ssize_t pipe_write(struct mint_file *f, const char __user *ubuf,
			  size_t count, bool nonblock)
{
	size_t done = 0;
	int space = 0;
	u32 n;

	/* The input may have been emptied, or used by another, since. */
	if (f->mode == MINT_FILE_CONSOLE)
		f->out.mine = READ_ONCE(f->out.fifo->head);
	while (done < count) {
		space = wait_space(f, nonblock);
		if (space < 0)
			break;
		n = min3((size_t)space, count - done, (size_t)BOUNCE_SIZE);
		if (copy_from_user(f->wr_bounce, ubuf + done, n)) {
			space = -EFAULT;
			break;
		}
		if (mint_pipe_put(&f->out, f->wr_bounce, n))
			mint_event_send(f->os, f->event);
		done += n;
	}
	return done ?: space;
}

static ssize_t mint_write(struct file *file, const char __user *ubuf,
			  size_t count, loff_t *ppos)
{
	struct mint_file *f = file->private_data;
	enum mint_file_mode mode = mode_of(f);
	ssize_t ret;

	if (mode == MINT_FILE_NEW)
		return -EINVAL;
	if (mode == MINT_FILE_RING)
		return -EBADF;
	if (mutex_lock_interruptible(&f->wr_lock))
		return -ERESTARTSYS;
	ret = pipe_write(f, ubuf, count, file->f_flags & O_NONBLOCK);
	mutex_unlock(&f->wr_lock);
	if (mode == MINT_FILE_STREAM)
		stream_part(f);
	return ret;
}

/* ---- poll ------------------------------------------------------------- */

static __poll_t ring_poll(struct mint_file *f)
{
	__poll_t mask = 0;

	if (ring_ready(f) || f->nofollow)
		mask |= EPOLLIN | EPOLLRDNORM;
	if (os_over(f))
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLHUP;
	return mask;
}

static __poll_t out_poll(struct mint_file *f)
{
	struct mint_pipe out = f->out;

	if (f->mode == MINT_FILE_CONSOLE)
		out.mine = READ_ONCE(out.fifo->head);
	/* An error is "ready", too: write tells it. */
	if (mint_pipe_space(&out) || send_error(f))
		return EPOLLOUT | EPOLLWRNORM;
	return 0;
}

/* The other side has left, what is to be read is here, nobody takes more. */
#define POLL_PARTED	(EPOLLIN | EPOLLRDNORM | EPOLLRDHUP | EPOLLHUP | \
			 EPOLLOUT | EPOLLWRNORM)

static __poll_t stream_poll(struct mint_file *f)
{
	int ended = stream_ended(f);
	__poll_t mask = out_poll(f);

	if (ended || mint_pipe_used(&f->in))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (ended)
		mask |= EPOLLRDHUP;
	if (ended < 0)
		mask |= EPOLLERR;
	if (!stream_lost(f) && (stream_flags(f) & peer_gone_flag(f)))
		mask |= EPOLLHUP;
	/* Last: what was seen may have been the channel's next use. */
	return stream_parted(f) ? POLL_PARTED : mask;
}

static __poll_t mint_poll(struct file *file, poll_table *wait)
{
	struct mint_file *f = file->private_data;
	enum mint_file_mode mode = mode_of(f);
	__poll_t mask;

	if (mode == MINT_FILE_NEW)
		return EPOLLERR;
	poll_wait(file, &waiters, wait);
	smp_mb();	/* on the queue before we look: see mint_pipe_put() */
	if (mode == MINT_FILE_STREAM)
		return stream_poll(f);
	mask = ring_poll(f);
	if (mode == MINT_FILE_CONSOLE)
		mask |= out_poll(f);
	return mask;
}

/* ---- open, ioctl, close ----------------------------------------------- */

static int mint_open(struct inode *inode, struct file *file)
{
	struct mint_file *f;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	mutex_init(&f->lock);
	mutex_init(&f->rd_lock);
	mutex_init(&f->wr_lock);
	file->private_data = f;
	return stream_open(inode, file);
}

/* What turns a new file into something. */
static int turn_into(struct mint_file *f, unsigned int cmd,
		     const struct mint_ioc_os *arg, bool nonblock)
{
	if (f->mode != MINT_FILE_NEW)
		return -EINVAL;
	switch (cmd) {
	case MINT_IOC_LOG:
		return ioc_log(f, arg);
	case MINT_IOC_CONSOLE:
		return ioc_console(f, arg);
	case MINT_IOC_CONNECT:
		return ioc_connect(f, arg);
	case MINT_IOC_ACCEPT:
		return ioc_accept(f, nonblock);
	default:
		return -ENOTTY;
	}
}

static long mint_ioctl(struct file *file, unsigned int cmd, unsigned long uarg)
{
	struct mint_file *f = file->private_data;
	struct mint_ioc_os arg = { };
	long ret;

	if (cmd == MINT_IOC_READY)
		return ioc_ready();
	if (_IOC_DIR(cmd) == _IOC_WRITE && _IOC_SIZE(cmd) == sizeof(arg) &&
	    copy_from_user(&arg, (void __user *)uarg, sizeof(arg)))
		return -EFAULT;
	if (mutex_lock_interruptible(&f->lock))
		return -ERESTARTSYS;
	if (cmd == MINT_IOC_EOF)
		ret = ioc_eof(f);
	else
		ret = turn_into(f, cmd, &arg, file->f_flags & O_NONBLOCK);
	mutex_unlock(&f->lock);
	return ret;
}

static int mint_release(struct inode *inode, struct file *file)
{
	struct mint_file *f = file->private_data;

	if (f->mode == MINT_FILE_CONSOLE)
		detach_input(f->os);
	if (f->mode == MINT_FILE_STREAM)
		stream_end(f);
	kfree(f);
	return 0;
}

static const struct file_operations mint_fops = {
	.owner		= THIS_MODULE,
	.open		= mint_open,
	.read		= mint_read,
	.write		= mint_write,
	.poll		= mint_poll,
	.unlocked_ioctl	= mint_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.release	= mint_release,
};

static struct miscdevice mint_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "mint",
	.fops	= &mint_fops,
	.mode	= 0600,
};

static int __init mint_file_init(void)
{
	int err;

	if (!mint_self.active)
		return 0;
	err = misc_register(&mint_misc);
	if (err) {
		pr_err("no /dev/mint (%d)\n", err);
		return err;
	}
	mint_event_register(&chan_events);
	mint_event_register(&part_events);
	return 0;
}
device_initcall(mint_file_init);
