/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one writer of JSON: a document is an object that says its version, is filled
 * value by value, and is printed in one piece.  What it looks like is said in
 * docs/json/mintctl.schema.json.
 *
 * Memory that is missing is remembered and told at the end.
 */
#ifndef MINTCTL_JSON_H
#define MINTCTL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_object;

/* Grows when a key goes or means something else; a further key is no reason. */
#define JSON_VERSION	1

/**
 * struct json_doc - a document that is being made
 * @top:	the object that is it
 * @failed:	something is missing in it
 */
struct json_doc {
	struct json_object *top;
	bool failed;
};

/* How it is printed. */
enum json_style {
	JSON_INDENTED,
	JSON_LINE,		/* one line, for a stream of documents */
};

void json_doc_begin(struct json_doc *doc);

/*
 * Each puts one value into @to: an object, where it is called @key, or a list, if
 * @key is NULL.
 */
void json_doc_string(struct json_doc *doc, struct json_object *to,
		     const char *key, const char *value);
void json_doc_number(struct json_doc *doc, struct json_object *to,
		     const char *key, uint64_t value);
/* @text: a number with a fraction, which is printed as it stands */
void json_doc_real(struct json_doc *doc, struct json_object *to,
		   const char *key, const char *text);
void json_doc_bool(struct json_doc *doc, struct json_object *to,
		   const char *key, bool value);
void json_doc_null(struct json_doc *doc, struct json_object *to,
		   const char *key);
/* Seconds since 1970, with what there is of them behind the point. */
void json_doc_time(struct json_doc *doc, struct json_object *to,
		   const char *key, int64_t seconds, uint32_t microseconds);
/* An empty list, an empty object; they belong to @to. */
struct json_object *json_doc_list(struct json_doc *doc, struct json_object *to,
				  const char *key);
struct json_object *json_doc_object(struct json_doc *doc,
				    struct json_object *to, const char *key);

/* Ends it.  MINTCTL_OK or MINTCTL_FAILED with a message. */
int json_doc_print(struct json_doc *doc, enum json_style style, FILE *out);

#endif /* MINTCTL_JSON_H */
