-- A text's characters as the client can draw them on a grid of cells, measured with Luanti 5.6.1 and its own fonts:
-- what its monospace font (Cousine) lacks is drawn in another's width, or as a gap, and what follows is out of its
-- column.

local need = ...
local width = need("width")
local within = need("within")

local glyphs = {}

-- How many cells wide the client draws what terminals count as two.
glyphs.wide = 1.63

-- What Cousine has of single characters from U+0180 on: first and last, rising.
local drawn = {
	0x180, 0x236, 0x238, 0x36f, 0x374, 0x375, 0x37a, 0x37e, 0x384, 0x38a, 0x38c, 0x38c, 0x38e, 0x3a1, 0x3a3, 0x3ce,
	0x3d0, 0x513, 0x5d0, 0x5ea, 0x1d00, 0x1dca, 0x1e00, 0x1e9b, 0x1ea0, 0x1ef9, 0x1f00, 0x1f15, 0x1f18, 0x1f1d,
	0x1f20, 0x1f45, 0x1f48, 0x1f4d, 0x1f50, 0x1f57, 0x1f5f, 0x1f7d, 0x1f80, 0x1fb4, 0x1fb6, 0x1fc4, 0x1fc6, 0x1fd3,
	0x1fd6, 0x1fdb, 0x1fdd, 0x1fef, 0x1ff2, 0x1ff4, 0x1ff6, 0x1ffe, 0x2012, 0x2022, 0x2026, 0x2026, 0x2030, 0x2030,
	0x2032, 0x2034, 0x2039, 0x203a, 0x203c, 0x203c, 0x203e, 0x203e, 0x2044, 0x2044, 0x205e, 0x205e, 0x207f, 0x207f,
	0x2090, 0x2094, 0x20a0, 0x20b5, 0x2105, 0x2105, 0x2113, 0x2113, 0x2116, 0x2117, 0x2122, 0x2122, 0x2126, 0x2126,
	0x212e, 0x212e, 0x214d, 0x214e, 0x2153, 0x2154, 0x215b, 0x215e, 0x2184, 0x2184, 0x2190, 0x2195, 0x21a8, 0x21a8,
	0x2202, 0x2202, 0x2206, 0x2206, 0x220f, 0x220f, 0x2211, 0x2212, 0x2215, 0x2215, 0x2219, 0x221a, 0x221e, 0x221f,
	0x2229, 0x2229, 0x222b, 0x222b, 0x2248, 0x2248, 0x2260, 0x2261, 0x2264, 0x2265, 0x2302, 0x2302, 0x2310, 0x2310,
	0x2320, 0x2321, 0x2500, 0x2500, 0x2502, 0x2502, 0x250c, 0x250c, 0x2510, 0x2510, 0x2514, 0x2514, 0x2518, 0x2518,
	0x251c, 0x251c, 0x2524, 0x2524, 0x252c, 0x252c, 0x2534, 0x2534, 0x253c, 0x253c, 0x2550, 0x256c, 0x2580, 0x2580,
	0x2584, 0x2584, 0x2588, 0x2588, 0x258c, 0x258c, 0x2590, 0x2593, 0x25a0, 0x25a1, 0x25aa, 0x25ac, 0x25b2, 0x25b2,
	0x25ba, 0x25ba, 0x25bc, 0x25bc, 0x25c4, 0x25c4, 0x25ca, 0x25cc, 0x25cf, 0x25cf, 0x25d8, 0x25d9, 0x25e6, 0x25e6,
	0x263a, 0x263c, 0x2640, 0x2640, 0x2642, 0x2642, 0x2660, 0x2660, 0x2663, 0x2663, 0x2665, 0x2666, 0x266a, 0x266b,
	0x266f, 0x266f, 0x2c60, 0x2c6d,
}

-- What stands for the likes of it.
local instead = {}
for from, to in pairs({
	["━┄┅┈┉╌╍╴╶╸╺⎺⎻⎼⎽"] = "─",
	["┃┆┇┊┋╎╏╵╷╹╻⎸⎹"] = "│",
	["┏┍┎╭"] = "┌", ["┓┑┒╮"] = "┐", ["┗┕┖╰"] = "└", ["┛┙┚╯"] = "┘",
	["┣┝┠"] = "├", ["┫┥┨"] = "┤", ["┳┯┰"] = "┬", ["┻┷┸"] = "┴", ["╋┿╂"] = "┼",
	["▁▂▃"] = "▄", ["▅▆▇"] = "█", ["▔"] = "▀", ["▉▊▋"] = "█", ["▍▎▏"] = "▌", ["▕"] = "▐",
	["◆◇⬥"] = "◊", ["✓✔"] = "√", ["✗✘✕✖"] = "x", ["❯›➜➤"] = ">", ["❮"] = "<", ["▶▸"] = "►", ["◀◂"] = "◄",
	["▾▽"] = "▼", ["▴△"] = "▲", ["•∙⋅"] = "·", ["⇒➔"] = "→", ["⇐"] = "←", ["⬤"] = "●", ["…⋯"] = "…", ["★☆"] = "*",
}) do
	for character in from:gmatch("[\192-\247][\128-\191]*") do
		instead[character] = to
	end
end

-- For one that nothing stands for.
local box = "□"

local function has(code)
	return code < 0x180 or within(drawn, code)
end

local function code_of(character)
	local first, second, third, fourth = character:byte(1, 4)
	if fourth then
		return (((first - 0xf0) * 64 + second - 128) * 64 + third - 128) * 64 + fourth - 128
	elseif third then
		return ((first - 0xe0) * 64 + second - 128) * 64 + third - 128
	end
	return (first - 0xc0) * 64 + second - 128
end

-- By character: what is drawn, how many cells it counts for, how many it is drawn in. Bounded by what is kept of it.
local known, kept, most = {}, 0, 4096

local function look_up(character)
	local code = code_of(character)
	local cells = width.of(code)
	local glyph = { character, cells, cells }
	if cells == 0 then
		glyph[1] = has(code) and not width.unseen(code) and character or ""
	elseif cells == 2 then
		glyph[3] = glyphs.wide
	elseif not has(code) then
		glyph[1] = instead[character] or box
	end
	if kept >= most then
		known, kept = {}, 0
	end
	known[character], kept = glyph, kept + 1
	return glyph
end

local special = "[%z\1-\31\127-\255]"

-- Calls each(drawn, cells, drawn cells) for the pieces of a text in turn: ASCII in one piece, other characters one
-- by one. Controls are blanks, so that nothing of a guest's is an escape sequence of the game's.
function glyphs.each(text, each)
	local at, length = 1, #text
	while at <= length do
		local _, to = text:find("^[\32-\126]+", at)
		if to then
			each(text:sub(at, to), to - at + 1, to - at + 1)
			at = to + 1
		else
			local character = text:match("^[\194-\223][\128-\191]", at)
				or text:match("^[\224-\239][\128-\191][\128-\191]", at)
				or text:match("^[\240-\244][\128-\191][\128-\191][\128-\191]", at)
			if character then
				local glyph = known[character] or look_up(character)
				each(glyph[1], glyph[2], glyph[3])
				at = at + #character
			else
				each(" ", 1, 1)
				at = at + 1
			end
		end
	end
end

-- How many cells a text takes.
function glyphs.cells(text)
	if not text:find(special) then
		return #text
	end
	local sum = 0
	glyphs.each(text, function(_, cells)
		sum = sum + cells
	end)
	return sum
end

-- A row being written from the left: `put` at rising columns, blanks between are added; its text is `tostring`'s,
-- blanks at the end left out.
function glyphs.row()
	return { parts = {}, at = 0 }
end

local function pad(row, column)
	local blanks = math.floor(column - row.at + 0.5)
	if blanks > 0 then
		row.parts[#row.parts + 1] = (" "):rep(blanks)
		row.at = row.at + blanks
	end
end

function glyphs.put(row, column, text)
	if not text:find(special) then
		pad(row, column)
		row.parts[#row.parts + 1] = text
		row.at = row.at + #text
		return
	end
	glyphs.each(text, function(drawn_text, cells, drawn_cells)
		pad(row, column)
		row.parts[#row.parts + 1] = drawn_text
		row.at = row.at + drawn_cells
		column = column + cells
	end)
end

-- The same for `count` full cells.
function glyphs.fill(row, column, count)
	pad(row, column)
	row.parts[#row.parts + 1] = ("█"):rep(count)
	row.at = row.at + count
end

function glyphs.text(row)
	local text = table.concat(row.parts)
	local last = #text
	while text:byte(last) == 32 do
		last = last - 1
	end
	return text:sub(1, last)
end

return glyphs
