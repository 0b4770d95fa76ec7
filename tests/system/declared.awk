# SPDX-License-Identifier: GPL-2.0-only
#
# Prints the names of the checks in scripts of the guest, as extended regular
# expressions: what the shell expands may be anything.

function to_pattern(name,	out, c, i, depth) {
	out = ""
	for (i = 1; i <= length(name); i++) {
		c = substr(name, i, 1)
		if (c == "$") {
			out = out ".*"
			i = after_expansion(name, i)
		} else if (c == "\\") {
			continue
		} else if (index(".[]()*+?{}|^", c)) {
			out = out "[" (c == "^" ? "\\" : "") c "]"
		} else {
			out = out c
		}
	}
	return out
}

# The last character of the expansion that begins at @at.
function after_expansion(name, at,	c, depth, opening, closing) {
	c = substr(name, at + 1, 1)
	if (c !~ /[({]/) {
		if (c ~ /[A-Za-z_]/)
			while (substr(name, at + 1, 1) ~ /[A-Za-z0-9_]/)
				at++
		else
			at++
		return at
	}
	opening = c
	closing = c == "(" ? ")" : "}"
	do {
		c = substr(name, ++at, 1)
		if (c == opening)
			depth++
		else if (c == closing)
			depth--
	} while (depth && c != "")
	return at
}

# To the quote that ends it, which is not one inside $( ).
function end_of_string(text,	i, c) {
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == "\"")
			return i
		if (c == "\\")
			i++
		else if (c == "$")
			i = after_expansion(text, i)
	}
	return 0
}

/^[ \t]*#/ { next }

{
	line = $0
	while (match(line, /(^|[ \t;&|({])(check|check_equal|refused|check_heartbeat|check_slope|ok) "/)) {
		line = substr(line, RSTART + RLENGTH)
		end = end_of_string(line)
		if (!end)
			break
		name = substr(line, 1, end - 1)
		line = substr(line, end + 1)
		# What a function was given is known to its caller alone.
		pattern = to_pattern(name)
		if (pattern !~ /^[.* :]*$/)
			print pattern
	}
}
