-- What controls and escape sequences do to a terminal (ECMA-48, and xterm's ctlseqs).

local need = ...
local modes = need("modes")
local pen = need("pen")

local sequences = {}

-- DEC Special Graphics, by the ASCII character that stands for each.
sequences.drawing = {
	["_"] = " ", ["`"] = "◆", a = "▒", b = "␉", c = "␌", d = "␍", e = "␊", f = "°", g = "±", h = "␤", i = "␋",
	j = "┘", k = "┐", l = "┌", m = "└", n = "┼", o = "⎺", p = "⎻", q = "─", r = "⎼", s = "⎽", t = "├", u = "┤",
	v = "┴", w = "┬", x = "│", y = "≤", z = "≥", ["{"] = "π", ["|"] = "≠", ["}"] = "£", ["~"] = "·",
}

local function tab(self, count)
	for _ = 1, math.min(count, self.columns) do
		repeat
			self:go(self.x + 1, self.y)
		until self.tabs[self.x] or self.x == self.columns
	end
end

local function tab_back(self, count)
	for _ = 1, math.min(count, self.columns) do
		repeat
			self:go(self.x - 1, self.y)
		until self.tabs[self.x] or self.x == 1
	end
end

local function feed(self)
	self:line_feed()
	if self.lines_anew then
		self.x = 1
	end
end

sequences.controls = {
	[0x08] = function(self) self:go(self.x - 1, self.y) end,
	[0x09] = function(self) if not self.full then tab(self, 1) end end,
	[0x0a] = feed,
	[0x0b] = feed,
	[0x0c] = feed,
	[0x0d] = function(self) self:go(1, self.y) end,
	[0x0e] = function(self) self.charset = 1 end,
	[0x0f] = function(self) self.charset = 0 end,
}

local function fill_with_e(self)
	for y = 1, self.rows do
		self.grid:put_ascii(1, y, ("E"):rep(self.columns), 1, self.columns, pen.default)
	end
	self:go(1, 1)
end

sequences.escapes = {
	["7"] = modes.save,
	["8"] = modes.restore,
	D = function(self) self:line_feed() end,
	E = function(self) self:line_feed() self.x = 1 end,
	H = function(self) self.tabs[self.x] = true end,
	M = function(self) self:reverse_line_feed() end,
	c = function(self) self:reset() end,
	["#8"] = fill_with_e,
}

-- The first parameter as a count: none and 0 are 1.
local function count(parameters, nth)
	local given = parameters[nth or 1]
	given = type(given) == "table" and given[1] or given
	return given and given > 0 and given or 1
end

local function choice(parameters)
	local given = parameters[1]
	return type(given) == "number" and given or -1
end

local function erase_rows(self, from, to)
	for y = from, to do
		self.grid:erase(y, 1, self.columns, pen.erasing(self.pen))
	end
end

local function erase_in_line(self, parameters)
	local which = choice(parameters)
	if which >= 0 and which <= 2 then
		local from, to = which == 0 and self.x or 1, which == 1 and self.x or self.columns
		self.grid:erase(self.y, from, to, pen.erasing(self.pen))
		self.full = false
	end
end

local function erase_in_screen(self, parameters)
	local which = choice(parameters)
	if which == 0 then
		erase_in_line(self, parameters)
		erase_rows(self, self.y + 1, self.rows)
	elseif which == 1 then
		erase_rows(self, 1, self.y - 1)
		erase_in_line(self, parameters)
	elseif which == 2 then
		erase_rows(self, 1, self.rows)
	elseif which == 3 then
		self.history, self.oldest, self.newest = {}, 1, 0
	end
end

-- Up and down stop at the margins where they begin within them.
local function up(self, by)
	self:go(self.x, math.max(self.y >= self.top and self.top or 1, self.y - by))
end

local function down(self, by)
	self:go(self.x, math.min(self.y <= self.bottom and self.bottom or self.rows, self.y + by))
end

local function insert_lines(self, parameters)
	if self.y >= self.top and self.y <= self.bottom then
		self.grid:scroll_down(self.y, self.bottom, count(parameters), pen.erasing(self.pen))
		self:go(1, self.y)
	end
end

local function delete_lines(self, parameters)
	if self.y >= self.top and self.y <= self.bottom then
		self.grid:scroll_up(self.y, self.bottom, count(parameters), pen.erasing(self.pen))
		self:go(1, self.y)
	end
end

-- No more than a row: programs mean no more, and what a guest prints must not take long.
local function repeat_last(self, parameters)
	if self.last then
		for _ = 1, math.min(count(parameters), self.columns) do
			self:print(self.last, self.last_code)
		end
	end
end

local function margins(self, parameters)
	local top, bottom = count(parameters), parameters[2]
	bottom = type(bottom) == "number" and bottom > 0 and math.min(bottom, self.rows) or self.rows
	if top < bottom then
		self.top, self.bottom = top, bottom
		self:go(1, self:row(1))
	end
end

local function clear_tabs(self, parameters)
	if choice(parameters) == 0 then
		self.tabs[self.x] = nil
	elseif choice(parameters) == 3 then
		self.tabs = {}
	end
end

local function go_to(self, parameters)
	self:go(count(parameters, 2), self:row(count(parameters, 1)))
end

-- By prefix, intermediates and final character.
sequences.of = {
	["@"] = function(self, p)
		self.grid:insert(self.x, self.y, count(p), pen.erasing(self.pen))
		self.full = false
	end,
	A = function(self, p) up(self, count(p)) end,
	B = function(self, p) down(self, count(p)) end,
	C = function(self, p) self:go(self.x + count(p), self.y) end,
	D = function(self, p) self:go(self.x - count(p), self.y) end,
	E = function(self, p) down(self, count(p)) self.x = 1 end,
	F = function(self, p) up(self, count(p)) self.x = 1 end,
	G = function(self, p) self:go(count(p), self.y) end,
	H = go_to,
	I = function(self, p) tab(self, count(p)) end,
	J = erase_in_screen,
	["?J"] = erase_in_screen,
	K = erase_in_line,
	["?K"] = erase_in_line,
	L = insert_lines,
	M = delete_lines,
	P = function(self, p)
		self.grid:delete(self.x, self.y, count(p), pen.erasing(self.pen))
		self.full = false
	end,
	S = function(self, p) self:scroll_up(count(p)) end,
	T = function(self, p) if #p <= 1 then self:scroll_down(count(p)) end end,
	X = function(self, p)
		self.grid:erase(self.y, self.x, math.min(self.columns, self.x + count(p) - 1), pen.erasing(self.pen))
		self.full = false
	end,
	Z = function(self, p) tab_back(self, count(p)) end,
	["`"] = function(self, p) self:go(count(p), self.y) end,
	a = function(self, p) self:go(self.x + count(p), self.y) end,
	b = repeat_last,
	d = function(self, p) self:go(self.x, self:row(count(p))) end,
	e = function(self, p) down(self, count(p)) end,
	f = go_to,
	g = clear_tabs,
	h = modes.setting("", true),
	l = modes.setting("", false),
	["?h"] = modes.setting("?", true),
	["?l"] = modes.setting("?", false),
	m = function(self, p) self.pen = pen.selected(self.pen, p) end,
	["!p"] = function(self) self:soft_reset() end,
	r = margins,
	s = modes.save,
	u = modes.restore,
}

return sequences
