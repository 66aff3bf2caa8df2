-- luajit screen.lua COLUMNS ROWS PIECE FILE: prints as JSON the screen that the mod's terminal has after FILE was
-- written to it in pieces of PIECE bytes.

local need = dofile("test/luanti/need.lua")
local json = need("dkjson")

local columns, rows, piece = tonumber(arg[1]), tonumber(arg[2]), tonumber(arg[3])
local file = assert(io.open(arg[4], "rb"))
local text = file:read("*a")
file:close()
local terminal = need("terminal").new(columns, rows)
for at = 1, #text, piece do
	terminal:write(text:sub(at, at + piece - 1))
end
local screen = terminal:screen()
local lines = {}
for y = 0, rows - 1 do
	lines[y + 1] = setmetatable(screen.lines[y], { __jsontype = "array" })
end
print(json.encode({ cursor = screen.cursor, lines = lines, kept = terminal:history_length() }))
