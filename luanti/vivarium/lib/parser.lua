-- Takes a terminal's input apart, cut anywhere: gives what it finds to a sink of
--   print(character, code): one character and its code point
--   printed(text, from, to): text:sub(from, to) is printable ASCII
--   control(byte): C0; those of C1 are no more than ignored, as of any other program that speaks UTF-8
--   escape(intermediates, final)
--   sequence(prefix, parameters, intermediates, final): CSI; parameters as of pen.selected, an empty one is 0
-- Strings (OSC, DCS, SOS, PM, APC) are swallowed. Memory is bounded whatever comes.

local parser = {}

local replacement = "\239\191\189"

-- More bytes than any program means; a longer sequence is read to its end and ignored.
local longest = 256

local greatest_number = 65535

-- A character's code point and length at `at`, from a byte of 0x80 or more on; nil and the length of what is no
-- UTF-8; false where the text ends within it.
local function decode(text, at)
	local first, second, third, fourth = text:byte(at, at + 3)
	local low, high, length = 0x80, 0xbf, 2
	if first < 0xc2 or first > 0xf4 then
		return nil, 1
	elseif first >= 0xf0 then
		length = 4
		low = first == 0xf0 and 0x90 or low
		high = first == 0xf4 and 0x8f or high
	elseif first >= 0xe0 then
		length = 3
		low = first == 0xe0 and 0xa0 or low
		high = first == 0xed and 0x9f or high
	end
	if not second then
		return false
	elseif second < low or second > high then
		return nil, 1
	elseif length == 2 then
		return (first - 0xc0) * 0x40 + second - 0x80, 2
	end
	if not third then
		return false
	elseif third < 0x80 or third > 0xbf then
		return nil, 2
	elseif length == 3 then
		return ((first - 0xe0) * 0x40 + second - 0x80) * 0x40 + third - 0x80, 3
	end
	if not fourth then
		return false
	elseif fourth < 0x80 or fourth > 0xbf then
		return nil, 3
	end
	return (((first - 0xf0) * 0x40 + second - 0x80) * 0x40 + third - 0x80) * 0x40 + fourth - 0x80, 4
end

-- The parameters in digits, ";" and ":".
local function parameters_of(text)
	local list, pieces, value = {}, nil, 0
	for at = 1, #text + 1 do
		local byte = text:byte(at)
		if byte and byte < 0x3a then
			value = math.min(value * 10 + byte - 0x30, greatest_number)
		elseif byte == 0x3a then
			pieces = pieces or {}
			pieces[#pieces + 1] = value
			value = 0
		else
			if pieces then
				pieces[#pieces + 1] = value
			end
			list[#list + 1] = pieces or value
			pieces, value = nil, 0
		end
	end
	return list
end

local states = {}

-- Each state: reads text from `at` on, gives the next state's name and where to go on. nil: the text ends in it.

-- What follows ESC and begins something longer: CSI; DCS, SOS, OSC, PM and APC.
local begun = { ["["] = "sequence", P = "string", X = "string", ["]"] = "string", ["^"] = "string", _ = "string" }

-- Controls do what they do in the middle of a sequence, too; ESC begins anew, CAN and SUB end it.
local function control_within(self, sink, byte, state)
	if byte == 0x1b then
		self.collected = ""
		return "escape"
	elseif byte == 0x18 or byte == 0x1a then
		return "ground"
	end
	sink.control(sink, byte)
	return state
end

function states.ground(self, sink, text, at)
	local byte = text:byte(at)
	if byte >= 0x20 and byte < 0x7f then
		local _, to = text:find("^[\32-\126]+", at)
		sink.printed(sink, text, at, to)
		return "ground", to + 1
	elseif byte < 0x20 then
		if byte == 0x1b then
			self.collected = ""
			return "escape", at + 1
		end
		sink.control(sink, byte)
		return "ground", at + 1
	elseif byte == 0x7f then
		return "ground", at + 1
	end
	local code, length = decode(text, at)
	if code == false then
		self.rest = text:sub(at)
		return nil
	elseif not code then
		sink.print(sink, replacement, 0xfffd)
	elseif code >= 0xa0 then
		sink.print(sink, text:sub(at, at + length - 1), code)
	end
	return "ground", at + length
end

function states.escape(self, sink, text, at)
	local byte = text:byte(at)
	if byte < 0x20 then
		return control_within(self, sink, byte, "escape"), at + 1
	elseif byte < 0x30 then
		self.collected = (self.collected .. string.char(byte)):sub(1, 4)
		return "escape", at + 1
	elseif byte >= 0x7f then
		return byte == 0x7f and "escape" or "ground", byte == 0x7f and at + 1 or at
	end
	local intermediates, final = self.collected, string.char(byte)
	self.collected = ""
	if intermediates == "" and begun[final] then
		return begun[final], at + 1
	end
	sink.escape(sink, intermediates, final)
	return "ground", at + 1
end

function states.sequence(self, sink, text, at)
	local _, to = text:find("^[\32-\63]+", at)
	if to then
		self.collected = (self.collected .. text:sub(at, math.min(to, at + longest))):sub(1, longest + 1)
		return "sequence", to + 1
	end
	local byte = text:byte(at)
	if byte < 0x20 then
		return control_within(self, sink, byte, "sequence"), at + 1
	elseif byte >= 0x80 then
		return "ground", at
	elseif byte < 0x7f and #self.collected <= longest then
		local prefix, parameters, intermediates = self.collected:match("^([<-?]*)([0-9;:]*)([ -/]*)$")
		if prefix then
			sink.sequence(sink, prefix, parameters_of(parameters), intermediates, string.char(byte))
		end
	end
	return byte == 0x7f and "sequence" or "ground", at + 1
end

function states.string(self, _, text, at)
	local to = text:find("[\7\24\26\27]", at)
	if not to then
		return nil
	elseif text:byte(to) == 0x1b then
		self.collected = ""
		return "escape", to + 1
	end
	return "ground", to + 1
end

function parser.new(sink)
	return { sink = sink, state = "ground", collected = "", rest = "" }
end

function parser.feed(self, text)
	if self.rest ~= "" then
		text, self.rest = self.rest .. text, ""
	end
	local sink, at, length = self.sink, 1, #text
	while at <= length do
		local state, next_at = states[self.state](self, sink, text, at)
		if not state then
			return
		end
		self.state, at = state, next_at
	end
end

return parser
