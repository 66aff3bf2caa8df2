-- A pen is what cells are written with: {fg, bg, style}, positional, never changed once made. See palette.lua for
-- colours and style bits.

local pen = {}

pen.default = { -1, -1, 0 }

local set = { [1] = 1, [2] = 2, [3] = 4, [4] = 8, [7] = 16, [8] = 32, [9] = 64, [21] = 8 }
local clear = { [22] = 3, [23] = 4, [24] = 8, [27] = 16, [28] = 32, [29] = 64 }

local function with(style, bit)
	return style % (2 * bit) >= bit and style or style + bit
end

local function without(style, bits)
	local bit = 1
	while bit <= bits do
		if bits % (2 * bit) >= bit and style % (2 * bit) >= bit then
			style = style - bit
		end
		bit = bit * 2
	end
	return style
end

-- nil where it is no number from 0 to 255.
local function byte(part)
	return type(part) == "number" and part < 256 and part or nil
end

local function rgb(red, green, blue)
	red, green, blue = byte(red), byte(green), byte(blue)
	return red and green and blue and 0x1000000 + red * 0x10000 + green * 0x100 + blue or nil
end

-- A colour said by 5;n or 2;r;g;b from parts[at] on, nil where it is none; and where it ends.
local function extended(parts, at)
	if parts[at] == 5 then
		return byte(parts[at + 1]), at + 1
	elseif parts[at] == 2 then
		return rgb(parts[at + 1], parts[at + 2], parts[at + 3]), at + 3
	end
	return nil, at
end

-- The same, said with colons: 38:5:n, 38:2:r:g:b or 38:2:space:r:g:b.
local function colons(parts)
	local skip = parts[2] == 2 and #parts >= 6 and 1 or 0
	if skip == 1 then
		return rgb(parts[4], parts[5], parts[6])
	end
	return (extended(parts, 2))
end

-- before: a pen. parameters: a list of numbers, or of lists where a parameter has colons. Gives the pen after CSI …
-- m.
function pen.selected(before, parameters)
	local fg, bg, style = before[1], before[2], before[3]
	local at = 1
	while at <= #parameters do
		local parts = parameters[at]
		local code = type(parts) == "table" and parts[1] or parts
		if code == 38 or code == 48 or code == 58 then
			local colour
			if type(parts) == "table" then
				colour = colons(parts)
			else
				colour, at = extended(parameters, at + 1)
			end
			if colour and code == 38 then
				fg = colour
			elseif colour and code == 48 then
				bg = colour
			end
		elseif code == 0 then
			fg, bg, style = -1, -1, 0
		elseif code == 4 and type(parts) == "table" and parts[2] == 0 then
			style = without(style, 8)
		elseif set[code] then
			style = with(style, set[code])
		elseif clear[code] then
			style = without(style, clear[code])
		elseif code >= 30 and code <= 37 then
			fg = code - 30
		elseif code == 39 then
			fg = -1
		elseif code >= 40 and code <= 47 then
			bg = code - 40
		elseif code == 49 then
			bg = -1
		elseif code >= 90 and code <= 97 then
			fg = code - 82
		elseif code >= 100 and code <= 107 then
			bg = code - 92
		end
		at = at + 1
	end
	return { fg, bg, style }
end

-- What erased cells get: the ground alone.
function pen.erasing(before)
	return before[2] == -1 and pen.default or { -1, before[2], 0 }
end

function pen.same(a, b)
	return a == b or a[1] == b[1] and a[2] == b[2] and a[3] == b[3]
end

return pen
