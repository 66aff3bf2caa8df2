-- The cells of a screen: rows from 1 to `rows`, each {texts, pens}, cells from 1 to `columns`. A wide character's
-- second cell has the text "". A row's `runs` are kept until it changes. Blank rows are one and the same until they
-- are written to, so that scrolling and erasing take no time whatever a guest prints.

local need = ...
local pen = need("pen")

local grid = {}
grid.__index = grid

-- Bytes of one cell's text at most: a character and some marks on it.
local fullest_cell = 32

function grid.new(columns, rows)
	local self = setmetatable({ columns = columns, rows = rows, lines = {} }, grid)
	for y = 1, rows do
		self.lines[y] = self:blank(pen.default)
	end
	return self
end

-- The blank row of a pen; not to be written to.
function grid:blank(its_pen)
	local last = self.last_blank
	if not (last and pen.same(last.pens[1], its_pen)) then
		last = { texts = {}, pens = {}, shared = true }
		for x = 1, self.columns do
			last.texts[x] = " "
			last.pens[x] = its_pen
		end
		self.last_blank = last
	end
	return last
end

-- A row to be written to.
local function changed(self, y)
	local line = self.lines[y]
	if line.shared then
		local texts, pens, blank_pen = {}, {}, line.pens[1]
		for x = 1, self.columns do
			texts[x] = " "
			pens[x] = blank_pen
		end
		line = { texts = texts, pens = pens }
		self.lines[y] = line
	end
	line.runs = nil
	return line
end

-- A wide character of which one half is about to be overwritten leaves nothing of the other.
local function part(line, x)
	local texts = line.texts
	if texts[x] == "" then
		texts[x - 1], texts[x] = " ", " "
	end
end

-- Makes x to `to` of a row independent of what stands beside them.
local function cut(line, x, to)
	part(line, x)
	part(line, to + 1)
end

function grid:put(x, y, text, its_pen, cells)
	local line = changed(self, y)
	local texts, pens = line.texts, line.pens
	if texts[x] == "" or texts[x + cells] == "" then
		cut(line, x, x + cells - 1)
	end
	texts[x], pens[x] = text, its_pen
	if cells == 2 then
		texts[x + 1], pens[x + 1] = "", its_pen
	end
end

local characters = {}
for byte = 0, 127 do
	characters[byte] = string.char(byte)
end

-- Puts text:sub(from, to), all ASCII, from x on. The row has room for it.
function grid:put_ascii(x, y, text, from, to, its_pen)
	local line = changed(self, y)
	local texts, pens, byte = line.texts, line.pens, string.byte
	cut(line, x, x + to - from)
	for at = from, to do
		texts[x], pens[x] = characters[byte(text, at)], its_pen
		x = x + 1
	end
end

-- Adds a mark to the character that ends at x.
function grid:mark(x, y, text)
	local line = changed(self, y)
	if line.texts[x] == "" then
		x = x - 1
	end
	if #line.texts[x] + #text <= fullest_cell then
		line.texts[x] = line.texts[x] .. text
	end
end

function grid:erase(y, from, to, its_pen)
	if from == 1 and to == self.columns then
		self.lines[y] = self:blank(its_pen)
		return
	end
	local line = changed(self, y)
	local texts, pens = line.texts, line.pens
	cut(line, from, to)
	for x = from, to do
		texts[x], pens[x] = " ", its_pen
	end
end

-- Moves the cells from x on by `count` to the right (insert) or to the left (delete).
function grid:insert(x, y, count, its_pen)
	local line, columns = changed(self, y), self.columns
	local texts, pens = line.texts, line.pens
	count = math.min(count, columns - x + 1)
	part(line, x)
	part(line, columns - count + 1)
	for to = columns, x + count, -1 do
		texts[to], pens[to] = texts[to - count], pens[to - count]
	end
	for to = x, x + count - 1 do
		texts[to], pens[to] = " ", its_pen
	end
end

function grid:delete(x, y, count, its_pen)
	local line, columns = changed(self, y), self.columns
	local texts, pens = line.texts, line.pens
	cut(line, x, math.min(columns, x + count - 1))
	for to = x, columns do
		local from = to + count
		texts[to], pens[to] = from <= columns and texts[from] or " ", from <= columns and pens[from] or its_pen
	end
end

-- Moves the rows top to bottom by `count`. What leaves at the top goes to `leave`, if given.
function grid:scroll_up(top, bottom, count, its_pen, leave)
	local lines = self.lines
	count = math.min(count, bottom - top + 1)
	if leave then
		for y = top, top + count - 1 do
			leave(lines[y])
		end
	end
	for y = top, bottom - count do
		lines[y] = lines[y + count]
	end
	for y = bottom - count + 1, bottom do
		lines[y] = self:blank(its_pen)
	end
end

function grid:scroll_down(top, bottom, count, its_pen)
	local lines = self.lines
	count = math.min(count, bottom - top + 1)
	for y = bottom, top + count, -1 do
		lines[y] = lines[y - count]
	end
	for y = top, top + count - 1 do
		lines[y] = self:blank(its_pen)
	end
end

-- Whether a blank cell is to be seen: it has a ground, or is underlined, inverse or struck.
local function seen(its_pen)
	if its_pen == pen.default then
		return false
	end
	local style = its_pen[3]
	return its_pen[2] ~= -1 or style % 16 >= 8 or style % 32 >= 16 or style % 128 >= 64
end

-- {{text, fg, bg, style}, …} of a row from the left; trailing blanks of which nothing is to be seen are left out.
function grid.runs(line)
	if line.runs then
		return line.runs
	end
	local texts, pens = line.texts, line.pens
	local last = #texts
	while last > 0 and texts[last] == " " and not seen(pens[last]) do
		last = last - 1
	end
	local runs, x = {}, 1
	while x <= last do
		local from, its_pen = x, pens[x]
		x = x + 1
		while x <= last and (pens[x] == its_pen or pen.same(pens[x], its_pen)) do
			x = x + 1
		end
		runs[#runs + 1] = { table.concat(texts, "", from, x - 1), its_pen[1], its_pen[2], its_pen[3] }
	end
	line.runs = runs
	return runs
end

return grid
