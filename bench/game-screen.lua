-- luajit game-screen.lua FIXTURES: bytes that a client of the game is sent for screens of 80 to 24, as JSON:
-- {NAME: {hud, key, labels}}. hud: all texts of a screen, with 40 bytes for each element besides. key: what changes when
-- one character in the middle is printed anew. labels: the formspec fragment of virt.make_terminal.

local need = dofile("test/luanti/need.lua")
local json = need("dkjson")
local labels, layers, terminal = need("labels"), need("layers"), need("terminal")

local columns, rows = 80, 24
local element_bytes = 40

local function bytes_of(elements)
	local sum = 0
	for _, element in ipairs(elements) do
		sum = sum + #element.text + element_bytes
	end
	return sum
end

local function measured(output)
	local it = terminal.new(columns, rows)
	it:write(output)
	local screen = it:screen()
	local before = layers.of(screen)
	local place = { x = 0, y = 0, w = columns * 0.18 + 0.5, h = rows * 0.36, size = 0.18 }
	local found = { hud = bytes_of(before), labels = #labels.of(screen.lines, screen.cursor, place) }
	it:write("\27[12;40Hx")
	local changes = layers.changes(before, layers.of(it:screen()))
	found.key = bytes_of(changes.add) + bytes_of(changes.change) + element_bytes * #changes.remove
	return found
end

local function recorded(name)
	local file = assert(io.open(arg[1] .. "/" .. name .. ".txt", "rb"))
	local output = file:read("*a")
	file:close()
	return output
end

-- Every cell another character of another ink and ground, spread over all there are.
local function every_cell_different()
	local parts = {}
	for nth = 0, columns * rows - 1 do
		local ink, ground = nth * 0x9e3779 % 0x1000000, nth * 0x85ebca % 0x1000000
		parts[#parts + 1] = ("\27[38;2;%d;%d;%d;48;2;%d;%d;%dm%s"):format(
			ink / 65536, ink / 256 % 256, ink % 256,
			ground / 65536, ground / 256 % 256, ground % 256, string.char(33 + nth % 94)
		)
	end
	return table.concat(parts)
end

print(json.encode({
	ls = measured(recorded("ls")),
	htop = measured(recorded("htop")),
	cells = measured(every_cell_different()),
}))
