-- Lines of what a console prints, as text alone: without escape sequences and control characters.

local Lines = {}
Lines.__index = Lines

--- Bytes of one line that are kept; what goes on for longer is cut there.
local longest = 1000

--- Bytes that are taken apart at once: what a guest prints at most takes little time.
local most = 8192

function Lines.new()
	return setmetatable({ line = "", state = "text" }, Lines)
end

--- What a byte means within an escape sequence, by state.
local states = {
	escape = function(byte)
		if byte == "[" then return "csi" end
		if byte == "]" or byte == "P" or byte == "X" or byte == "^" or byte == "_" then return "string" end
		if byte:match("[ -/]") then return "escape" end -- as ESC ( B
		return "text"
	end,
	csi = function(byte)
		return byte:match("[@-~]") and "text" or "csi"
	end,
	string = function(byte)
		if byte == "\7" then return "text" end
		return byte == "\27" and "escape" or "string"
	end,
}

--- Takes a text apart. @return its lines are added to `done`
local function take(self, text, done)
	local at = 1
	while at <= #text do
		if self.state == "text" then
			local plain = text:match("^[^%z\1-\31\127]+", at)
			if plain then
				self.line = (self.line .. plain):sub(1, longest)
				at = at + #plain
			else
				local byte = text:sub(at, at)
				if byte == "\n" then
					done[#done + 1] = self.line
					self.line = ""
				elseif byte == "\27" then
					self.state = "escape"
				elseif byte == "\8" then
					self.line = self.line:sub(1, -2)
				elseif byte == "\t" then
					self.line = self.line .. " "
				end
				at = at + 1
			end
		else
			self.state = states[self.state](text:sub(at, at))
			at = at + 1
		end
	end
end

--- @param text what was printed next; sequences and lines may begin in one and end in another
-- @return the lines that ended in it; and how many more did that were left out, as it is too long to take all of it
function Lines:feed(text)
	local done = {}
	if #text <= most then
		take(self, text, done)
		return done, 0
	end
	-- Its beginning and its end are taken; a line that begins in the one and ends in the other is what it began with.
	take(self, text:sub(1, most / 2), done)
	local rest = text:sub(most / 2 + 1, -most / 2 - 1)
	local last = rest:match("^.*()\n")
	if last then
		local _, left = rest:gsub("\n", "")
		self.line, self.state = "", "text"
		take(self, rest:sub(last + 1, last + longest), done)
		take(self, text:sub(-most / 2), done)
		return done, left
	end
	take(self, text:sub(-most / 2), done)
	return done, 0
end

return Lines
