-- A screen as texts of a HUD that lie over each other: one of several lines for each colour of ink and of ground.
--
-- An element: {key, kind, text, colour, bold, italic, z, shift}. It is drawn monospaced, aligned to the top left,
-- at the one place that all have, `shift` pixels to the right; those with a higher `z` over those with a lower one.
-- kind: "ground" (full blocks), "cursor" (a block between ground and ink), "ink", "line" (underlined, struck).
-- Blocks are bold and italic: they look the same so, and nothing else of that font cuts into them (see DESIGN.md).
-- key: what an element keeps for as long as only its text changes.
--
-- A line of a text begins at the left edge and ends after its last character, a text with its last line. A long
-- text is cut into bands of rows, so that what changes in one of them is not sent with the others.

local need = ...
local glyphs = need("glyphs")
local nearby = need("nearby")
local palette = need("palette")

local layers = {}

-- Colours, counted for each kind and style, that a screen may have; beyond that the nearest are drawn as one.
local most = 32

-- Beyond so many, colours are taken for near that are in one box of a cube.
local many = 64

-- A text of more bytes is cut into bands of so many rows.
local long, band = 400, 6

-- Neighbouring blocks leave a faint seam, which a second one a pixel further right fills: so many bytes are spent
-- on it.
local seamless = 2000

local heights = { ground = 1, cursor = 2, ink = 3, line = 4 }

-- Layers as a list, and found by class and colour.
local function layer_of(all, kind, colour, bold, italic)
	local class = kind
	if kind == "ink" then
		class = bold and (italic and "ink bi" or "ink b") or italic and "ink i" or kind
	end
	local of_class = all[class] or {}
	all[class] = of_class
	local layer = of_class[colour]
	if not layer then
		layer = { kind = kind, class = class, colour = colour, bold = bold, italic = italic, cells = 0, pieces = {} }
		of_class[colour] = layer
		all[#all + 1] = layer
	end
	return layer
end

-- A piece: row, column, text or the number of cells to fill, and what pieces are sorted by.
local function add(layer, y, x, content, cells)
	layer.cells = layer.cells + cells
	layer.pieces[#layer.pieces + 1] = { y, x, content, y * 1024 + x }
end

local function blank(text)
	return not text:find("[^ ]")
end

-- The middle of a colour's box in a cube of 6×6×6.
local function coarse(colour)
	local red, green, blue = math.floor(colour / 0x10000), math.floor(colour / 0x100) % 256, colour % 256
	return math.floor(red / 43) * 0x2b0000 + math.floor(green / 43) * 0x2b00 + math.floor(blue / 43) * 0x2b + 0x151515
end

-- The layers of all that is drawn; nil where that were more than `limit`. shade(colour): what is drawn for it.
local function collect(screen, own, limit, shade)
	local all, has = {}, palette.has
	for y = 0, screen.rows - 1 do
		local x = 0
		if #all > limit then
			return nil
		end
		for _, run in ipairs(screen.lines[y] or {}) do
			local text, style = run[1], run[4]
			local cells = glyphs.cells(text)
			local ink, ground = palette.drawn(own, run[2], run[3], style)
			if ground then
				add(layer_of(all, "ground", shade(ground), true, true), y, x, cells, cells)
			end
			if ink and not blank(text) then
				add(layer_of(all, "ink", shade(ink), has(style, 1), has(style, 4)), y, x, text, cells)
			end
			local mark = ink and palette.mark(style)
			if mark then
				add(layer_of(all, "line", shade(ink)), y, x, mark:rep(cells), cells)
			end
			x = x + cells
		end
	end
	return all
end

local function itself(colour)
	return colour
end

-- Where there are many colours, near ones are drawn as one from the beginning: what a guest can have drawn at most
-- takes little time.
local function collected(screen, own)
	return collect(screen, own, many, itself) or collect(screen, own, math.huge, coarse)
end

-- A layer's rows as texts, by their number; the highest number; how many bytes they are.
local function written(layer)
	local rows, last, bytes = {}, 0, 0
	if layer.merged then
		table.sort(layer.pieces, function(a, b)
			return a[4] < b[4]
		end)
	end
	for _, piece in ipairs(layer.pieces) do
		local y, x, content = piece[1], piece[2], piece[3]
		rows[y] = rows[y] or glyphs.row()
		if type(content) == "number" then
			glyphs.fill(rows[y], x, content)
		else
			glyphs.put(rows[y], x, content)
		end
		last = math.max(last, y)
	end
	for y, row in pairs(rows) do
		rows[y] = glyphs.text(row)
		bytes = bytes + #rows[y]
	end
	return rows, last, bytes
end

local function joined(rows, from, to)
	local lines = {}
	local last = -1
	for y = from, to do
		lines[#lines + 1] = rows[y] or ""
		if rows[y] and rows[y] ~= "" then
			last = #lines
		end
	end
	if last == -1 then
		return nil
	end
	return ("\n"):rep(from) .. table.concat(lines, "\n", 1, last)
end

local function elements_of(list, layer)
	local rows, last, bytes = written(layer)
	local height = bytes > long and band or last + 1
	for from = 0, last, height do
		local text = joined(rows, from, math.min(last, from + height - 1))
		if text then
			list[#list + 1] = {
				key = ("%s %06x %d"):format(layer.class, layer.colour, bytes > long and from or -1),
				kind = layer.kind, text = text, colour = layer.colour,
				bold = layer.bold, italic = layer.italic, z = heights[layer.kind], shift = 0,
			}
		end
	end
end

local function fill_seams(list)
	local bytes, copies = 0, {}
	for _, element in ipairs(list) do
		if element.kind == "ground" then
			bytes = bytes + #element.text
			copies[#copies + 1] = {
				key = "seam " .. element.key, kind = "ground", text = element.text, colour = element.colour,
				bold = true, italic = true, z = heights.ground - 1, shift = 1,
			}
		end
	end
	if bytes <= seamless then
		for _, copy in ipairs(copies) do
			list[#list + 1] = copy
		end
	end
end

local function cursor_of(screen, own)
	local at = screen.cursor
	if not (at and at.visible) or at.x >= screen.columns or at.y >= screen.rows then
		return nil
	end
	return {
		key = "cursor", kind = "cursor", text = ("\n"):rep(at.y) .. (" "):rep(at.x) .. "█",
		colour = palette.halfway(own.ink, own.ground), bold = true, italic = true, z = heights.cursor, shift = 0,
	}
end

-- screen: of link.look. settings (may be left out): colours = a palette, most = layers at most.
function layers.of(screen, settings)
	local own = settings and settings.colours or palette.default
	local all = nearby.merged(collected(screen, own), settings and settings.most or most)
	local list = {}
	for _, layer in ipairs(all) do
		elements_of(list, layer)
	end
	fill_seams(list)
	list[#list + 1] = cursor_of(screen, own)
	return list
end

-- What is to be done so that a HUD that shows `before` (nil: nothing) shows `after`:
-- {add = {element…}, change = {element…} (only its text differs), remove = {key…}}
function layers.changes(before, after)
	local shown, result = {}, { add = {}, change = {}, remove = {} }
	for _, element in ipairs(before or {}) do
		shown[element.key] = element
	end
	for _, element in ipairs(after) do
		local old = shown[element.key]
		if not old then
			table.insert(result.add, element)
		elseif old.text ~= element.text then
			table.insert(result.change, element)
		end
		shown[element.key] = nil
	end
	for key in pairs(shown) do
		table.insert(result.remove, key)
	end
	return result
end

return layers
