/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The doctor: what a machine lacks or risks, whether Mint runs on it or not.
 */
#ifndef MINTCTL_DOCTOR_H
#define MINTCTL_DOCTOR_H

#include "doctor/report.h"
#include "doctor/tree.h"

/* Looks at everything; @r is empty before.  MINTCTL_OK, or MINTCTL_FAILED with a message. */
int doctor_look(struct tree *t, struct report *r);

#endif /* MINTCTL_DOCTOR_H */
