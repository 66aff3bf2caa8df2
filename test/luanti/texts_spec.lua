-- The game refuses to translate a text whose @1, @2 … do not come one after the other, and only when it is shown.

local function texts()
	local found = {}
	local files = io.popen("find luanti/vivarium -name '*.lua'")
	for file in files:lines() do
		for text in io.open(file):read("*a"):gmatch('%f[%w]S%(%s*("[^\n]-[^\\]")%s*[,)]') do
			found[#found + 1] = { file = file, text = text }
		end
	end
	files:close()
	return found
end

it("texts for players name what is put into them in order", function()
	local all = texts()
	assert.is_true(#all > 50)
	for _, each in ipairs(all) do
		local expected = 1
		for number in each.text:gmatch("@(%d)") do
			assert.equal(expected, tonumber(number), each.file .. ": " .. each.text)
			expected = expected + 1
		end
	end
end)
