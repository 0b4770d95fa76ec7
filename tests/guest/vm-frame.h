/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the guest tells the host what SCRIPT prints and how it ended.
 *
 * Everything goes through one I/O port (QEMU's isa-debugcon) as frames: a type
 * byte, the length of the data in two bytes, low byte first, and the data.
 */
#ifndef VM_FRAME_H
#define VM_FRAME_H

#define VM_FRAME_PORT		0xe9
#define VM_FRAME_HEADER		3
#define VM_FRAME_MAX		4096	/* bytes of data in one frame */

#define VM_FRAME_STDOUT		'o'
#define VM_FRAME_STDERR		'e'
#define VM_FRAME_EXIT		'x'	/* data: exit status, one byte; the last frame */

#endif /* VM_FRAME_H */
