-- Colours of a terminal as 0xRRGGBB. A colour of a run is -1 (the default), 0 to 255 (the palette), or 0x1000000 +
-- rgb.

local palette = {}

-- xterm's own sixteen.
local sixteen = {
	[0] = 0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
}

local levels = { [0] = 0, 95, 135, 175, 215, 255 }

local function beyond_sixteen(index)
	if index >= 232 then
		return (8 + 10 * (index - 232)) * 0x010101
	end
	local cube = index - 16
	return levels[math.floor(cube / 36)] * 0x10000 + levels[math.floor(cube / 6) % 6] * 0x100 + levels[cube % 6]
end

-- "#rrggbb", "#rgb", {r, g, b} or {r = , g = , b = } of 0 to 255, or the number itself; nil for anything else.
function palette.parse(colour)
	if type(colour) == "number" then
		return colour % 0x1000000
	elseif type(colour) == "string" then
		local digits = #colour == 4 and colour:gsub("%x", "%0%0") or colour
		digits = digits:match("^#(%x%x%x%x%x%x)$")
		return digits and tonumber(digits, 16)
	elseif type(colour) == "table" then
		local sum = 0
		for nth, name in ipairs({ "r", "g", "b" }) do
			local part = tonumber(colour[nth] or colour[name])
			if not part or part ~= part then
				return nil
			end
			sum = sum * 256 + math.floor(math.max(0, math.min(255, part)))
		end
		return sum
	end
end

-- colours: the caller's own, each in a form of `parse`: [0] to [15], and `ink` and `ground` for the defaults; all
-- may be left out. Gives {[0] = … [255], ink, ground} of 0xRRGGBB.
function palette.new(colours)
	colours = colours or {}
	local own = {}
	for index = 0, 255 do
		local given = index < 16 and colours[index] ~= nil and palette.parse(colours[index])
		own[index] = given or sixteen[index] or beyond_sixteen(index)
	end
	own.ink = colours.ink ~= nil and palette.parse(colours.ink) or own[7]
	own.ground = colours.ground ~= nil and palette.parse(colours.ground) or own[0]
	return own
end

palette.default = palette.new()

local function rgb(own, colour, default)
	if colour >= 0x1000000 then
		return colour - 0x1000000
	end
	return own[colour] or default
end

-- The colour between two.
function palette.halfway(a, b)
	local function mix(unit)
		return math.floor((math.floor(a / unit) % 256 + math.floor(b / unit) % 256) / 2) * unit
	end
	return mix(0x10000) + mix(0x100) + mix(1)
end

-- Whether a style has the bit of 1 bold, 2 dim, 4 italic, 8 underline, 16 inverse, 32 hidden, 64 strike.
function palette.has(style, bit)
	return style % (2 * bit) >= bit
end

-- What is drawn over a cell's letter in its ink: "_" underlined, "-" struck, nil neither.
function palette.mark(style)
	return palette.has(style, 8) and "_" or palette.has(style, 64) and "-" or nil
end

-- The colours that a run is drawn in: ink (nil: nothing is to be seen of its text) and ground (nil: the default,
-- which is there already).
function palette.drawn(own, fg, bg, style)
	local ink, ground = rgb(own, fg, own.ink), rgb(own, bg, own.ground)
	if palette.has(style, 2) then
		ink = palette.halfway(ink, ground)
	end
	if palette.has(style, 16) then
		ink, ground = ground, ink
	end
	if palette.has(style, 32) or ink == ground then
		ink = nil
	end
	return ink, ground ~= own.ground and ground or nil
end

return palette
