local need = dofile("test/luanti/need.lua")
local labels = need("labels")

-- 20 columns, 4 rows, at 1,2.
local place = { x = 1, y = 2, w = 2.5, h = 0.8, size = 0.1, scroll = 0 }

-- A formspec's elements as {name, fields…}, as the client takes it apart.
local function elements(formspec)
	local list, at = {}, 1
	while at <= #formspec do
		local name, from = formspec:match("^([%w_]+)%[()", at)
		assert(name, "no element at " .. formspec:sub(at, at + 40))
		local fields, field = { name }, {}
		at = from
		while true do
			local character = formspec:sub(at, at)
			assert(character ~= "", "unfinished: " .. formspec:sub(from))
			if character == "\\" then
				field[#field + 1] = formspec:sub(at + 1, at + 1)
				at = at + 1
			elseif character == ";" or character == "]" then
				fields[#fields + 1] = table.concat(field)
				field = {}
			else
				field[#field + 1] = character
			end
			at = at + 1
			if character == "]" then
				break
			end
		end
		list[#list + 1] = fields
	end
	return list
end

local function labelled(text, where, settings)
	local found = {}
	for _, element in ipairs(elements(labels.terminal(text, where or place, settings))) do
		if element[1] == "label" then
			found[#found + 1] = element[2] .. " " .. element[3]:gsub("\27", "^")
		end
	end
	return found
end

describe("a terminal as labels", function()
	it("has a label for a row, at the middle of it", function()
		assert.are.same(
			{ "1,2.5 ^(c@#727272)    █", "1,2.1 ^(c@#e5e5e5)one", "1,2.3 ^(c@#e5e5e5)two", "1,2.5 ^(c@#e5e5e5)last" },
			labelled("one\r\ntwo\r\nlast")
		)
	end)

	it("changes colours within a label", function()
		local wanted = { "1,2.1 ^(c@#cd0000)a ^(c@#00cd00)b^(c@#123456)c" }
		assert.are.same(wanted, labelled("\27[?25l\27[31ma \27[32mb\27[38;2;18;52;86mc"))
	end)

	it("has grounds below, and bold and italic as labels of their own", function()
		local found = labelled("\27[?25l\27[44ma\27[0;1mb\27[3mc\27[22md")
		assert.are.same({
			"1,2.1 ^(c@#00e)█", "1,2.1 ^(c@#e5e5e5)  c", "1,2.1 ^(c@#e5e5e5)a", "1,2.1 ^(c@#e5e5e5) b", "1,2.1 ^(c@#e5e5e5)   d",
		}, found)
	end)

	it("takes the caller's colours, and the shortest name of each", function()
		local own = { color = { [1] = "#abcdef", [2] = { 255, 0, 0 }, [7] = "#fff" } }
		assert.are.same({ "1,2.1 ^(c@#abcdef)a^(c@#f00)bc" }, labelled("\27[?25l\27[31ma\27[32mbc", nil, own))
		assert.are.same({ "1,2.1 d" }, labelled("\27[?25ld", nil, own))
	end)

	it("is a fragment: boxes, labels and the style of these, that is taken back at the end", function()
		local list, last = elements(labels.terminal("\27[1mx\27[0m\27[44my", place)), nil
		for _, element in ipairs(list) do
			assert.is_truthy(({ box = true, label = true, style_type = true })[element[1]])
			last = element[1] == "style_type" and element or last
		end
		assert.are.same({ "style_type", "label", "font=", "font_size=" }, last)
	end)

	it("scrolls up from the bottom, and shows where", function()
		local text = "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\27[?25l"
		local function scrolled(rows)
			local where = { x = 1, y = 2, w = 2.5, h = 0.8, size = 0.1, scroll = rows }
			local list = elements(labels.terminal(text, where))
			return labelled(text, where)[1]:match("%d$"), list[#list][2], list[#list][3]
		end
		assert.are.same({ "5", "3,2.4", "0.5,0.4" }, { scrolled(0) })
		assert.are.same({ "3", "3,2.2", "0.5,0.4" }, { scrolled(2) })
		assert.are.same({ "1", "3,2", "0.5,0.4" }, { scrolled(99) })
		assert.are.same({ "5", "3,2.4", "0.5,0.4" }, { scrolled(-3) })
	end)

	it("takes its place by name or by number", function()
		assert.are.equal(labels.terminal("x", place), labels.terminal("x", { 1, 2, 2.5, 0.8, 0.1, 0 }))
		assert.are.equal(labels.terminal("x", place), labels.terminal("x", { 1, 2, 2.5, 0.8, 0.1 }))
	end)

	it("says what is wrong with a place", function()
		assert.has_error(function()
			labels.terminal("x", { 1, 2, 2.5, "wide" })
		end, "make_terminal: position.h must be a number")
		assert.has_error(function()
			labels.terminal("x", { 1, 2, 2.5, 1, 0 })
		end, "make_terminal: position.size must be more than 0")
		assert.has_error(function()
			labels.terminal("x", { 1, 2, 2.5, 1, 0.1, 0 / 0 })
		end, "make_terminal: position.scroll must be a number")
	end)

	it("lets a guest bring in no element, whatever it prints", function()
		assert.are.same(
			{ "1,2.1 ^(c@#e5e5e5)];button[0,0;1,1;a;x", "1,2.3 ^(c@#e5e5e5)\\] label[" },
			labelled("\27[?25l];button[0,0;1,1;a;x\\] label[")
		)
		local pieces = { "\\", "]", "[", ";", ",", "\27", "\27(c@#f00)", "label[0,0;x]", "\n", "\27[1m", "$" }
		math.randomseed(11)
		for _ = 1, 500 do
			local parts = {}
			for nth = 1, 100 do
				parts[nth] = pieces[math.random(14)]
					or string.char(math.random(0, 255))
			end
			for _, element in ipairs(elements(labels.terminal(table.concat(parts), place))) do
				assert.is_truthy(({ box = 3, label = 3, style_type = 4 })[element[1]])
				if element[1] == "label" then
					local plain = element[3]:gsub("\27%(c@#%x+%)", "")
					assert.is_nil(plain:find("%c"))
				end
			end
		end
	end)
end)
