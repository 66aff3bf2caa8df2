-- luajit widths.lua: prints as JSON the width of each code point from U+00A0 on that is not one cell wide.

local need = dofile("test/luanti/need.lua")
local json = need("dkjson")
local width = need("width")

local found = {}
for code = 0xa0, 0x10ffff do
	local cells = width.of(code)
	if cells ~= 1 and (code < 0xd800 or code > 0xdfff) then
		found[#found + 1] = { code, cells }
	end
end
print(json.encode(found))
