# SPDX-License-Identifier: GPL-2.0-only
#
# A machine that hung, a line for each CPU, from what QEMU's monitor told of it (DIR/machine
# of tests/vm): where it is, whether it takes interrupts, what its local APIC waits for. A
# CPU that takes interrupts while one of the system's (from LOCAL_TIMER_VECTOR, 236, on) is in
# service has lost the end of it: of these Linux writes the end before anything else, and takes
# no other until then. As a CPU that runs may do that right now, it must halt, or the same
# interrupt wait for it once more. Mint ends interrupts only when a core changes hands, before the
# next kernel begins, and on a core that two OSes share.

{ gsub(/\\r\\n/, "\n"); gsub(/\\t/, " "); n = split($0, line, "\n") }

function registers(text)
{
	if (text ~ /^CPU#/)
		cpu = substr(text, 5) + 0
	else if (match(text, /[RE]IP=[0-9a-f]+/)) {
		at[cpu] = substr(text, RSTART + 4, RLENGTH - 4)
		match(text, /[RE]FL=[0-9a-f]+/)
		# IF is bit 9.
		takes[cpu] = index("2367abef", substr(text, RSTART + RLENGTH - 3, 1)) > 0
		halts[cpu] = text ~ /HLT=1/
		cpus = cpu + 1
	}
}

function apic(text)
{
	if (match(text, /local APIC state for CPU [0-9]+/))
		cpu = substr(text, RSTART + 24) + 0
	else if (text ~ /^(ISR|IRR) / && !((cpu, substr(text, 1, 3)) in word)) {
		word[cpu, substr(text, 1, 3)] = substr(text, 5)
	} else if (text ~ /^LVTT /)
		masked[cpu] = text ~ /masked/
	else if (match(text, /initial_count = [0-9]+ current_count = [0-9]+/))
		timer[cpu] = substr(text, RSTART, RLENGTH)
}

{
	for (i = 1; i <= n; i++) {
		registers(line[i])
		apic(line[i])
	}
}

# The vector whose end was lost; 0: none.
function lost(cpu, n, vector, i)
{
	if (!takes[cpu])
		return 0
	n = split(word[cpu, "ISR"], vector, " ")
	for (i = 1; i <= n; i++)
		if (vector[i] ~ /^2[0-9][0-9]$/ && vector[i] >= 236 &&
		    (halts[cpu] || (" " word[cpu, "IRR"] " ") ~ " " vector[i] " "))
			return vector[i]
	return 0
}

END {
	for (cpu = 0; cpu < cpus; cpu++)
		printf "CPU %d: %s at %s, interrupts %s; in service: %s; pending: %s; timer: %s%s%s\n", cpu,
			halts[cpu] ? "halts" : "runs", at[cpu], takes[cpu] ? "on" : "off",
			word[cpu, "ISR"], word[cpu, "IRR"], timer[cpu], masked[cpu] ? ", masked" : "",
			lost(cpu) ? "; QEMU lost the end of interrupt " lost(cpu) : ""
}
