// SPDX-License-Identifier: GPL-2.0-only
/*
 * What mintctl makes of moves: events out of what is known before and after, what
 * is shown as it passes, times, the tree, policies, modules that match.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mint/abi.h>

#include "cmd/commands.h"
#include "lib/msg.h"
#include "show/event_view.h"
#include "model/modules.h"
#include "model/timings.h"
#include "show/progress.h"
#include "show/format.h"
#include "show/view.h"
#include "fake_mint_nl.h"

/* ---- events ---------------------------------------------------------------------- */

static struct dev_event got[32];
static unsigned int nr_got;

static void take(const struct dev_event *e, void *arg)
{
	(void)arg;
	assert_true(nr_got < 32);
	got[nr_got++] = *e;
}

static struct dev_info nic(void)
{
	struct dev_info dev = {
		.sbdf = 0x300, .owner = 1, .home = 1, .state = MINT_DEV_OWNED,
		.vendor = 0x8086, .device = 0x10d3, .class_rev = 0x02000000,
		.gsi = ~0U, .bridge = ~0U, .driver = "e1000e",
	};

	memset(dev.phase_ns, 0xff, sizeof(dev.phase_ns));
	return dev;
}

static void events(const struct dev_info *old, const struct dev_info *now)
{
	nr_got = 0;
	dev_events(old, now, take, NULL);
}

static void expect(unsigned int i, enum dev_event_kind kind)
{
	assert_true(i < nr_got);
	assert_int_equal(got[i].kind, kind);
}

static void test_events_of_a_move(void **state)
{
	struct dev_info old = nic(), now = nic();

	(void)state;
	events(&old, &now);
	assert_int_equal(nr_got, 0);

	now.order = 1;
	now.orderer = 3;
	now.state = MINT_DEV_RELEASE;
	now.to = 2;
	now.back = 1;
	now.phase_ns[MINT_PHASE_START] = 0;
	events(&old, &now);
	assert_int_equal(nr_got, 1);
	expect(0, DEV_ORDERED);

	/* Two phases in one notification. */
	old = now;
	now.phase_ns[MINT_PHASE_UNBIND] = 1000;
	now.phase_ns[MINT_PHASE_QUIESCE] = 2000;
	events(&old, &now);
	assert_int_equal(nr_got, 2);
	expect(0, DEV_PHASE);
	assert_int_equal(got[0].phase, MINT_PHASE_UNBIND);
	assert_int_equal(got[1].phase, MINT_PHASE_QUIESCE);

	old = now;
	now.state = MINT_DEV_OWNED;
	now.owner = 2;
	now.to = now.back = 0;
	now.phase_ns[MINT_PHASE_BIND] = 9000;
	events(&old, &now);
	assert_int_equal(nr_got, 2);
	expect(0, DEV_PHASE);
	expect(1, DEV_MOVED);

	old = now;
	now.phase_ns[MINT_PHASE_IRQ] = 10000;
	events(&old, &now);
	assert_int_equal(nr_got, 1);
	assert_int_equal(got[0].phase, MINT_PHASE_IRQ);
}

/* Everything between was lost. */
static void test_events_of_a_move_at_once(void **state)
{
	struct dev_info old = nic(), now = nic();

	(void)state;
	now.order = 5;
	now.owner = 2;
	now.phase_ns[MINT_PHASE_UNBIND] = 1;
	events(&old, &now);
	assert_int_equal(nr_got, 3);
	expect(0, DEV_ORDERED);
	expect(1, DEV_PHASE);
	expect(2, DEV_MOVED);
}

static void test_events_of_failures(void **state)
{
	struct dev_info old = nic(), now = nic();

	(void)state;
	old.order = now.order = 1;
	old.state = MINT_DEV_CLAIM;
	now.error = EIO;
	now.options = MINT_ORDER_RETURN;
	events(&old, &now);
	assert_int_equal(nr_got, 1);
	expect(0, DEV_RETURNED);

	now.options = 0;
	events(&old, &now);
	expect(0, DEV_KEPT);

	now.owner = MINT_OS_NONE;
	events(&old, &now);
	expect(0, DEV_PARKED);
}

static void test_events_of_plugging(void **state)
{
	struct dev_info old = nic(), now = nic();

	(void)state;
	events(NULL, &now);
	assert_int_equal(nr_got, 1);
	expect(0, DEV_ADDED);

	now.eject = 1;
	events(&old, &now);
	assert_int_equal(nr_got, 1);
	expect(0, DEV_EJECT);

	now.state = MINT_DEV_GONE;
	events(&old, &now);
	assert_int_equal(nr_got, 1);
	expect(0, DEV_REMOVED);
	old = now;
	events(&old, &now);
	assert_int_equal(nr_got, 0);
	events(NULL, &now);
	assert_int_equal(nr_got, 0);
	now = nic();
	events(&old, &now);
	assert_int_equal(nr_got, 1);
	expect(0, DEV_ADDED);

	old = nic();
	now.driver[0] = '\0';
	events(&old, &now);
	assert_int_equal(nr_got, 1);
	expect(0, DEV_DRIVER);
}

/* ---- as text ------------------------------------------------------------------------ */

static char text[8192];

static FILE *open_text(void)
{
	memset(text, 0, sizeof(text));
	return fmemopen(text, sizeof(text), "w");
}

static struct model *names(void)
{
	static struct model m;

	model_release(&m);
	m.nr_oses = 2;
	m.oses[0] = (struct os_info){ .id = 1, .name = "os1" };
	m.oses[1] = (struct os_info){ .id = 2, .name = "os2" };
	return &m;
}

static void print_event(bool json, enum dev_event_kind kind, const struct dev_info *dev,
			uint32_t phase)
{
	struct event_view v = { .m = names(), .json = json, .out = open_text() };
	struct dev_event e = { .kind = kind, .dev = dev, .phase = phase };

	event_view_dev(&v, &e);
	fclose(v.out);
}

static void test_event_lines(void **state)
{
	struct dev_info dev = nic();

	(void)state;
	dev.order = 1;
	dev.orderer = 2;
	dev.state = MINT_DEV_RELEASE;
	dev.to = 2;
	dev.back = 1;
	print_event(false, DEV_ORDERED, &dev, 0);
	assert_non_null(strstr(text, "0000:03:00.0 os2 orders: from os1 to os2\n"));
	dev.phase_ns[MINT_PHASE_UNBIND] = 1234567;
	print_event(false, DEV_PHASE, &dev, MINT_PHASE_UNBIND);
	assert_non_null(strstr(text, " unbind: after 1.234 ms\n"));
	dev.state = MINT_DEV_OWNED;
	dev.owner = 2;
	dev.phase_ns[MINT_PHASE_BIND] = 412345678;
	print_event(false, DEV_MOVED, &dev, 0);
	assert_non_null(strstr(text, " now with os2, driver e1000e, after 412.345 ms\n"));
	dev.owner = 1;
	dev.error = EBUSY;
	strcpy(dev.reason, "eth0 is up");
	print_event(false, DEV_KEPT, &dev, 0);
	assert_non_null(strstr(text, " stays with os1: eth0 is up\n"));
	dev.reason[0] = '\0';
	dev.error = ETIMEDOUT;
	print_event(false, DEV_RETURNED, &dev, 0);
	assert_non_null(strstr(text, " back with os1: not done in time\n"));
	dev.owner = 0;
	print_event(false, DEV_PARKED, &dev, 0);
	assert_non_null(strstr(text, " nobody has it, it is silent: not done in time\n"));
}

static void test_event_json(void **state)
{
	struct dev_info dev = nic();

	(void)state;
	dev.order = 1;
	dev.orderer = 2;
	dev.state = MINT_DEV_RELEASE;
	dev.back = 1;
	print_event(true, DEV_ORDERED, &dev, 0);
	assert_int_equal(strncmp(text, "{ \"version\": 1, \"time\": ", 24), 0);
	assert_non_null(strstr(text, "\"event\": \"ordered\", \"bdf\": \"0000:03:00.0\", \"owner\": \"os1\", \"orderer\": \"os2\", \"from\": \"os1\", \"to\": null"));
	dev.state = MINT_DEV_OWNED;
	dev.error = EIO;
	strcpy(dev.reason, "a \"quoted\" \\ reason");
	print_event(true, DEV_KEPT, &dev, 0);
	assert_non_null(strstr(text, "\"reason\": \"a \\\"quoted\\\" \\\\ reason\" }\n"));
	dev.phase_ns[MINT_PHASE_BIND] = 5;
	print_event(true, DEV_PHASE, &dev, MINT_PHASE_BIND);
	assert_non_null(strstr(text, "\"phase\": \"bind\", \"ns\": 5"));
}

/* progress_end() takes what notifications say, too. */
static void test_progress(void **state)
{
	struct model *m = names(), now = { .nr_devs = 1 };
	struct dev_info dev = nic();
	struct progress p = { .view = { .out = open_text() }, .show = true, .m = m, .sbdf = ~0U };

	(void)state;
	now.devs = &dev;
	model_add_dev(m, &dev);
	/* Refused before its first phase. */
	dev.order = 1;
	dev.error = EBUSY;
	progress_end(&p, &now);
	dev.order = 2;
	dev.error = 0;
	dev.owner = 2;
	dev.phase_ns[MINT_PHASE_UNBIND] = 1000000;
	dev.phase_ns[MINT_PHASE_BIND] = 9000000;
	progress_end(&p, &now);
	/* It came back, and that is all that was heard of it. */
	dev.order = 3;
	dev.error = EIO;
	dev.options = MINT_ORDER_RETURN;
	dev.owner = 1;
	memset(dev.phase_ns, 0xff, sizeof(dev.phase_ns));
	progress_end(&p, &now);
	fclose(p.view.out);
	assert_string_equal(text, "0000:03:00.0: unbind bind; with os2 after 9.000 ms\n"
			    "0000:03:00.0: with os1\n");
	model_release(m);
}

static void test_timings(void **state)
{
	struct dev_info dev = nic();
	FILE *out = open_text();
	uint32_t i;

	(void)state;
	for (i = 0; i <= MINT_PHASE_BIND; i++)
		dev.phase_ns[i] = i * 10000000ULL;
	timings_print(&dev, out);
	fclose(out);
	assert_non_null(strstr(text, "unbind                10.000 ms      10.000 ms\n"));
	assert_non_null(strstr(text, "bind                  10.000 ms      80.000 ms\n"));
	assert_non_null(strstr(text, "first interrupt               -              -\n"));
	assert_non_null(strstr(text, "downtime 80.000 ms, the layer's part 30.000 ms (37.5 %)\n"));
}

static void test_tree(void **state)
{
	struct model *m = names();
	struct dev_info dev = nic(), bridge = nic();
	FILE *out = open_text();

	(void)state;
	bridge.sbdf = 0x18;
	bridge.flags = MINT_DEVF_BRIDGE;
	strcpy(bridge.driver, "pcieport");
	model_add_dev(m, &bridge);
	bridge.sbdf = 0x20;
	model_add_dev(m, &bridge);
	dev.bridge = 0x18;
	dev.owner = 2;
	dev.gsi = 22;
	model_add_dev(m, &dev);
	tree_view_text(m, out);
	fclose(out);
	assert_non_null(strstr(text, "|-0000:00:03.0  [os1 pcieport]"));
	assert_non_null(strstr(text, "\n| `-0000:03:00.0  [os2 e1000e] GSI 22  "));
	assert_non_null(strstr(text, "\n`-0000:00:04.0  [os1 pcieport]"));
}

/* A table that says that two bridges hang on each other. */
static void test_tree_in_a_circle(void **state)
{
	struct model *m = names();
	struct dev_info bridge = nic();
	FILE *out = open_text();

	(void)state;
	bridge.flags = MINT_DEVF_BRIDGE;
	model_add_dev(m, &bridge);
	bridge.bridge = bridge.sbdf;
	model_add_dev(m, &bridge);
	tree_view_text(m, out);
	tree_view_json(m, out);
	fclose(out);
}

/* ---- modules -------------------------------------------------------------------------- */

static void write_file(const char *dir, const char *name, const char *data, size_t len)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fwrite(data, 1, len, f);
	fclose(f);
}

static void test_modules(void **state)
{
	static const char aliases[] =
		"# a comment\n"
		"alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e\n"
		"alias pci:v00008086d000010D3sv*sd*bc02sc*i* e1000e\n"
		"alias pci:v*d*sv*sd*bc02sc00i* anynic\n"
		"alias pci:v00001234d*sv*sd*bc*sc*i* other\n"
		"alias usb:v8086p* usbthing\n";
	static const char builtin[] =
		"foo.license=GPL\0e1000e.alias=pci:v00008086d000010D3sv*sd*bc*sc*i*\0"
		"vfio.alias=pci:v*d*sv*sd*bc*sc*i*";
	char dir[] = "/tmp/test_mintctl.XXXXXX", buf[256], path[300];
	struct dev_info dev = nic();

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_true(modules_for(&dev, dir, buf, sizeof(buf)) < 0);
	write_file(dir, "modules.alias", aliases, sizeof(aliases) - 1);
	assert_int_equal(modules_for(&dev, dir, buf, sizeof(buf)), 2);
	assert_string_equal(buf, "e1000e anynic");
	write_file(dir, "modules.builtin.modinfo", builtin, sizeof(builtin));
	assert_int_equal(modules_for(&dev, dir, buf, sizeof(buf)), 3);
	assert_string_equal(buf, "e1000e anynic vfio");
	dev.vendor = 0x4321;
	dev.class_rev = 0x01000000;
	assert_int_equal(modules_for(&dev, dir, buf, sizeof(buf)), 1);
	/* Too many names for the room: those that fit. */
	assert_int_equal(modules_for(&dev, dir, buf, 4), 0);
	snprintf(path, sizeof(path), "%s/modules.alias", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/modules.builtin.modinfo", dir);
	unlink(path);
	rmdir(dir);
}

/* ---- commands ---------------------------------------------------------------------------- */

/* The kernel's side: a NIC below a port, and what was asked. */
static struct {
	struct dev_info dev;
	int cmd;
	int refuse;
	uint32_t sbdf[4], nr_sbdf, options, timeout_ms, kind, key;
	bool siblings, has_os;
	char os[32];
} k;

static void fill_dev(struct nl_msg *msg, const void *arg)
{
	const struct dev_info *dev = arg;

	nla_put_u32(msg, MINT_A_DEV_SBDF, dev->sbdf);
	nla_put_u32(msg, MINT_A_DEV_OWNER, dev->owner);
	nla_put_u32(msg, MINT_A_DEV_STATE, dev->state);
	nla_put_u32(msg, MINT_A_DEV_FLAGS, dev->flags);
	nla_put_u32(msg, MINT_A_DEV_BRIDGE, dev->bridge);
	nla_put(msg, MINT_A_DEV_VENDOR, sizeof(dev->vendor), &dev->vendor);
	nla_put(msg, MINT_A_DEV_DEVICE, sizeof(dev->device), &dev->device);
	nla_put_string(msg, MINT_A_DEV_DRIVER, dev->driver);
	nla_put_u32(msg, MINT_A_DEV_ORDER, dev->order);
	nla_put_u32(msg, MINT_A_DEV_ERROR, dev->error);
	nla_put_string(msg, MINT_A_DEV_REASON, dev->reason);
	nla_put(msg, MINT_A_DEV_PHASES, sizeof(dev->phase_ns), dev->phase_ns);
}

static void fill_os(struct nl_msg *msg, const void *arg)
{
	const uint32_t *id = arg;
	char name[8];

	snprintf(name, sizeof(name), "os%u", *id);
	nla_put_u32(msg, MINT_A_OS_ID, *id);
	nla_put_string(msg, MINT_A_OS_NAME, name);
	nla_put_u32(msg, MINT_A_OS_STATE, MINT_OS_UP);
}

static void fill_policy(struct nl_msg *msg, const void *arg)
{
	(void)arg;
	nla_put_u32(msg, MINT_A_POLICY_KIND, MINT_POLICY_CLASS);
	nla_put_u32(msg, MINT_A_POLICY_KEY, 0x0108);
	nla_put_string(msg, MINT_A_OS_NAME, "os2");
}

static void note(int cmd, struct nlattr **attrs, struct nl_msg *request)
{
	struct nlattr *attr;
	int rem;

	k.cmd = cmd;
	nlmsg_for_each_attr(attr, nlmsg_hdr(request), 4, rem) {
		if (nla_type(attr) == MINT_A_DEV_SBDF && k.nr_sbdf < 4)
			k.sbdf[k.nr_sbdf++] = nla_get_u32(attr);
	}
	if (attrs[MINT_A_DEV_ORDER_OPTIONS])
		k.options = nla_get_u32(attrs[MINT_A_DEV_ORDER_OPTIONS]);
	if (attrs[MINT_A_DEV_TIMEOUT_MS])
		k.timeout_ms = nla_get_u32(attrs[MINT_A_DEV_TIMEOUT_MS]);
	if (attrs[MINT_A_POLICY_KIND])
		k.kind = nla_get_u32(attrs[MINT_A_POLICY_KIND]);
	if (attrs[MINT_A_POLICY_KEY])
		k.key = nla_get_u32(attrs[MINT_A_POLICY_KEY]);
	k.siblings = attrs[MINT_A_DEV_WITH_SIBLINGS];
	k.has_os = attrs[MINT_A_OS_NAME];
	if (k.has_os)
		nla_strlcpy(k.os, attrs[MINT_A_OS_NAME], sizeof(k.os));
}

static int answer_all(fake_fill fill, const uint32_t *ids)
{
	for (; *ids; ids++)
		fake_answer(fill, ids);
	return 0;
}

static int kernel(int cmd, struct nlattr **attrs, struct nl_msg *request)
{
	static const uint32_t oses[] = { 1, 2, 0 };
	struct dev_info port = nic();

	switch (cmd) {
	case MINT_CMD_OS_GET:
		return answer_all(fill_os, oses);
	case MINT_CMD_DEV_GET:
		port.sbdf = 0x18;
		port.flags = MINT_DEVF_BRIDGE | MINT_DEVF_SLOT;
		fake_answer(fill_dev, &port);
		return fake_answer(fill_dev, &k.dev);
	case MINT_CMD_POLICY_GET:
		return fake_answer(fill_policy, NULL);
	}
	note(cmd, attrs, request);
	if (cmd == MINT_CMD_DEV_MOVE && !k.refuse) {
		k.dev.order++;
		k.dev.owner = 2;
		k.dev.phase_ns[MINT_PHASE_BIND] = 7000000;
		fake_event(MINT_CMD_DEV_NTF, fill_dev, &k.dev);
	}
	return k.refuse;
}

static int no_more(void)
{
	fake_nl.now_ms += 1000000;
	return 0;
}

static char output[8192], errors[4096];

static void read_back(FILE *f, int fd, int saved, char *buf, size_t size)
{
	size_t len;

	dup2(saved, fd);
	close(saved);
	rewind(f);
	len = fread(buf, 1, size - 1, f);
	buf[len] = '\0';
	fclose(f);
}

static int mintctl(const char *line)
{
	FILE *out = tmpfile(), *err = tmpfile();
	char copy[256], *argv[20], *save;
	int saved_out, saved_err, ret, argc = 0;

	memset(&k, 0, offsetof(typeof(k), refuse));
	k.nr_sbdf = k.options = k.timeout_ms = k.kind = k.key = 0;
	k.dev = nic();
	k.dev.bridge = 0x18;
	strcpy(copy, line);
	argv[argc++] = (char *)"mintctl";
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	fflush(NULL);
	saved_out = dup(STDOUT_FILENO);
	saved_err = dup(STDERR_FILENO);
	dup2(fileno(out), STDOUT_FILENO);
	dup2(fileno(err), STDERR_FILENO);
	ret = mintctl_run(argc, argv);
	fflush(NULL);
	read_back(out, STDOUT_FILENO, saved_out, output, sizeof(output));
	read_back(err, STDERR_FILENO, saved_err, errors, sizeof(errors));
	assert_int_equal(fake_nl.opened, 0);
	assert_int_equal(fake_nl.listeners, 0);
	return ret;
}

static void begin(void)
{
	fake_nl_reset();
	fake_nl.kernel = kernel;
	fake_nl.wait = no_more;
	memset(&k, 0, sizeof(k));
}

static void test_move(void **state)
{
	(void)state;
	begin();
	assert_int_equal(mintctl("dev move 03:00.0 04:00.1 --to os2"), MINTCTL_OK);
	assert_int_equal(k.cmd, MINT_CMD_DEV_MOVE);
	assert_int_equal(k.nr_sbdf, 2);
	assert_int_equal(k.sbdf[0], 0x300);
	assert_int_equal(k.sbdf[1], 0x401);
	assert_string_equal(k.os, "os2");
	assert_int_equal(k.options, 0);
	assert_false(k.siblings);
	/* It is no terminal: nothing to see. */
	assert_string_equal(output, "");

	assert_int_equal(mintctl("dev move 03:00.0 --to os2 --force --allow-no-driver --with-siblings --timeout 7"),
			 MINTCTL_OK);
	assert_int_equal(k.options, MINT_ORDER_FORCE | MINT_ORDER_NO_DRIVER);
	assert_int_equal(k.timeout_ms, 7000);
	assert_true(k.siblings);
	assert_int_equal(mintctl("dev move 03:00.0 --to os2 --dry-run"), MINTCTL_OK);
	assert_int_equal(k.options, MINT_ORDER_DRY_RUN);
}

static void test_move_with_timings(void **state)
{
	(void)state;
	begin();
	assert_int_equal(mintctl("dev move 03:00.0 --to os2 --timings"), MINTCTL_OK);
	assert_non_null(strstr(output, "0000:03:00.0\nPHASE "));
	assert_non_null(strstr(output, "downtime 7.000 ms"));
}

static void test_move_is_refused(void **state)
{
	(void)state;
	begin();
	k.refuse = -EBUSY;
	assert_int_equal(mintctl("dev move 03:00.0 --to os2 --timings"), MINTCTL_FAILED);
	assert_string_equal(output, "");
	assert_non_null(strstr(errors, "0000:03:00.0"));
}

static void test_release(void **state)
{
	(void)state;
	begin();
	assert_int_equal(mintctl("dev release 03:00.0 --force"), MINTCTL_OK);
	assert_int_equal(k.cmd, MINT_CMD_DEV_RELEASE);
	assert_false(k.has_os);
	assert_int_equal(k.options, MINT_ORDER_FORCE);
}

static void test_show(void **state)
{
	(void)state;
	begin();
	assert_int_equal(mintctl("dev show 03:00.0"), MINTCTL_OK);
	assert_non_null(strstr(output, "Function:    0000:03:00.0\n"));
	assert_non_null(strstr(output, "Owner:       os1\n"));
	assert_non_null(strstr(output, "Driver:      e1000e\n"));
	assert_non_null(strstr(output, "Below:       0000:00:03.0\n"));
	assert_int_equal(mintctl("dev show 03:00.0 --json"), MINTCTL_OK);
	assert_non_null(strstr(output, "\"port\": \"0000:00:03.0\""));
	assert_int_equal(mintctl("dev show 09:00.0"), MINTCTL_FAILED);
	assert_non_null(strstr(errors, "0000:09:00.0: no such PCI function"));
	assert_int_equal(mintctl("dev tree"), MINTCTL_OK);
	assert_non_null(strstr(output, "`-0000:00:03.0"));
}

static void test_policy(void **state)
{
	(void)state;
	begin();
	assert_int_equal(mintctl("dev policy"), MINTCTL_OK);
	assert_non_null(strstr(output, "class:0108     os2 "));
	assert_int_equal(k.cmd, 0);
	assert_int_equal(mintctl("dev policy class:0108"), MINTCTL_OK);
	assert_non_null(strstr(output, "class:0108     os2 "));
	assert_int_equal(mintctl("dev policy class:0200"), MINTCTL_FAILED);
	assert_int_equal(mintctl("dev policy class:0200 os2"), MINTCTL_OK);
	assert_int_equal(k.cmd, MINT_CMD_POLICY_SET);
	assert_int_equal(k.kind, MINT_POLICY_CLASS);
	assert_int_equal(k.key, 0x200);
	assert_string_equal(k.os, "os2");
	/* A port, and a place where there may be nothing yet. */
	assert_int_equal(mintctl("dev policy 00:03.0 os2"), MINTCTL_OK);
	assert_int_equal(k.kind, MINT_POLICY_PORT);
	assert_int_equal(k.key, 0x18);
	assert_int_equal(mintctl("dev policy 07:00.0 os2"), MINTCTL_OK);
	assert_int_equal(k.kind, MINT_POLICY_BDF);
	assert_int_equal(mintctl("dev policy 07:02 os2"), MINTCTL_OK);
	assert_int_equal(k.kind, MINT_POLICY_SLOT);
	assert_int_equal(k.key, 0x710);
	assert_int_equal(mintctl("dev policy 0000:07:0x os2"), MINTCTL_USAGE);
	assert_int_equal(mintctl("dev policy 07:00.0 -"), MINTCTL_OK);
	assert_false(k.has_os);
}

/* Two things happen, then the socket fails: there is no other end. */
static int happen(void)
{
	static const uint32_t os = 2;
	struct dev_info dev = k.dev;

	dev.order++;
	dev.owner = 2;
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	fake_event(MINT_CMD_DEV_NTF, fill_dev, &dev);
	fake_event(MINT_CMD_OS_NTF, fill_os, &os);
	return -EIO;
}

static void test_monitor(void **state)
{
	(void)state;
	begin();
	fake_nl.wait = happen;
	assert_int_equal(mintctl("monitor"), MINTCTL_FAILED);
	assert_non_null(strstr(output, " 0000:03:00.0 now with os2, driver e1000e\n"));
	/* What is known is not told again. */
	assert_null(strstr(output, "os2 up"));
	assert_null(strstr(strstr(output, "now with") + 1, "now with"));
	assert_int_equal(mintctl("monitor --json"), MINTCTL_FAILED);
	assert_non_null(strstr(output, "\"event\": \"moved\""));
}

static int interrupts_happen(void)
{
	static const struct irq_news news[] = {
		{ "registered", 2, 20, ~0U, "" }, { "changed", 2, ~0U, 0x300, "" },
		{ "withdrawn", 9, ~0U, ~0U, "doorbell" }, { "shared", 0, 20, ~0U, "" },
		{ "evicted", 2, 20, ~0U, "" }, { "throttled", 0, 20, ~0U, "" },
		{ "repaired", 1, ~0U, ~0U, "" }, { "of late", 2, 20, ~0U, "" },
	};
	size_t i;

	for (i = 0; i < sizeof(news) / sizeof(news[0]); i++)
		assert_int_equal(fake_irq_event(&news[i]), 0);
	return -EIO;
}

/* The lines of @output without their times; the last line is that of the end. */
static const char *without_times(void)
{
	static char lines[sizeof(output)];
	char *line, *save;

	lines[0] = '\0';
	for (line = strtok_r(output, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		strcat(lines, line + strlen("00:00:00.000 "));
		strcat(lines, "\n");
	}
	return lines;
}

static void test_monitor_of_interrupts(void **state)
{
	static const char trouble[] =
		"GSI 20 shared: several OSes have it now\n"
		"GSI 20 evicted os2: it does not acknowledge, the others go on without it\n"
		"GSI 20 throttled: it storms, no OS has work in it\n"
		"interrupt table repaired by os1: something of that OS was damaged\n"
		"GSI 20 of late os2\n";
	char all[1024];

	(void)state;
	begin();
	fake_nl.wait = interrupts_happen;
	assert_int_equal(mintctl("monitor"), MINTCTL_FAILED);
	assert_string_equal(without_times(), trouble);
	snprintf(all, sizeof(all), "GSI 20 route registered by os2\n"
		 "0000:03:00.0 route changed by os2\n"
		 "doorbell route withdrawn by #9\n%s", trouble);
	assert_int_equal(mintctl("monitor --routes"), MINTCTL_FAILED);
	assert_string_equal(without_times(), all);
	assert_int_equal(mintctl("monitor --json --routes"), MINTCTL_FAILED);
	assert_non_null(strstr(output, "\"event\": \"irq\", \"change\": \"changed\", "
			       "\"os\": \"os2\", \"gsi\": null, \"device\": \"0000:03:00.0\" }\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_of_a_move),
		cmocka_unit_test(test_events_of_a_move_at_once),
		cmocka_unit_test(test_events_of_failures),
		cmocka_unit_test(test_events_of_plugging),
		cmocka_unit_test(test_event_lines),
		cmocka_unit_test(test_event_json),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_timings),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_tree_in_a_circle),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_move_with_timings),
		cmocka_unit_test(test_move_is_refused),
		cmocka_unit_test(test_release),
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_monitor),
		cmocka_unit_test(test_monitor_of_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
