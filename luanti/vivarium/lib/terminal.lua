-- A terminal of the kind of xterm, as far as programs of a console use it: takes raw output, escape sequences and
-- all, cut anywhere and hostile; gives its screen in the form of link.look (see link.lua). It answers nothing.

local need = ...
local grid = need("grid")
local parser = need("parser")
local pen = need("pen")
local sequences = need("sequences")
local width = need("width")

local terminal = {}
terminal.__index = terminal

-- Rows that have left at the top and are kept, unless told otherwise.
local kept_rows = 1000

-- The largest screen: what a caller asks for is cut to this.
local most_columns, most_rows = 500, 200

local function within(number, low, high)
	return math.max(low, math.min(high, math.floor(number)))
end

-- settings: history = rows kept that left at the top.
function terminal.new(columns, rows, settings)
	local self = setmetatable({}, terminal)
	self.columns = within(columns, 1, most_columns)
	self.rows = within(rows, 1, most_rows)
	self.kept = settings and settings.history or kept_rows
	self.parser = parser.new(self)
	self:reset()
	return self
end

function terminal:reset()
	self.main = grid.new(self.columns, self.rows)
	self.grid = self.main
	self.history, self.oldest, self.newest = {}, 1, 0
	self.tabs = {}
	for x = 9, self.columns, 8 do
		self.tabs[x] = true
	end
	self.x, self.y = 1, 1
	self.last = nil
	self:soft_reset()
end

function terminal:soft_reset()
	self.pen = pen.default
	self.top, self.bottom = 1, self.rows
	self.visible, self.wraps, self.inserts, self.from_margin, self.lines_anew = true, true, false, false, false
	-- Whether the last column has been written to, so that the next character begins a row.
	self.full = false
	self.charsets, self.charset = { [0] = "B", "B" }, 0
	self.saved = { x = 1, y = 1, pen = pen.default, charsets = { [0] = "B", "B" }, charset = 0, from_margin = false }
end

-- Console output, from any place to any other.
function terminal:write(text)
	parser.feed(self.parser, text)
end

-- Moves the cursor; rows and columns beyond the screen are its edge.
function terminal:go(x, y)
	self.x = math.max(1, math.min(self.columns, x))
	self.y = math.max(1, math.min(self.rows, y))
	self.full = false
end

-- The row that one is which counts from the top, or in origin mode from the scroll region's.
function terminal:row(y)
	return self.from_margin and math.min(self.bottom, self.top - 1 + y) or y
end

function terminal:remember(line)
	self.newest = self.newest + 1
	self.history[self.newest] = line
	while self.newest - self.oldest + 1 > self.kept do
		self.history[self.oldest] = nil
		self.oldest = self.oldest + 1
	end
end

function terminal:scroll_up(count)
	local leave
	if self.grid == self.main and self.top == 1 then
		leave = function(line)
			self:remember(line)
		end
	end
	self.grid:scroll_up(self.top, self.bottom, count, pen.erasing(self.pen), leave)
end

function terminal:scroll_down(count)
	self.grid:scroll_down(self.top, self.bottom, count, pen.erasing(self.pen))
end

function terminal:line_feed()
	self.full = false
	if self.y == self.bottom then
		self:scroll_up(1)
	elseif self.y < self.rows then
		self.y = self.y + 1
	end
end

function terminal:reverse_line_feed()
	self.full = false
	if self.y == self.top then
		self:scroll_down(1)
	elseif self.y > 1 then
		self.y = self.y - 1
	end
end

-- Begins a row where the last one is full.
function terminal:wrap()
	if self.full then
		self:line_feed()
		self.x = 1
	end
end

local function advance(self, cells)
	self.x = self.x + cells
	if self.x > self.columns then
		self.x = self.columns
		self.full = self.wraps
	end
end

-- What a sink of parser.lua is told.

function terminal:printed(text, from, to)
	if self.charsets[self.charset] == "0" or self.inserts then
		for at = from, to do
			self:print(text:sub(at, at), text:byte(at))
		end
		return
	end
	self.last, self.last_code = text:sub(to, to), text:byte(to)
	while from <= to do
		self:wrap()
		local room = self.columns - self.x
		local upto = math.min(to, from + room)
		self.grid:put_ascii(self.x, self.y, text, from, upto, self.pen)
		advance(self, upto - from + 1)
		from = upto + 1
		if not self.wraps and from <= to then
			from = to
		end
	end
end

function terminal:print(character, code)
	local cells = width.of(code)
	if cells == 0 then
		if not width.unseen(code) and (self.x > 1 or self.full) then
			self.grid:mark(self.full and self.x or self.x - 1, self.y, character)
		end
		return
	end
	if self.charsets[self.charset] == "0" then
		character = sequences.drawing[character] or character
	end
	self.last, self.last_code = character, code
	self:wrap()
	if cells > self.columns then
		character, cells = "?", 1
	elseif self.x + cells - 1 > self.columns then
		self.full = self.wraps
		self:wrap()
		self.x = math.min(self.x, self.columns - 1)
	end
	if self.inserts then
		self.grid:insert(self.x, self.y, cells, pen.erasing(self.pen))
	end
	self.grid:put(self.x, self.y, character, self.pen, cells)
	advance(self, cells)
end

function terminal:control(byte)
	local act = sequences.controls[byte]
	if act then
		act(self)
	end
end

function terminal:escape(intermediates, final)
	local act = sequences.escapes[intermediates .. final]
	if act then
		act(self)
	elseif intermediates == "(" or intermediates == ")" then
		self.charsets[intermediates == "(" and 0 or 1] = final
	end
end

function terminal:sequence(prefix, parameters, intermediates, final)
	local act = sequences.of[prefix .. intermediates .. final]
	if act then
		act(self, parameters)
	end
end

-- Rows that can be scrolled back to.
function terminal:history_length()
	return self.newest - self.oldest + 1
end

-- The screen as of link.look: {columns, rows, cursor = {x, y, visible}, lines = {[0] = runs, …}}, all counted from 0.
-- scroll: rows up from the bottom (default 0), as far as there are any.
function terminal:screen(scroll)
	local up = self.grid == self.main and within(scroll or 0, 0, self:history_length()) or 0
	local lines = {}
	for y = 0, self.rows - 1 do
		local line = y < up and self.history[self.newest - up + 1 + y] or self.grid.lines[y + 1 - up]
		lines[y] = grid.runs(line)
	end
	local y = self.y - 1 + up
	return {
		columns = self.columns,
		rows = self.rows,
		cursor = { x = self.x - 1, y = y, visible = self.visible and y < self.rows },
		lines = lines,
	}
end

return terminal
