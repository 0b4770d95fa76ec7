// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs QEMU for tests/vm and watches over it until there is a verdict: SCRIPT
 * has reported its status, an OS panicked, the time is over, or the machine
 * ended by itself.
 *
 * usage: vm-run [OPTION]... -- QEMU [ARGUMENT]...
 *
 * What the harness needs of the machine is added to QEMU's arguments here,
 * and none of it is a PCI device:
 *  - memory that this process can read (a memfd, so that nothing is left over
 *    however the run ends);
 *  - COM1 and COM2, written to DIR/serial.log and DIR/com2.log;
 *  - a debug port for the frames of ../guest/vm-frame.h;
 *  - a QMP connection, to end the machine and to hear why it ended.
 *
 * With --input there are FIFOs in DIR meanwhile: what is written to com1.in and
 * com2.in arrives at the serial ports, and what is written to qmp.in, lines of
 * QMP, is executed.
 *
 * After a time-out DIR/machine has what QEMU's monitor tells of registers and interrupt
 * controllers, a line of JSON for each answer: jq -r .return DIR/machine; and DIR/stalled has
 * it of the moment when a kernel first complained that a CPU of its does not get on.
 *
 * Exit status: that of SCRIPT; 124 time-out; 125 anything else that is not a
 * status of SCRIPT. DIR/result has one line: "exit N", "timeout", "panic OS",
 * "poweroff", "reset" or "error: WHY".
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../guest/vm-frame.h"
#include "vm-logs.h"

#define EXIT_TIMEOUT	124
#define EXIT_HARNESS	125

#define LOG_POLL_MS	50	/* how often the logs in memory are looked at */
#define PANIC_TEXT_MS	3000	/* how long a panic may take to print its trace */
#define QUIT_MS		5000	/* how long QEMU may take to end when told to */
#define TAIL_LINES	20

/* The smallest memory that makes QEMU's q35 put the rest above 4 GiB. */
#define Q35_SPLIT_AT	0xb0000000ull
#define Q35_SPLIT_LOW	0x80000000ull

enum outcome {
	RUNNING,
	REPORTED,
	TIMED_OUT,
	PANICKED,
	POWERED_OFF,
	RESET,
	FAILED,
	INTERRUPTED,
};

enum channel {
	CH_SIGNAL,
	CH_FRAMES,
	CH_SERIAL,
	CH_COM2,
	CH_QMP,
	CH_SERIAL_IN,
	CH_COM2_IN,
	CH_QMP_IN,
	NR_CHANNELS
};

/* The FIFOs of --input, and where what comes out of them goes. */
static const struct input {
	enum channel from, to;
	const char *name;
} inputs[] = {
	{ CH_SERIAL_IN, CH_SERIAL, "com1.in" },
	{ CH_COM2_IN, CH_COM2, "com2.in" },
	{ CH_QMP_IN, CH_QMP, "qmp.in" },
};

#define NR_INPUTS	(sizeof(inputs) / sizeof(inputs[0]))

struct run {
	/* Options */
	uint64_t memory_bytes;
	int timeout_s;			/* 0: none */
	bool panic_fails;
	bool interactive;
	bool input;
	const char *dir;

	int memory_fd;
	pid_t qemu;
	bool qemu_ended;
	struct pollfd channel[NR_CHANNELS];	/* fd -1: closed */
	int qemu_end[NR_CHANNELS];		/* of each channel; 0: none */
	int serial_log, com2_log;
	struct vm_logs *logs;
	struct vm_lines serial_lines;

	unsigned char frame[VM_FRAME_HEADER + VM_FRAME_MAX];
	size_t frame_len;
	char qmp_line[4096];
	size_t qmp_len;
	int state_fd;			/* gets what QEMU tells of a machine that hangs; -1 */
	unsigned int state_answers;

	int64_t deadline;		/* ms; of the run */
	int64_t panic_deadline;		/* ms; 0: no panic seen */
	bool guest_ended;		/* QMP said so */
	bool stalled, stall_saved;	/* a kernel complained; DIR/stalled is there */

	enum outcome outcome;
	int status;			/* of SCRIPT, or the signal's number */
	char culprit[32];		/* OS that panicked */
	char text[512];
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *format, ...)
{
	va_list args;

	fputs("vm: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_HARNESS);
}

/* The first verdict stands, but that a panic spoils a reported status. */
static void decide(struct run *run, enum outcome outcome)
{
	if (run->outcome == RUNNING || (run->outcome == REPORTED && outcome == PANICKED))
		run->outcome = outcome;
}

/* ---- What the guest says ---------------------------------------------- */

/*
 * With --on-panic continue there may be nobody left to run SCRIPT: then a line
 * that ends so, in the kernel log of any OS, is the report.
 */
static void note_exit_mark(struct run *run, const char *line)
{
	static const char mark[] = "mint-vm: exit ";
	const char *at = strstr(line, mark);
	char *end;
	long status;

	if (!at)
		return;
	at += sizeof(mark) - 1;
	status = strtol(at, &end, 10);
	if (end == at || *end || status < 0 || status > 255)
		return;
	run->status = status;
	decide(run, REPORTED);
}

/* Of the RCU's watchdog, and of the kernel's. */
static bool is_stall(const char *line)
{
	return (strstr(line, "rcu: ") && strstr(line, "stall")) || strstr(line, "soft lockup - CPU#");
}

static void on_line(void *context, const char *os, const char *line)
{
	struct run *run = context;

	if (run->interactive)
		return;
	if (is_stall(line))
		run->stalled = true;
	if (!run->panic_fails) {
		note_exit_mark(run, line);
		return;
	}
	if (!strstr(line, "Kernel panic - not syncing"))
		return;
	if (!run->culprit[0]) {
		snprintf(run->culprit, sizeof(run->culprit), "%s", os);
		snprintf(run->text, sizeof(run->text), "%s", line);
		run->panic_deadline = now_ms() + PANIC_TEXT_MS;
	}
	if (strstr(line, "---[ end Kernel panic"))
		decide(run, PANICKED);
}

static void write_all(int fd, const void *data, size_t len)
{
	const char *at = data;
	ssize_t written;

	while (len) {
		written = write(fd, at, len);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return;		/* nobody reads our output: the run goes on */
		at += written;
		len -= written;
	}
}

static void handle_frame(struct run *run, unsigned char type, const unsigned char *data, size_t len)
{
	switch (type) {
	case VM_FRAME_STDOUT:
		write_all(STDOUT_FILENO, data, len);
		return;
	case VM_FRAME_STDERR:
		write_all(STDERR_FILENO, data, len);
		return;
	case VM_FRAME_EXIT:
		if (len != 1)
			break;
		run->status = data[0];
		decide(run, REPORTED);
		return;
	}
	snprintf(run->text, sizeof(run->text),
		 "the guest wrote garbage to the debug port (type %#x, %zu bytes)", type, len);
	decide(run, FAILED);
}

static void handle_frames(struct run *run, const unsigned char *data, size_t len)
{
	size_t i, wanted;

	for (i = 0; i < len; i++) {
		run->frame[run->frame_len++] = data[i];
		if (run->frame_len < VM_FRAME_HEADER)
			continue;
		wanted = run->frame[1] | run->frame[2] << 8;
		if (wanted <= VM_FRAME_MAX && run->frame_len < VM_FRAME_HEADER + wanted)
			continue;
		handle_frame(run, wanted > VM_FRAME_MAX ? 0 : run->frame[0],
			     run->frame + VM_FRAME_HEADER, run->frame_len - VM_FRAME_HEADER);
		run->frame_len = 0;
	}
}

/*
 * QEMU says in one line each what happens; only the end of the guest matters, and
 * what its monitor has to say to a command: when all is well, nothing.
 */
static void handle_qmp_line(struct run *run, const char *line)
{
	if (strstr(line, "\"return\": \"") && !strstr(line, "\"return\": \"\""))
		fprintf(stderr, "QEMU's monitor: %s\n", line);
	if (!strstr(line, "\"event\": \"SHUTDOWN\"") || !strstr(line, "\"guest\": true"))
		return;
	run->guest_ended = true;
	if (run->interactive)	/* that is how a person ends it */
		decide(run, REPORTED);
	else
		decide(run, strstr(line, "guest-reset") ? RESET : POWERED_OFF);
}

static void handle_qmp(struct run *run, const char *data, size_t len)
{
	size_t i;

	if (run->state_fd >= 0) {
		write_all(run->state_fd, data, len);
		for (i = 0; i < len; i++)
			run->state_answers += data[i] == '\n';
		return;
	}
	for (i = 0; i < len; i++) {
		if (data[i] == '\n') {
			run->qmp_line[run->qmp_len] = '\0';
			handle_qmp_line(run, run->qmp_line);
			run->qmp_len = 0;
		} else if (run->qmp_len < sizeof(run->qmp_line) - 1) {
			run->qmp_line[run->qmp_len++] = data[i];
		}
	}
}

static void handle_signals(struct run *run, const struct signalfd_siginfo *info)
{
	int wstatus;

	if (info->ssi_signo != SIGCHLD) {
		run->status = info->ssi_signo;
		decide(run, INTERRUPTED);
		return;
	}
	if (waitpid(run->qemu, &wstatus, WNOHANG) != run->qemu)
		return;
	run->qemu_ended = true;
	if (run->guest_ended || run->outcome != RUNNING)
		return;
	if (run->interactive && WIFEXITED(wstatus) && !WEXITSTATUS(wstatus)) {
		run->status = 0;
		decide(run, REPORTED);
		return;
	}
	if (WIFSIGNALED(wstatus))
		snprintf(run->text, sizeof(run->text), "QEMU was killed by signal %d", WTERMSIG(wstatus));
	else
		snprintf(run->text, sizeof(run->text), "QEMU ended by itself with status %d", WEXITSTATUS(wstatus));
	decide(run, FAILED);
}

static void handle_input(struct run *run, enum channel channel, const char *data, size_t len)
{
	unsigned int i;

	for (i = 0; i < NR_INPUTS; i++)
		if (inputs[i].from == channel && run->channel[inputs[i].to].fd >= 0)
			write_all(run->channel[inputs[i].to].fd, data, len);
}

static void handle_channel(struct run *run, enum channel channel)
{
	struct pollfd *pollfd = &run->channel[channel];
	char data[65536];
	ssize_t len;

	len = read(pollfd->fd, data, sizeof(data));
	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (len <= 0) {
		close(pollfd->fd);
		pollfd->fd = -1;
		return;
	}
	switch (channel) {
	case CH_SIGNAL:
		if (len == sizeof(struct signalfd_siginfo))
			handle_signals(run, (struct signalfd_siginfo *)data);
		break;
	case CH_FRAMES:
		handle_frames(run, (unsigned char *)data, len);
		break;
	case CH_SERIAL:
		write_all(run->serial_log, data, len);
		vm_lines_feed(&run->serial_lines, data, len, "os1", on_line, run);
		break;
	case CH_COM2:
		write_all(run->com2_log, data, len);
		break;
	case CH_QMP:
		handle_qmp(run, data, len);
		break;
	case CH_SERIAL_IN:
	case CH_COM2_IN:
	case CH_QMP_IN:
		handle_input(run, channel, data, len);
		break;
	case NR_CHANNELS:
		break;
	}
}

/* ---- Watching ---------------------------------------------------------- */

/* Handles what comes within @timeout_ms. */
static void turn(struct run *run, int timeout_ms)
{
	unsigned int i;

	if (poll(run->channel, NR_CHANNELS, timeout_ms) > 0)
		for (i = 0; i < NR_CHANNELS; i++)
			if (run->channel[i].fd >= 0 && run->channel[i].revents)
				handle_channel(run, i);
	vm_logs_poll(run->logs);
}

#define STATE_MS	5000
#define STATE_CPUS	64

static void ask_monitor(struct run *run, const char *command)
{
	char line[128];
	int len = snprintf(line, sizeof(line),
			   "{\"execute\":\"human-monitor-command\",\"arguments\":{\"command-line\":\"%s\"}}\n",
			   command);

	send(run->channel[CH_QMP].fd, line, len, MSG_NOSIGNAL);
}

/*
 * The machine hangs, or a CPU of it: its interrupt controllers and registers, as QEMU sees
 * them, say why.  A line of JSON for each answer, in that file of DIR.
 */
static void save_state(struct run *run, const char *name)
{
	int64_t deadline = now_ms() + STATE_MS;
	char path[4096], command[32];
	unsigned int i;

	if (run->channel[CH_QMP].fd < 0)
		return;
	snprintf(path, sizeof(path), "%s/%s", run->dir, name);
	run->state_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (run->state_fd < 0)
		return;
	run->state_answers = 0;
	ask_monitor(run, "info registers -a");
	ask_monitor(run, "info pic");
	for (i = 0; i < STATE_CPUS; i++) {
		snprintf(command, sizeof(command), "info lapic %u", i);
		ask_monitor(run, command);
	}
	while (run->state_answers < STATE_CPUS + 2 && !run->qemu_ended && now_ms() < deadline)
		turn(run, LOG_POLL_MS);
	close(run->state_fd);
	run->state_fd = -1;
}

static void watch(struct run *run)
{
	while (run->outcome == RUNNING) {
		turn(run, LOG_POLL_MS);
		if (run->stalled && !run->stall_saved) {
			run->stall_saved = true;
			save_state(run, "stalled");
		}
		if (run->panic_deadline && now_ms() >= run->panic_deadline)
			decide(run, PANICKED);
		if (run->timeout_s && now_ms() >= run->deadline)
			decide(run, TIMED_OUT);
	}
	/* A panic that was seen together with the status needs its trace, too. */
	while (run->outcome == REPORTED && run->panic_deadline && !run->qemu_ended) {
		turn(run, LOG_POLL_MS);
		if (now_ms() >= run->panic_deadline)
			decide(run, PANICKED);
	}
}

static void end_qemu(struct run *run)
{
	static const char quit[] = "{\"execute\":\"quit\"}\n";
	int64_t deadline = now_ms() + QUIT_MS;

	if (run->channel[CH_QMP].fd >= 0)
		send(run->channel[CH_QMP].fd, quit, sizeof(quit) - 1, MSG_NOSIGNAL);
	while (!run->qemu_ended) {
		if (now_ms() >= deadline) {
			kill(run->qemu, SIGKILL);
			deadline = INT64_MAX;
		}
		turn(run, LOG_POLL_MS);
	}
	/* QEMU's ends of the channels are closed now: read what is left. */
	while (run->channel[CH_FRAMES].fd >= 0 || run->channel[CH_SERIAL].fd >= 0 ||
	       run->channel[CH_COM2].fd >= 0)
		turn(run, LOG_POLL_MS);
}

/* ---- Starting ---------------------------------------------------------- */

struct arguments {
	char **argv;
	size_t n;
};

static void add(struct arguments *args, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct arguments *args, const char *format, ...)
{
	va_list list;

	args->argv = realloc(args->argv, (args->n + 2) * sizeof(*args->argv));
	va_start(list, format);
	if (!args->argv || vasprintf(&args->argv[args->n++], format, list) < 0)
		die("out of memory");
	va_end(list);
	args->argv[args->n] = NULL;
}

/* Makes a channel from QEMU to this process; returns QEMU's end. */
static int make_pipe(struct run *run, enum channel channel)
{
	int ends[2];

	if (pipe(ends))
		die("pipe: %s", strerror(errno));
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	run->channel[channel].fd = ends[0];
	run->qemu_end[channel] = ends[1];
	return ends[1];
}

static void add_memory(struct run *run, struct arguments *args)
{
	run->memory_fd = memfd_create("mint-vm", 0);
	if (run->memory_fd < 0 || ftruncate(run->memory_fd, run->memory_bytes))
		die("cannot make %llu bytes of memory: %s",
		    (unsigned long long)run->memory_bytes, strerror(errno));
	add(args, "-object");
	add(args, "memory-backend-file,id=vm-ram,share=on,size=%llu,mem-path=/proc/self/fd/%d",
	    (unsigned long long)run->memory_bytes, run->memory_fd);
	add(args, "-machine");
	add(args, "memory-backend=vm-ram");
	add(args, "-m");
	add(args, "%lluM", (unsigned long long)run->memory_bytes >> 20);
}

/* The same in both directions. */
static int make_socket(struct run *run, enum channel channel)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		die("socketpair: %s", strerror(errno));
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	run->channel[channel].fd = ends[0];
	run->qemu_end[channel] = ends[1];
	return ends[1];
}

static void add_port(struct run *run, struct arguments *args, enum channel channel, const char *id)
{
	add(args, "-chardev");
	if (run->input)
		add(args, "socket,id=%s,fd=%d", id, make_socket(run, channel));
	else
		add(args, "file,id=%s,path=/proc/self/fd/%d", id, make_pipe(run, channel));
}

static void add_serial(struct run *run, struct arguments *args)
{
	if (run->interactive) {
		add(args, "-chardev");
		add(args, "stdio,id=vm-com1,mux=on,signal=off,logfile=%s/serial.log", run->dir);
		add(args, "-mon");
		add(args, "vm-com1");
	} else {
		add_port(run, args, CH_SERIAL, "vm-com1");
	}
	add(args, "-serial");
	add(args, "chardev:vm-com1");
	add_port(run, args, CH_COM2, "vm-com2");
	add(args, "-serial");
	add(args, "chardev:vm-com2");
}

static void add_frames(struct run *run, struct arguments *args)
{
	add(args, "-chardev");
	add(args, "file,id=vm-frames,path=/proc/self/fd/%d", make_pipe(run, CH_FRAMES));
	add(args, "-device");
	add(args, "isa-debugcon,iobase=%#x,chardev=vm-frames", VM_FRAME_PORT);
}

static void add_qmp(struct run *run, struct arguments *args)
{
	static const char hello[] = "{\"execute\":\"qmp_capabilities\"}\n";
	int fd = make_socket(run, CH_QMP);

	send(run->channel[CH_QMP].fd, hello, sizeof(hello) - 1, MSG_NOSIGNAL);
	add(args, "-chardev");
	add(args, "socket,id=vm-qmp,fd=%d", fd);
	add(args, "-mon");
	add(args, "vm-qmp,mode=control");
}

static const char *input_path(const struct run *run, const struct input *input)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", run->dir, input->name);
	return path;
}

/* Open for writing, too: so it does not end when a writer does. */
static void open_inputs(struct run *run)
{
	const char *path;
	unsigned int i;
	int fd;

	for (i = 0; i < NR_INPUTS; i++) {
		path = input_path(run, &inputs[i]);
		unlink(path);
		fd = mkfifo(path, 0600) ? -1 : open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			die("cannot make %s: %s", path, strerror(errno));
		run->channel[inputs[i].from].fd = fd;
	}
}

static void remove_inputs(const struct run *run)
{
	unsigned int i;

	for (i = 0; i < NR_INPUTS; i++)
		unlink(input_path(run, &inputs[i]));
}

/* Only QEMU may hold them, so that its end is the end of the channels. */
static void close_qemu_ends(const struct run *run)
{
	unsigned int i;

	for (i = 0; i < NR_CHANNELS; i++)
		if (run->qemu_end[i])
			close(run->qemu_end[i]);
}

static void start_qemu(struct run *run, char **argv, const sigset_t *signals)
{
	pid_t parent = getpid();
	int null;

	run->qemu = fork();
	if (run->qemu < 0)
		die("fork: %s", strerror(errno));
	if (run->qemu) {
		close_qemu_ends(run);
		return;
	}
	/* However this process ends, no QEMU stays behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_HARNESS);
	sigprocmask(SIG_UNBLOCK, signals, NULL);
	if (!run->interactive) {
		/* Ctrl-C must reach only this process, which ends QEMU in order. */
		setpgid(0, 0);
		null = open("/dev/null", O_RDWR);
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}
	execvp(argv[0], argv);
	fprintf(stderr, "vm: cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_HARNESS);
}

static int open_log(const struct run *run, const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", run->dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		die("cannot write %s: %s", path, strerror(errno));
	return fd;
}

static void start(struct run *run, char **argv)
{
	struct arguments args = { 0 };
	sigset_t signals;
	unsigned int i;

	for (i = 0; i < NR_CHANNELS; i++)
		run->channel[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	if (!run->interactive)
		run->serial_log = open_log(run, "serial.log");
	run->com2_log = open_log(run, "com2.log");
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	run->channel[CH_SIGNAL].fd = signalfd(-1, &signals, SFD_CLOEXEC);

	for (; *argv; argv++)
		add(&args, "%s", *argv);
	add_memory(run, &args);
	add_serial(run, &args);
	add_frames(run, &args);
	add_qmp(run, &args);
	if (run->input)
		open_inputs(run);
	run->logs = vm_logs_create(run->memory_fd,
				   run->memory_bytes >= Q35_SPLIT_AT ? Q35_SPLIT_LOW : run->memory_bytes,
				   run->dir, on_line, run);
	if (!run->logs)
		die("out of memory");
	run->deadline = now_ms() + run->timeout_s * 1000LL;
	start_qemu(run, args.argv, &signals);
}

/* ---- Reporting --------------------------------------------------------- */

static void copy_file(const struct run *run, const char *from, const char *to)
{
	char path[4096], data[65536];
	ssize_t len;
	int in, out;

	snprintf(path, sizeof(path), "%s/%s", run->dir, from);
	in = open(path, O_RDONLY | O_CLOEXEC);
	out = open_log(run, to);
	while (in >= 0 && (len = read(in, data, sizeof(data))) > 0)
		write_all(out, data, len);
	close(in);
	close(out);
}

static void print_tail(const struct run *run, const char *os)
{
	char path[4096], data[8192];
	ssize_t len;
	off_t size;
	int fd, lines;
	char *at;

	snprintf(path, sizeof(path), "%s/%s.log", run->dir, os);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	size = lseek(fd, 0, SEEK_END);
	len = pread(fd, data, sizeof(data) - 1, size > (off_t)sizeof(data) ? size - (off_t)sizeof(data) + 1 : 0);
	close(fd);
	if (len <= 0)
		return;
	data[len] = '\0';
	for (at = data + len - 1, lines = 0; at > data; at--)
		if (at[-1] == '\n' && ++lines == TAIL_LINES)
			break;
	fprintf(stderr, "vm: the end of %s.log:\n%s%s", os, at, data[len - 1] == '\n' ? "" : "\n");
}

static void write_result(const struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void write_result(const struct run *run, const char *format, ...)
{
	int fd = open_log(run, "result");
	va_list args;

	va_start(args, format);
	vdprintf(fd, format, args);
	va_end(args);
	close(fd);
}

static int report(const struct run *run)
{
	switch (run->outcome) {
	case REPORTED:
		write_result(run, "exit %d\n", run->status);
		return run->status;
	case TIMED_OUT:
		write_result(run, "timeout\n");
		fprintf(stderr, "vm: no result within %d s\n", run->timeout_s);
		print_tail(run, "os1");
		return EXIT_TIMEOUT;
	case PANICKED:
		write_result(run, "panic %s\n", run->culprit);
		fprintf(stderr, "vm: %s panicked: %s\n", run->culprit, run->text);
		print_tail(run, run->culprit);
		return EXIT_HARNESS;
	case POWERED_OFF:
		write_result(run, "poweroff\n");
		fprintf(stderr, "vm: the machine was powered off before SCRIPT reported\n");
		break;
	case RESET:
		write_result(run, "reset\n");
		fprintf(stderr, "vm: the machine was reset before SCRIPT reported\n");
		break;
	case INTERRUPTED:
		write_result(run, "error: interrupted by signal %d\n", run->status);
		fprintf(stderr, "vm: interrupted by signal %d\n", run->status);
		return 128 + run->status;
	default:
		write_result(run, "error: %s\n", run->text);
		fprintf(stderr, "vm: %s\n", run->text);
	}
	print_tail(run, "os1");
	return EXIT_HARNESS;
}

static void parse_options(struct run *run, int argc, char **argv)
{
	static const struct option options[] = {
		{ "memory", required_argument, NULL, 'm' },
		{ "timeout", required_argument, NULL, 't' },
		{ "out", required_argument, NULL, 'o' },
		{ "continue", no_argument, NULL, 'c' },
		{ "interactive", no_argument, NULL, 'i' },
		{ "input", no_argument, NULL, 'n' },
		{ 0 }
	};
	int option;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (option) {
		case 'm':
			run->memory_bytes = strtoull(optarg, NULL, 10);
			break;
		case 't':
			run->timeout_s = atoi(optarg);
			break;
		case 'o':
			run->dir = optarg;
			break;
		case 'c':
			run->panic_fails = false;
			break;
		case 'i':
			run->interactive = true;
			break;
		case 'n':
			run->input = true;
			break;
		default:
			exit(2);
		}
	}
	if (!run->memory_bytes || !run->dir || !argv[optind])
		die("usage: vm-run --memory BYTES --out DIR [--timeout S] [--continue] [--interactive] [--input] -- QEMU...");
}

int main(int argc, char **argv)
{
	struct run run = { .panic_fails = true, .state_fd = -1 };
	int status;

	parse_options(&run, argc, argv);
	start(&run, argv + optind);
	watch(&run);
	if (run.outcome == TIMED_OUT)
		save_state(&run, "machine");
	end_qemu(&run);
	if (run.input)
		remove_inputs(&run);
	if (run.culprit[0])
		decide(&run, PANICKED);
	if (!vm_logs_seen(run.logs, "os1"))
		copy_file(&run, "serial.log", "os1.log");
	status = report(&run);
	vm_logs_destroy(run.logs);
	return status;
}
