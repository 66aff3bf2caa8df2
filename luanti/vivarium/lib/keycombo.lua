-- Key combinations of `send_keycombo`, as the bytes that a console gets.

local keycombo = {}

local named = {
	esc = "\27", del = "\127", ret = "\n", enter = "\n",
	backspace = "\8", bs = "\8", tab = "\t", null = "\0",
}

-- A byte that a part stands for as a number: decimal, or hexadecimal with 0x.
local function numbered(part)
	if not (part:find("^%d+$") or part:find("^0[xX]%x+$")) then
		return nil
	end
	local byte = tonumber(part)
	return byte <= 255 and string.char(byte) or nil
end

-- What Ctrl makes of a key: @ A-Z [ \ ] ^ _ are 0 to 31, the space is 0, ? is 127; else the key stays itself.
local function controlled(key)
	local byte = key:upper():byte()
	if byte == 32 then
		return "\0"
	elseif byte == 63 then
		return "\127"
	elseif byte >= 64 and byte <= 95 then
		return string.char(byte - 64)
	end
	return key
end

-- text: parts split at "-", like "ctrl-c", "esc", "0x1b", "hello wor-ld".
function keycombo.bytes(text)
	local out, control = {}, false
	for part in text:gmatch("[^-]+") do
		if part == "ctrl" then
			control = true
		else
			local bytes = numbered(part) or named[part]
			if not bytes and control then
				bytes = controlled(part:sub(1, 1)) .. part:sub(2)
			end
			out[#out + 1] = bytes or part
			control = false
		end
	end
	return table.concat(out)
end

return keycombo
