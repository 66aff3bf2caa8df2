local need = dofile("test/luanti/need.lua")
local layers = need("layers")
local palette = need("palette")
local terminal = need("terminal")

local function screen_of(text, columns, rows)
	local it = terminal.new(columns or 20, rows or 4)
	it:write(text)
	return it:screen()
end

local function of_kind(list, kind)
	local found = {}
	for _, element in ipairs(list) do
		if element.kind == kind and element.shift == 0 then
			found[#found + 1] = element
		end
	end
	return found
end

-- What stands at "kind y x" once all elements are drawn over each other: "character colour style". ASCII and blocks
-- only.
local function drawn(list)
	local cells = {}
	for _, element in ipairs(list) do
		local y, x = 0, 0
		for character in element.text:gmatch("[%z\1-\127\194-\244][\128-\191]*") do
			if character == "\n" then
				y, x = y + 1, 0
			else
				local place = element.kind .. (element.shift == 0 and " " or " seam ") .. y .. " " .. x
				if character ~= " " then
					assert.is_nil(cells[place])
					local style = (element.bold and "b" or "") .. (element.italic and "i" or "")
					style = element.kind == "ink" and style or ""
					cells[place] = ("%s %06x %s"):format(character, element.colour, style)
				end
				x = x + 1
			end
		end
	end
	return cells
end

-- The same, made from the runs.
local function expected(screen, seams)
	local cells = {}
	for y = 0, screen.rows - 1 do
		local x = 0
		for _, run in ipairs(screen.lines[y]) do
			local ink, ground = palette.drawn(palette.default, run[2], run[3], run[4])
			local style = (palette.has(run[4], 1) and "b" or "") .. (palette.has(run[4], 4) and "i" or "")
			for character in run[1]:gmatch(".") do
				if ground then
					cells["ground " .. y .. " " .. x] = ("█ %06x "):format(ground)
					if seams then
						cells["ground seam " .. y .. " " .. x] = ("█ %06x "):format(ground)
					end
				end
				if ink and character ~= " " then
					cells["ink " .. y .. " " .. x] = ("%s %06x %s"):format(character, ink, style)
				end
				if ink and palette.has(run[4], 8) then
					cells["line " .. y .. " " .. x] = ("_ %06x "):format(ink)
				end
				x = x + 1
			end
		end
	end
	if screen.cursor.visible then
		cells["cursor " .. screen.cursor.y .. " " .. screen.cursor.x] = "█ 727272 "
	end
	return cells
end

describe("layers", function()
	it("have one text for each colour of ink, of as few bytes as place it", function()
		local ink = of_kind(layers.of(screen_of("ab \27[31mcd\27[0m ef   \r\n\r\n   \27[31mg\27[0m ")), "ink")
		assert.are.equal(2, #ink)
		assert.are.equal("ab    ef", ink[1].text)
		assert.are.equal(0xe5e5e5, ink[1].colour)
		assert.are.equal("   cd\n\n   g", ink[2].text)
		assert.are.equal(0xcd0000, ink[2].colour)
	end)

	it("have grounds below the cursor, and that below inks", function()
		local list = layers.of(screen_of("\27[44mab\27[0;1;3;4mc"))
		local height = {}
		for _, element in ipairs(list) do
			if element.shift == 0 then
				height[element.kind] = element.z
			end
		end
		assert.is_true(height.ground < height.cursor and height.cursor < height.ink and height.ink < height.line)
		assert.are.equal("██", of_kind(list, "ground")[1].text)
		assert.are.equal("   █", of_kind(list, "cursor")[1].text)
		assert.are.equal("  _", of_kind(list, "line")[1].text)
	end)

	it("have no cursor that is hidden or outside", function()
		assert.are.same({}, layers.of(screen_of("\27[?25l")))
		local screen = screen_of("")
		screen.cursor.y = 99
		assert.are.same({}, layers.of(screen))
	end)

	it("fill the seams of grounds where that takes few bytes", function()
		local list = layers.of(screen_of("\27[44mab"))
		assert.are.equal(2, #list - 2)
		local long = layers.of(screen_of("\27[44m" .. (" "):rep(80 * 24), 80, 24))
		for _, element in ipairs(long) do
			assert.are.equal(0, element.shift)
		end
	end)

	it("stand for just what the screen shows", function()
		math.randomseed(7)
		for _ = 1, 100 do
			local parts = { "\27[?25", math.random() < 0.5 and "l" or "h" }
			for nth = 3, 60 do
				local kind = math.random(6)
				parts[nth] = kind == 1 and ("\27[%d;%dH"):format(math.random(12), math.random(30))
					or kind == 2 and ("\27[%dm"):format(({ 0, 1, 3, 4, 7, 31, 32, 44, 45, 22, 24, 27, 8 })[math.random(13)])
					or kind == 3 and (" "):rep(math.random(5)) or kind == 4 and "\27[K" or ("text "):rep(math.random(3))
			end
			local screen = screen_of(table.concat(parts), 30, 12)
			local list, seams = layers.of(screen), false
			for _, element in ipairs(list) do
				seams = seams or element.shift ~= 0
			end
			assert.are.same(expected(screen, seams), drawn(list))
		end
	end)

	it("draw near colours as one beyond a limit, and all characters still", function()
		local parts = {}
		for nth = 0, 24 * 80 - 1 do
			parts[#parts + 1] = ("\27[38;2;%d;%d;255;48;2;0;%d;%dmx"):format(nth % 256, nth / 8, nth % 200, nth / 16)
		end
		local screen = screen_of("\27[?25l" .. table.concat(parts), 80, 24)
		local list, colours, count = layers.of(screen, { most = 24 }), {}, 0
		for _, element in ipairs(list) do
			colours[element.kind .. element.colour] = true
		end
		for _ in pairs(colours) do
			count = count + 1
		end
		assert.is_true(count <= 24)
		local inks, grounds = 0, 0
		for place, cell in pairs(drawn(list)) do
			inks = inks + (place:find("^ink") and cell:find("^x") and 1 or 0)
			grounds = grounds + (place:find("^ground") and 1 or 0)
		end
		assert.are.equal(24 * 80, inks)
		assert.is_true(grounds >= 24 * 80 - 1)
	end)

	it("have no two elements of one key, however many colours there are", function()
		math.randomseed(5)
		for _ = 1, 60 do
			local parts, spread = {}, math.random(1, 12)
			for nth = 1, 200 do
				local function level()
					return math.random(0, spread)
				end
				parts[nth] = ("\27[38;2;%d;%d;%d;48;2;%d;%d;%dmx"):format(level(), level(), level(), level(), level(), level())
			end
			local keys = {}
			for _, element in ipairs(layers.of(screen_of(table.concat(parts)), { most = math.random(3, 12) })) do
				assert(not keys[element.key], "twice: " .. element.key)
				keys[element.key] = true
			end
		end
	end)

	it("keep the column behind what the client draws in another width", function()
		local ink = of_kind(layers.of(screen_of("漢字漢字漢字|x")), "ink")[1].text
		assert.are.equal("漢字 漢字漢 字|x", ink)
		assert.are.equal("┌─┐ ▄ □ >", of_kind(layers.of(screen_of("╭━╮ ▂ ⣿ ❯")), "ink")[1].text)
	end)

	it("draw nothing of controls in a run", function()
		local screen = screen_of("")
		screen.cursor.visible = false
		screen.lines[0] = { { "a\27(c@#f00)b\n\127\255c", -1, -1, 0 } }
		assert.are.equal("a (c@#f00)b   c", layers.of(screen)[1].text)
	end)

	it("take the caller's colours", function()
		local own = palette.new({ [1] = "#abcdef" })
		assert.are.equal(0xabcdef, of_kind(layers.of(screen_of("\27[31mx"), { colours = own }), "ink")[1].colour)
	end)
end)

describe("changes of layers", function()
	-- What a HUD shows that was told all changes.
	local function told(hud, changes)
		for _, key in ipairs(changes.remove) do
			assert.is_not_nil(hud[key])
			hud[key] = nil
		end
		for _, element in ipairs(changes.add) do
			assert.is_nil(hud[element.key])
			hud[element.key] = element
		end
		for _, element in ipairs(changes.change) do
			assert.are_not.equal(hud[element.key].text, element.text)
			hud[element.key] = element
		end
	end

	it("are none where nothing changed", function()
		local function list()
			return layers.of(screen_of("\27[31mhello\27[44m x"))
		end
		assert.are.same({ add = {}, change = {}, remove = {} }, layers.changes(list(), list()))
	end)

	it("lead from any screen to the next", function()
		math.randomseed(3)
		local it, before, hud = terminal.new(80, 24), nil, {}
		for _ = 1, 200 do
			it:write(("\27[%dm%s"):format(math.random(30, 48), ("word "):rep(math.random(40))))
			it:write(math.random() < 0.1 and "\27[2J\27[H" or "\r\n")
			local after, wanted = layers.of(it:screen()), {}
			told(hud, layers.changes(before, after))
			for _, element in ipairs(after) do
				assert.is_nil(wanted[element.key])
				wanted[element.key] = element
			end
			assert.are.same(wanted, hud)
			before = after
		end
	end)

	it("of one key in a full screen are some hundred bytes", function()
		local it = terminal.new(80, 24)
		it:write((("full row "):rep(8) .. "\r\n"):rep(23) .. "$ ")
		local before = layers.of(it:screen())
		it:write("x")
		local changes, bytes = layers.changes(before, layers.of(it:screen())), 0
		for _, element in ipairs(changes.change) do
			bytes = bytes + #element.text
		end
		assert.are.same({ {}, {} }, { changes.add, changes.remove })
		assert.are.equal(2, #changes.change)
		assert.is_true(bytes < 600, bytes)
	end)
end)
