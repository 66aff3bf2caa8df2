-- Keys of a computer that no field of a form can send, and what they type: as a VT220 has it, which nearly all programs
-- know whatever terminal they take it for.

local here = ...
local S = here.S

local keys = {
	--- Those that one needs all the time: their name, what stands on them, their bytes, and what else there is to say.
	first = {
		{ "tab", "Tab", "\t" },
		{ "ctrl_c", "Ctrl-C", "\3" },
		{ "ctrl", "Ctrl", nil, S("types the letters of the line with Ctrl held: x, and then this, is Ctrl-X") },
		{ "esc", "Esc", "\27" },
		{ "left", "←", "\27[D" },
		{ "up", "↑", "\27[A" },
		{ "down", "↓", "\27[B" },
		{ "right", "→", "\27[C" },
	},
	--- And the others.
	more = {
		{ "home", "Home", "\27[1~" },
		{ "end", "End", "\27[4~" },
		{ "pgup", "PgUp", "\27[5~" },
		{ "pgdn", "PgDn", "\27[6~" },
		{ "ins", "Ins", "\27[2~" },
		{ "del", "Del", "\27[3~" },
	},
	--- What each types after what stands in the field, by its name.
	bytes = { enter = "\r", send = "" },
}

local functions = {
	"OP", "OQ", "OR", "OS", "[15~", "[17~", "[18~", "[19~", "[20~", "[21~", "[23~", "[24~",
}

for number, sequence in ipairs(functions) do
	table.insert(keys.more, { "f" .. number, "F" .. number, "\27" .. sequence })
end

for _, row in ipairs({ keys.first, keys.more }) do
	for _, key in ipairs(row) do keys.bytes[key[1]] = key[3] end
end

return keys
