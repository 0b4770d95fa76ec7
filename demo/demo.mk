# SPDX-License-Identifier: GPL-2.0-only

demo: kernel programs	## see it work, in about a minute
	@demo/run

.PHONY: demo
