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

--- The lines of a file of translations: what stands before the "=", and behind it.
local function translations(path)
	local found = {}
	for line in io.lines(path) do
		local text, translation = line:match("^([^#].-[^@])=(.*)$")
		if text then found[text] = translation end
	end
	return found
end

local function numbers(text)
	local found = {}
	for number in text:gmatch("@(%d)") do found[#found + 1] = number end
	table.sort(found)
	return table.concat(found)
end

it("translations are of all texts, and put the same into them", function()
	local template = translations("luanti/vivarium/locale/template.txt")
	local files = io.popen("ls luanti/vivarium/locale/*.tr")
	for file in files:lines() do
		local translated = translations(file)
		for text in pairs(template) do
			assert.is_truthy(translated[text] and translated[text] ~= "", file .. " does not have: " .. text)
			assert.equal(numbers(text), numbers(translated[text]), file .. ": " .. text)
		end
		for text in pairs(translated) do assert.is_truthy(template[text], file .. " has, and nobody says: " .. text) end
	end
	files:close()
end)
