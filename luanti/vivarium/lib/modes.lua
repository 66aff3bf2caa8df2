-- What is switched on and off in a terminal (CSI h and l), and what it keeps to come back to.

local need = ...
local grid = need("grid")
local pen = need("pen")

local modes = {}

-- The cursor with what it writes.
function modes.save(self)
	self.saved = {
		x = self.x, y = self.y, pen = self.pen, charset = self.charset, from_margin = self.from_margin,
		charsets = { [0] = self.charsets[0], self.charsets[1] },
	}
end

function modes.restore(self)
	local saved = self.saved
	self.pen, self.charset, self.from_margin = saved.pen, saved.charset, saved.from_margin
	self.charsets = { [0] = saved.charsets[0], saved.charsets[1] }
	self:go(saved.x, saved.y)
end

local function switch_screen(self, alternate)
	if alternate and self.grid == self.main then
		self.grid = grid.new(self.columns, self.rows)
	elseif not alternate then
		self.grid = self.main
	end
	self.full = false
end

-- By prefix and number.
local switches = {
	["4"] = function(self, on) self.inserts = on end,
	["20"] = function(self, on) self.lines_anew = on end,
	["?6"] = function(self, on)
		self.from_margin = on
		self:go(1, self:row(1))
	end,
	["?7"] = function(self, on)
		self.wraps = on
		self.full = self.full and on
	end,
	["?25"] = function(self, on) self.visible = on end,
	["?47"] = switch_screen,
	["?1047"] = switch_screen,
	["?1048"] = function(self, on)
		if on then modes.save(self) else modes.restore(self) end
	end,
	["?1049"] = function(self, on)
		if on then
			modes.save(self)
			switch_screen(self, true)
			for y = 1, self.rows do
				self.grid:erase(y, 1, self.columns, pen.erasing(self.pen))
			end
		else
			switch_screen(self, false)
			modes.restore(self)
		end
	end,
}

-- What CSI h (on) and l do with their parameters; prefix: "" or "?".
function modes.setting(prefix, on)
	return function(self, parameters)
		for nth = 1, math.min(#parameters, 32) do
			local act = type(parameters[nth]) == "number" and switches[prefix .. parameters[nth]]
			if act then
				act(self, on)
			end
		end
	end
end

return modes
