// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one writer of JSON, by json-c.
 */
#include <json-c/json.h>
#include <stdlib.h>

#include "lib/msg.h"
#include "show/json.h"

/* Takes @value over, which is NULL when there was no memory for it. */
static struct json_object *put(struct json_doc *doc, struct json_object *to,
			       const char *key, struct json_object *value)
{
	int ret = -1;

	if (value && to)
		ret = key ? json_object_object_add(to, key, value) :
			    json_object_array_add(to, value);
	if (!ret)
		return value;
	json_object_put(value);
	doc->failed = true;
	return NULL;
}

void json_doc_begin(struct json_doc *doc)
{
	doc->top = json_object_new_object();
	doc->failed = !doc->top;
	json_doc_number(doc, doc->top, "version", JSON_VERSION);
}

void json_doc_string(struct json_doc *doc, struct json_object *to,
		     const char *key, const char *value)
{
	put(doc, to, key, json_object_new_string(value));
}

void json_doc_number(struct json_doc *doc, struct json_object *to,
		     const char *key, uint64_t value)
{
	put(doc, to, key, json_object_new_uint64(value));
}

void json_doc_real(struct json_doc *doc, struct json_object *to,
		   const char *key, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (*end || end == text)
		doc->failed = true;
	put(doc, to, key, json_object_new_double_s(value, text));
}

void json_doc_bool(struct json_doc *doc, struct json_object *to,
		   const char *key, bool value)
{
	put(doc, to, key, json_object_new_boolean(value));
}

/* To json-c, null is no object at all. */
void json_doc_null(struct json_doc *doc, struct json_object *to,
		   const char *key)
{
	if (!to || (key ? json_object_object_add(to, key, NULL) :
			  json_object_array_add(to, NULL)))
		doc->failed = true;
}

void json_doc_time(struct json_doc *doc, struct json_object *to,
		   const char *key, int64_t seconds, uint32_t microseconds)
{
	char text[40];

	snprintf(text, sizeof(text), "%lld.%06u", (long long)seconds,
		 microseconds);
	put(doc, to, key,
	    json_object_new_double_s(seconds + microseconds / 1e6, text));
}

struct json_object *json_doc_list(struct json_doc *doc, struct json_object *to,
				  const char *key)
{
	return put(doc, to, key, json_object_new_array());
}

struct json_object *json_doc_object(struct json_doc *doc,
				    struct json_object *to, const char *key)
{
	return put(doc, to, key, json_object_new_object());
}

int json_doc_print(struct json_doc *doc, enum json_style style, FILE *out)
{
	int flags = JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *text = NULL;

	if (style == JSON_INDENTED)
		flags |= JSON_C_TO_STRING_PRETTY;
	if (!doc->failed)
		text = json_object_to_json_string_ext(doc->top, flags);
	if (text)
		fprintf(out, "%s\n", text);
	json_object_put(doc->top);
	doc->top = NULL;
	return text ? MINTCTL_OK :
		      msg_fail(NULL, "cannot make JSON: out of memory");
}
