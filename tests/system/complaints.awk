# SPDX-License-Identifier: GPL-2.0-only
#
# Prints what a kernel complains of in its log; logs.sh says what a complaint is and
# what a test may allow, in the environment: COMPLAINTS, ALLOWED, PANICS, extended
# regular expressions, empty for none.
#
# A panic that is allowed is so as a whole, to its last line. The trace that follows
# another complaint belongs to it.

BEGIN {
	complaints = ENVIRON["COMPLAINTS"]
	allowed = ENVIRON["ALLOWED"]
	panics = ENVIRON["PANICS"]
	trace_lines = 60
}

in_panic {
	if (/end Kernel panic/)
		in_panic = 0
	# Whoever starts anew in the same log has not printed that line.
	else if (/Linux version/)
		in_panic = 0
	next
}

/Kernel panic - not syncing: / && panics != "" {
	reason = $0
	sub(/.*Kernel panic - not syncing: /, "", reason)
	if (reason ~ panics) {
		in_panic = 1
		next
	}
}

allowed != "" && $0 ~ allowed {
	allowed_at = NR
	next
}

/Call Trace:/ && allowed_at && NR - allowed_at < trace_lines {
	allowed_at = NR
	next
}

$0 ~ complaints { print }
