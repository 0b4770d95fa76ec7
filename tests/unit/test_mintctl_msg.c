// SPDX-License-Identifier: GPL-2.0-only
/* Messages: who is named, and that it is done once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/msg.h"

static char text[2048];

static FILE *file;
static int saved;

static void begin_capture(void)
{
	file = tmpfile();
	saved = dup(STDERR_FILENO);
	dup2(fileno(file), STDERR_FILENO);
}

static void end_capture(void)
{
	size_t n;

	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
}

/* Leaves in text what @call prints on stderr; its value. */
#define capture(call) ({ \
	int ret_; \
	begin_capture(); \
	ret_ = (call); \
	end_capture(); \
	ret_; \
})

#define assert_prints(call, status, expected) do { \
	assert_int_equal(capture(call), status); \
	assert_string_equal(text, expected); \
} while (0)

static void test_messages(void **state)
{
	(void)state;
	assert_prints(msg_fail("os2", "%d cores; go on", 3), MINTCTL_FAILED,
		      "mintctl: os2: 3 cores; go on\n");
	assert_prints(msg_fail(NULL, "no"), MINTCTL_FAILED, "mintctl: no\n");
	assert_prints(msg_usage("word '%s'", "x"), MINTCTL_USAGE,
		      "mintctl: word 'x'\n");
}

static void test_text_that_names_the_object(void **state)
{
	(void)state;
	assert_prints(msg_fail_text("os2", "os2 does not run"), MINTCTL_FAILED,
		      "mintctl: os2 does not run\n");
	assert_prints(msg_fail_text("0000:03:00.0", "no function 0000:03:00.0; see"),
		      MINTCTL_FAILED, "mintctl: no function 0000:03:00.0; see\n");
	assert_prints(msg_fail_text("os2", "os2: gone"), MINTCTL_FAILED,
		      "mintctl: os2: gone\n");
}

static void test_text_that_does_not(void **state)
{
	(void)state;
	assert_prints(msg_fail_text("os2", "core 3 is taken"), MINTCTL_FAILED,
		      "mintctl: os2: core 3 is taken\n");
	assert_prints(msg_fail_text("os", "os2 has it"), MINTCTL_FAILED,
		      "mintctl: os: os2 has it\n");
	assert_prints(msg_fail_text("a", "bar, a-b"), MINTCTL_FAILED,
		      "mintctl: a: bar, a-b\n");
	assert_prints(msg_fail_text(NULL, "100%s"), MINTCTL_FAILED,
		      "mintctl: 100%s\n");
}

static void test_long_text_is_cut(void **state)
{
	char word[2000];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	capture(msg_usage("%s", word));
	assert_true(strlen(text) < 1100 && text[strlen(text) - 1] == '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_text_that_names_the_object),
		cmocka_unit_test(test_text_that_does_not),
		cmocka_unit_test(test_long_text_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
