/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All commands, each defined in the file of its name, and the way from argv to one.
 */
#ifndef MINTCTL_COMMANDS_H
#define MINTCTL_COMMANDS_H

struct mintctl_cmd;

extern const struct mintctl_cmd cmd_os_create, cmd_os_start, cmd_os_restart, cmd_os_clone,
	cmd_os_snapshot, cmd_os_set, cmd_os_list, cmd_os_show, cmd_os_console, cmd_os_log,
	cmd_os_exec, cmd_os_login, cmd_os_stop, cmd_os_destroy;
extern const struct mintctl_cmd cmd_image_load, cmd_image_list, cmd_image_show,
	cmd_image_remove;
extern const struct mintctl_cmd cmd_snapshot_list, cmd_snapshot_show, cmd_snapshot_remove,
	cmd_snapshot_save, cmd_snapshot_load;
extern const struct mintctl_cmd cmd_dev_list, cmd_dev_show, cmd_dev_tree, cmd_dev_move,
	cmd_dev_release, cmd_dev_policy;
extern const struct mintctl_cmd cmd_irq_list, cmd_irq_show, cmd_irq_top, cmd_irq_verify,
	cmd_irq_repair, cmd_irq_timeout;
extern const struct mintctl_cmd cmd_machine_show, cmd_machine_poweroff, cmd_machine_reboot;
extern const struct mintctl_cmd cmd_monitor, cmd_doctor;
extern const struct mintctl_cmd cmd_machine_poweroff, cmd_machine_reboot;
extern const struct mintctl_cmd cmd_monitor;
extern const struct mintctl_cmd cmd_plan, cmd_apply, cmd_confirm, cmd_export, cmd_teardown;

/* In the order of the help; ends with NULL. */
extern const struct mintctl_cmd *const mintctl_cmds[];

/* All of mintctl but writing out stdout at the end; the exit status. */
int mintctl_run(int argc, char **argv);

#endif /* MINTCTL_COMMANDS_H */
