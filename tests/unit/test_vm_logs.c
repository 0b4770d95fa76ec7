// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of OS logs in tests/vm, on a memory that it has to take as it is:
 * rings that wrap, run over and begin afresh, and records full of garbage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mint/abi.h>

#include "../tools/vm-logs.h"

#define MEMORY_BYTES	(64u << 20)
#define TABLE_PADDR	(16u << 20)

struct machine {
	char dir[64];
	int memory_fd;
	char *memory;
	struct vm_logs *logs;
	char lines[1024];	/* "OS:LINE;" of each line, the last ones */
};

static void note_line(void *context, const char *os, const char *line)
{
	struct machine *machine = context;
	size_t len = strlen(machine->lines);

	if (len > sizeof(machine->lines) - 600)
		len = 0;
	snprintf(machine->lines + len, sizeof(machine->lines) - len, "%s:%s;", os, line);
}

static struct mint_header *header(struct machine *machine)
{
	return (struct mint_header *)(machine->memory + TABLE_PADDR);
}

static struct mint_os *os_record(struct machine *machine, unsigned int index)
{
	return (struct mint_os *)(machine->memory + TABLE_PADDR + MINT_OFF_OSES) + index;
}

static struct mint_log_ring *ring(struct machine *machine, unsigned int index)
{
	return (struct mint_log_ring *)(machine->memory + TABLE_PADDR + MINT_OFF_SECTIONS +
					index * MINT_SECTION_SIZE + MINT_SEC_LOG);
}

/* What the kernel of an OS does. */
static void log_bytes(struct machine *machine, unsigned int index, const char *data, size_t len)
{
	struct mint_log_ring *to = ring(machine, index);
	char *bytes = (char *)to + MINT_LOG_DATA_OFF;
	size_t i;

	for (i = 0; i < len; i++)
		bytes[(to->head + i) % MINT_LOG_SIZE] = data[i];
	to->head += len;
}

static void log_text(struct machine *machine, unsigned int index, const char *text)
{
	log_bytes(machine, index, text, strlen(text));
}

static void build_table(struct machine *machine)
{
	struct mint_header *to = header(machine);

	to->revision = MINT_SHM_REVISION;
	to->size_bytes = MINT_SHM_SIZE;
	to->base_paddr = TABLE_PADDR;
	to->magic = MINT_SHM_MAGIC;
}

static void create_os(struct machine *machine, unsigned int index, const char *name)
{
	memset(os_record(machine, index), 0, sizeof(struct mint_os));
	memcpy(os_record(machine, index)->name, name, strlen(name));
	os_record(machine, index)->state = MINT_OS_RUNNING;
}

static int setup(void **state)
{
	struct machine *machine = calloc(1, sizeof(*machine));

	strcpy(machine->dir, "/tmp/test-vm-logs.XXXXXX");
	if (!mkdtemp(machine->dir))
		return -1;
	machine->memory_fd = memfd_create("test", 0);
	if (ftruncate(machine->memory_fd, MEMORY_BYTES))
		return -1;
	machine->memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
			       machine->memory_fd, 0);
	machine->logs = vm_logs_create(machine->memory_fd, MEMORY_BYTES, machine->dir,
				       note_line, machine);
	*state = machine;
	return machine->memory == MAP_FAILED || !machine->logs;
}

static int teardown(void **state)
{
	struct machine *machine = *state;
	char command[128];

	vm_logs_destroy(machine->logs);
	munmap(machine->memory, MEMORY_BYTES);
	close(machine->memory_fd);
	snprintf(command, sizeof(command), "rm -r %s", machine->dir);
	if (system(command))
		return -1;
	free(machine);
	return 0;
}

static size_t file_size(struct machine *machine, const char *name)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", machine->dir, name);
	return stat(path, &st) ? 0 : (size_t)st.st_size;
}

static void assert_file(struct machine *machine, const char *name, const char *wanted)
{
	char path[256], got[4096];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", machine->dir, name);
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	len = read(fd, got, sizeof(got) - 1);
	close(fd);
	assert_true(len >= 0);
	got[len] = '\0';
	assert_string_equal(got, wanted);
}

static void test_nothing_without_table(void **state)
{
	struct machine *machine = *state;

	create_os(machine, 0, "os1");
	log_text(machine, 0, "hello\n");
	vm_logs_poll(machine->logs);
	assert_false(vm_logs_seen(machine->logs, "os1"));
	assert_int_equal(file_size(machine, "os1.log"), 0);
}

static void test_table_of_another_place_or_revision_is_refused(void **state)
{
	struct machine *machine = *state;

	build_table(machine);
	create_os(machine, 0, "os1");
	log_text(machine, 0, "hello\n");
	header(machine)->base_paddr += MINT_SHM_ALIGN;
	vm_logs_poll(machine->logs);
	assert_false(vm_logs_seen(machine->logs, "os1"));
	header(machine)->base_paddr = TABLE_PADDR;
	header(machine)->revision++;
	vm_logs_poll(machine->logs);
	assert_false(vm_logs_seen(machine->logs, "os1"));
	header(machine)->revision--;
	vm_logs_poll(machine->logs);
	assert_true(vm_logs_seen(machine->logs, "os1"));
}

static void test_logs_grow_apart(void **state)
{
	struct machine *machine = *state;

	build_table(machine);
	create_os(machine, 0, "os1");
	create_os(machine, 3, "other");
	log_text(machine, 0, "one\ntw");
	log_text(machine, 3, "drei\n");
	vm_logs_poll(machine->logs);
	log_text(machine, 0, "o\n");
	vm_logs_poll(machine->logs);
	vm_logs_poll(machine->logs);
	assert_file(machine, "os1.log", "one\ntwo\n");
	assert_file(machine, "other.log", "drei\n");
	assert_string_equal(machine->lines, "os1:one;other:drei;os1:two;");
}

static void test_log_outlives_its_os_and_begins_afresh(void **state)
{
	struct machine *machine = *state;

	build_table(machine);
	create_os(machine, 1, "os2");
	log_text(machine, 1, "first life\n");
	vm_logs_poll(machine->logs);
	log_text(machine, 1, "last words\n");
	os_record(machine, 1)->state = MINT_OS_FREE;
	vm_logs_poll(machine->logs);
	create_os(machine, 1, "os2");
	ring(machine, 1)->head = 0;
	log_text(machine, 1, "second\n");
	vm_logs_poll(machine->logs);
	assert_file(machine, "os2.log", "first life\nlast words\nsecond\n");
}

static void test_head_wraps_at_32_bits(void **state)
{
	struct machine *machine = *state;

	build_table(machine);
	create_os(machine, 0, "os1");
	ring(machine, 0)->head = UINT32_MAX - 3;
	log_text(machine, 0, "");
	vm_logs_poll(machine->logs);
	machine->lines[0] = '\0';
	log_text(machine, 0, "\nacross the end\n");
	vm_logs_poll(machine->logs);
	assert_non_null(strstr(machine->lines, "os1:across the end;"));
}

static void test_overrun_is_said(void **state)
{
	struct machine *machine = *state;
	char block[1024];
	unsigned int i;

	build_table(machine);
	create_os(machine, 0, "os1");
	vm_logs_poll(machine->logs);
	memset(block, 'x', sizeof(block));
	block[sizeof(block) - 1] = '\n';
	for (i = 0; i < MINT_LOG_SIZE / sizeof(block) + 2; i++)
		log_bytes(machine, 0, block, sizeof(block));
	vm_logs_poll(machine->logs);
	assert_in_range(file_size(machine, "os1.log"), MINT_LOG_SIZE, MINT_LOG_SIZE + 100);
	log_text(machine, 0, "still here\n");
	vm_logs_poll(machine->logs);
	assert_non_null(strstr(machine->lines, "os1:still here;"));
}

static void test_bad_names_make_no_files(void **state)
{
	static const char *const bad[] = {
		"", ".", "..", ".hidden", "a/b", "../x", "nul\nl", "0123456789abcdef",
	};
	struct machine *machine = *state;
	size_t i;

	build_table(machine);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		create_os(machine, i, bad[i]);
		log_text(machine, i, "text\n");
	}
	vm_logs_poll(machine->logs);
	assert_string_equal(machine->lines, "");
}

static void test_an_os_cannot_write_into_the_harness_logs(void **state)
{
	struct machine *machine = *state;

	build_table(machine);
	create_os(machine, 0, "serial");
	log_text(machine, 0, "text\n");
	vm_logs_poll(machine->logs);
	assert_int_equal(file_size(machine, "serial.log"), 0);
	assert_file(machine, "os-serial.log", "text\n");
}

/* Nothing to assert but that it comes back, and writes no more than it may. */
static void test_garbage_is_survived(void **state)
{
	struct machine *machine = *state;
	unsigned int round, i;

	build_table(machine);
	create_os(machine, 0, "os1");
	vm_logs_poll(machine->logs);
	srandom(1);	/* any sequence will do, but the same one each time */
	for (round = 0; round < 200; round++) {
		for (i = 0; i < sizeof(struct mint_os) * MINT_MAX_OSES; i += 4)
			*(uint32_t *)(machine->memory + TABLE_PADDR + MINT_OFF_OSES + i) = random();
		strcpy(os_record(machine, 0)->name, "os1");
		for (i = 0; i < MINT_MAX_OSES; i++)
			ring(machine, i)->head = (uint32_t)random() << 1;
		vm_logs_poll(machine->logs);
	}
	assert_in_range(file_size(machine, "os1.log"), 1, 200 * (MINT_LOG_SIZE + 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_nothing_without_table),
		TEST(test_table_of_another_place_or_revision_is_refused),
		TEST(test_logs_grow_apart),
		TEST(test_log_outlives_its_os_and_begins_afresh),
		TEST(test_head_wraps_at_32_bits),
		TEST(test_overrun_is_said),
		TEST(test_bad_names_make_no_files),
		TEST(test_an_os_cannot_write_into_the_harness_logs),
		TEST(test_garbage_is_survived),
	};

	return cmocka_run_group_tests_name("vm_logs", tests, NULL, NULL);
}
