-- A terminal as a fragment of a caller's formspec (version 7 coordinates): boxes and labels only, nothing that has
-- a name.
--
-- The client draws a label in a font whose size does not follow the form's: it is chosen so that a cell is `size`
-- wide where the client's window is 800 pixels high; rows are where `size` says everywhere. A row's label has all
-- its inks, one below it all its grounds, one over it what is bold or italic: escape sequences for colours take
-- fewer bytes than labels of their own would.

local need = ...
local glyphs = need("glyphs")
local palette = need("palette")
local terminal = need("terminal")

local labels = {}

-- Of the font, for a cell that is one unit wide: a unit is 48 pixels, a character 0.6 of the font's size.
local font_per_unit = 80

-- Units at the right that the scroll bar has.
local bar = 0.5

local escapes = { ["\\"] = "\\\\", ["["] = "\\[", ["]"] = "\\]", [";"] = "\\;", [","] = "\\," }

local function escaped(text)
	return (text:gsub("[\\%[%];,]", escapes))
end

local function number(value)
	return (("%.3f"):format(value):gsub("%.?0+$", ""))
end

-- The shortest name of a colour.
local function hash(colour)
	local long = ("%06x"):format(colour)
	local short = long:gsub("(%x)%1", "%1")
	return #short == 3 and long == short:gsub("%x", "%0%0") and "#" .. short or "#" .. long
end

-- A row whose colour is changed by escape sequences; `plain` is what a label has without one.
local function line(plain)
	local self = glyphs.row()
	self.colour = plain
	return self
end

local function ink_in(self, colour)
	if self.colour ~= colour then
		self.parts[#self.parts + 1] = "\27(c@" .. hash(colour) .. ")"
		self.colour = colour
	end
end

-- Texts of a row by what they are: "ground", "cursor", "plain", "line" (underlined, struck), "bold", "italic",
-- "bold,italic".
local function row_of(runs, columns, cursor, own)
	local rows, x = {}, 0
	local function in_line(kind)
		rows[kind] = rows[kind] or line(0xffffff)
		return rows[kind]
	end
	local function put(kind, colour, column, write, content)
		local row = in_line(kind)
		ink_in(row, colour)
		write(row, column, content)
	end
	for _, run in ipairs(runs) do
		local text, style = run[1], run[4]
		local cells = glyphs.cells(text)
		local ink, ground = palette.drawn(own, run[2], run[3], style)
		if ground and x < columns then
			put("ground", ground, x, glyphs.fill, math.min(cells, columns - x))
		end
		if ink and text:find("[^ ]") then
			local bold, italic = palette.has(style, 1), palette.has(style, 4)
			local kind = bold and italic and "bold,italic" or bold and "bold" or italic and "italic" or "plain"
			put(kind, ink, x, glyphs.put, text)
		end
		local mark = ink and palette.mark(style)
		if mark then
			put("line", ink, x, glyphs.put, mark:rep(cells))
		end
		x = x + cells
	end
	if cursor then
		put("cursor", palette.halfway(own.ink, own.ground), cursor, glyphs.fill, 1)
	end
	return rows
end

-- What lies over what, and the font it has.
local drawn = {
	{ "ground", "mono,bold,italic" }, { "cursor", "mono,bold,italic" }, { "bold,italic", "mono,bold,italic" },
	{ "plain", "mono" }, { "line", "mono" }, { "bold", "mono,bold" }, { "italic", "mono,italic" },
}

-- Opaque: without an alpha the client would draw it half seen through.
local function box(x, y, w, h, colour)
	return ("box[%s,%s;%s,%s;#%06xff]"):format(number(x), number(y), number(w), number(h), colour)
end

-- lines: runs by row from 0. cursor: {x, y, visible} or nil. place: {x, y, w, h, size}. colours: as of palette.new,
-- or nil.
function labels.of(lines, cursor, place, colours)
	local own = palette.new(colours)
	local columns, rows = labels.fitting(place)
	local out = { box(place.x, place.y, math.max(0, place.w - bar), place.h, own.ground) }
	local written = {}
	for y = 0, rows - 1 do
		local here = cursor and cursor.visible and cursor.y == y and cursor.x
		written[y] = row_of(lines[y] or {}, columns, here, own)
	end
	local size = math.max(1, math.floor(place.size * font_per_unit))
	local font
	for _, kind in ipairs(drawn) do
		for y = 0, rows - 1 do
			local row = written[y][kind[1]]
			if row then
				if font ~= kind[2] then
					font = kind[2]
					out[#out + 1] = ("style_type[label;font=%s;font_size=%d]"):format(font, size)
				end
				local middle = place.y + 2 * place.size * (y + 0.5)
				local text = escaped(glyphs.text(row))
				out[#out + 1] = ("label[%s,%s;%s]"):format(number(place.x), number(middle), text)
			end
		end
	end
	if font then
		out[#out + 1] = "style_type[label;font=;font_size=]"
	end
	return table.concat(out)
end

-- Columns and rows that a place has room for.
function labels.fitting(place)
	local columns = math.floor((place.w - bar) / place.size + 1e-6)
	local rows = math.floor(place.h / (2 * place.size) + 1e-6)
	return math.max(1, math.min(500, columns)), math.max(1, math.min(200, rows))
end

local function scroll_bar(place, up, history, rows)
	local track = box(place.x + place.w - bar, place.y, bar, place.h, 0x222222)
	local height = place.h * rows / (rows + history)
	local top = place.y + place.h * (history - up) / (rows + history)
	return track .. box(place.x + place.w - bar, top, bar, height, 0x888888)
end

local names = { "x", "y", "w", "h", "size", "scroll" }

-- virt.make_terminal: text is raw console output; where = {x, y, w, h, size, scroll}, by number or by name;
-- settings = {color = {[0] … [15]}} or nil.
function labels.terminal(text, where, settings)
	local place = {}
	for nth, name in ipairs(names) do
		place[name] = tonumber(where[name] or where[nth])
		local known = place[name] == place[name] -- what 0/0 gives is not
		assert(known and (place[name] or name == "scroll"), "make_terminal: position." .. name .. " must be a number")
	end
	assert(place.size > 0, "make_terminal: position.size must be more than 0")
	local columns, rows = labels.fitting(place)
	local screen_of = terminal.new(columns, rows)
	screen_of:write(text)
	local history = screen_of:history_length()
	local up = math.max(0, math.min(history, math.floor(place.scroll or 0)))
	local screen = screen_of:screen(up)
	local fragment = labels.of(screen.lines, screen.cursor, place, settings and settings.color)
	return fragment .. scroll_bar(place, up, history, rows)
end

return labels
