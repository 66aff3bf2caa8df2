local need = dofile("test/luanti/need.lua")
local terminal = need("terminal")
local grid = need("grid")

-- A screen of 10 to 4 after `text`: its rows' texts without what is blank at the end, the cursor as "x,y".
local function shown(text, columns, rows)
	local it = terminal.new(columns or 10, rows or 4)
	it:write(text)
	local screen, lines = it:screen(), {}
	for y = 0, screen.rows - 1 do
		local parts = {}
		for _, run in ipairs(screen.lines[y]) do
			parts[#parts + 1] = run[1]
		end
		lines[y + 1] = (table.concat(parts):gsub(" +$", ""))
	end
	while lines[#lines] == "" do
		lines[#lines] = nil
	end
	return table.concat(lines, "\n"), screen.cursor.x .. "," .. screen.cursor.y, it
end

local function runs(text)
	local it = terminal.new(10, 4)
	it:write(text)
	return it:screen().lines[0]
end

describe("a terminal's text", function()
	for name, case in pairs({
		["is what was printed"] = { "hello", "hello", "5,0" },
		["goes on in the next row"] = { "0123456789ab", "0123456789\nab", "2,1" },
		["stays in its row until a character follows a full one"] = { "0123456789\r\nab", "0123456789\nab", "2,1" },
		["has BS, TAB, LF and CR"] = { "abc\8X\ty\r\nz\n.", "abX     y\nz\n .", "2,2" },
		["scrolls at the end"] = { "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5", "1,3" },
		["A B C D move"] = { "\27[2B\27[3Cx\27[2A\27[4Dy", "y\n\n   x", "1,0" },
		["E F G move"] = { "abc\27[2Ed\27[Fe\27[5Gf", "abc\ne   f\nd", "5,1" },
		["H and f place"] = { "\27[2;3Hx\27[4;1fy\27[Hz", "z\n  x\n\ny", "1,0" },
		["places beyond the edge are the edge"] = { "\27[99;99Hx\27[65535Dy\27[0;0Hz", "z\n\n\ny        x", "1,0" },
		["J erases below"] = { "aa\r\nbb\r\ncc\27[2;2H\27[J", "aa\nb", "1,1" },
		["1J erases above"] = { "aa\r\nbb\r\ncc\27[2;1H\27[1J", "\n b\ncc", "0,1" },
		["2J erases all and moves nothing"] = { "aa\r\nbb\27[2J", "", "2,1" },
		["K erases to the right"] = { "abcd\27[2D\27[K", "ab", "2,0" },
		["1K erases to the left"] = { "abcd\27[2D\27[1K", "   d", "2,0" },
		["2K erases the row"] = { "abcd\27[2K", "", "4,0" },
		["S scrolls up"] = { "a\r\nb\r\nc\27[2S", "c", "1,2" },
		["T scrolls down"] = { "a\r\nb\27[T", "\na\nb", "1,1" },
		["s and u keep the place"] = { "ab\27[scd\27[uX", "abXd", "3,0" },
		["ESC 7 and 8 keep the place"] = { "ab\0277cd\0278X", "abXd", "3,0" },
		["a scroll region scrolls alone"] = { "1\r\n2\r\n3\r\n4\27[2;3r\27[3;1H\nx", "1\n3\nx\n4", "1,2" },
		["reverse line feed scrolls a region down"] = { "1\r\n2\r\n3\r\n4\27[2;3r\27[2;1H\27Mx", "1\nx\n2\n4", "1,1" },
		["origin mode counts from the region"] = { "\27[2;3r\27[?6h\27[1;1Hx\27[9;1Hy", "\nx\ny", "1,2" },
		["L and M insert and delete rows"] = { "1\r\n2\r\n3\27[2;1H\27[L\27[1;1H\27[M", "\n2\n3", "0,0" },
		["@ and P insert and delete characters"] = { "abcdef\27[1;2H\27[2@\27[1;6H\27[P", "a  bcef", "5,0" },
		["X erases characters"] = { "abcdef\27[1;2H\27[3X", "a   ef", "1,0" },
		["insert mode moves what follows"] = { "abc\27[1;2H\27[4hXY\27[4lZ", "aXYZc", "4,0" },
		["b repeats"] = { "ab\27[3b", "abbbb", "5,0" },
		["d and ` place"] = { "\27[3d\27[4`x", "\n\n   x", "4,2" },
		["the alternate screen leaves all as it was"] = { "shell\27[?1049hvim\27[2;2Hx\27[?1049l!", "shell!", "6,0" },
		["lines are drawn by DEC's set"] = { "\27(0lqk\27(Bq", "┌─┐q", "4,0" },
		["SO and SI change sets"] = { "\27)0\14x\15x", "│x", "2,0" },
		["strings are swallowed"] = { "a\27]0;title\7b\27Pq#0\27\\c\27]8;;x\27\\d\27_x\27\\e", "abcde", "5,0" },
		["CAN ends a sequence"] = { "a\27[12\24b", "ab", "2,0" },
		["controls within a sequence do what they do"] = { "ab\27[\r1Cc", "ac", "2,0" },
		["what is not known is ignored"] = { "a\27[?2004h\27[>c\27[6n\27[5 q\27[1$zb\27=\27#3c", "abc", "3,0" },
		["without wrapping the last column is written over"] = { "\27[?7l0123456789abc", "012345678c", "9,0" },
		["is UTF-8"] = { "é─€😀", "é─€😀", "4,0" },
		["what is no UTF-8 is replaced"] = { "a\255\192b\226\130c\237\160\128", "a��b�c���", "9,0" },
		["wide characters take two cells"] = { "漢字x", "漢字x", "5,0" },
		["a wide one that does not fit begins the next row"] = { "012345678漢", "012345678\n漢", "2,1" },
		["half a wide character is none"] = { "漢字\27[1;2Hx", " x字", "2,0" },
		["marks join what is before them"] = { "e\204\129x", "e\204\129x", "2,0" },
		["formats are not shown"] = { "a\226\128\174b", "ab", "2,0" },
		["tabs can be set and cleared"] = { "\27[3g\27[1;4H\27H\r\tx\ty", "   x     y", "9,0" },
		["RIS begins anew"] = { "abc\27[31m\27cx", "x", "1,0" },
	}) do
		it(name, function()
			local text, cursor = shown(case[1])
			assert.are.equal(case[2], text)
			assert.are.equal(case[3], cursor)
		end)
	end
end)

describe("a terminal's runs", function()
	for name, case in pairs({
		["have the sixteen colours"] = { "\27[31ma\27[102mb", { { "a", 1, -1, 0 }, { "b", 1, 10, 0 } } },
		["have 256 colours"] = { "\27[38;5;200;48;5;17ma", { { "a", 200, 17, 0 } } },
		["have RGB"] = {
			"\27[38;2;1;2;3ma\27[48:2::4:5:6mb", { { "a", 0x1010203, -1, 0 }, { "b", 0x1010203, 0x1040506, 0 } },
		},
		["have styles"] = { "\27[1;2;3;4;7;8;9ma", { { "a", -1, -1, 127 } } },
		["lose styles"] = { "\27[1;3;4;7;8;9m\27[22;23;24;27;28;29ma", { { "a", -1, -1, 0 } } },
		["are one where nothing differs"] = { "\27[31ma\27[0;31mb", { { "ab", 1, -1, 0 } } },
		["end with what is to be seen"] = { "\27[44ma   \27[0m   ", { { "a   ", -1, 4, 0 } } },
		["erase in the ground's colour"] = { "\27[44m\27[2X", { { "  ", -1, 4, 0 } } },
		["take no colour that is none"] = { "\27[38;5;256;1m\27[38;2;1;2;300ma\27[38;5;1:2mb", { { "ab", -1, -1, 1 } } },
		["skip colours of underlines"] = { "\27[58;5;1;3ma", { { "a", -1, -1, 4 } } },
		["have a wide character once"] = { "\27[31m漢", { { "漢", 1, -1, 0 } } },
	}) do
		it(name, function()
			assert.are.same(case[2], runs(case[1]))
		end)
	end

	it("are the same until their row changes", function()
		local it = terminal.new(10, 4)
		it:write("a\r\nb")
		local before = it:screen()
		it:write("c")
		assert.are.equal(before.lines[0], it:screen().lines[0])
		assert.are_not.equal(before.lines[1], it:screen().lines[1])
	end)
end)

describe("a terminal", function()
	it("hides and shows its cursor", function()
		local it = terminal.new(10, 4)
		it:write("\27[?25l")
		assert.is_false(it:screen().cursor.visible)
		it:write("\27[?25h")
		assert.is_true(it:screen().cursor.visible)
	end)

	it("scrolls back, and keeps no more than it may", function()
		local it = terminal.new(10, 2, { history = 3 })
		for n = 1, 9 do
			it:write(n .. "\r\n")
		end
		assert.are.equal(3, it:history_length())
		assert.are.same({ { "6", -1, -1, 0 } }, it:screen(3).lines[0])
		assert.are.same(it:screen(3), it:screen(99))
		assert.is_false(it:screen(3).cursor.visible)
		it:write("\27[3J")
		assert.are.equal(0, it:history_length())
	end)

	it("keeps nothing of the alternate screen", function()
		local it = terminal.new(10, 2)
		it:write("\27[?1049h1\r\n2\r\n3\r\n4")
		assert.are.equal(0, it:history_length())
	end)

	it("is the same however its input is cut, whatever that is", function()
		local pieces = {
			"\27", "[", "]", "?", "\7", "\r", "\n", "\t", "\8", "漢", "é", "\204\129", "0", "1", "2", "5", "9", ";", ":", "h",
			"l", "m", "A", "H", "J", "K", "L", "M", "P", "@", "S", "T", "X", "b", "r", "s", "u", "(0", "(B", "x", "\27[",
			"\27[?",
			"38;5;", "\255", "\195", "99999", "1049", "\27c",
		}
		math.randomseed(20)
		for _ = 1, 1500 do
			local parts = {}
			for nth = 1, 150 do
				parts[nth] = math.random() < 0.85 and pieces[math.random(#pieces)] or string.char(math.random(0, 255))
			end
			local text = table.concat(parts)
			local columns, rows = math.random(1, 12), math.random(1, 6)
			local whole, cut = terminal.new(columns, rows, { history = 5 }), terminal.new(columns, rows, { history = 5 })
			whole:write(text)
			local at = 1
			while at <= #text do
				local size = math.random(1, 7)
				cut:write(text:sub(at, at + size - 1))
				at = at + size
			end
			assert.are.same(whole:screen(2), cut:screen(2))
			for _, line in ipairs(whole.grid.lines) do
				assert.are.equal(columns, #line.texts)
				for x, cell in ipairs(line.texts) do
					assert.is_true(cell ~= "" or x > 1 and line.texts[x - 1] ~= "" and #line.texts[x - 1] > 1)
				end
				for _, run in ipairs(grid.runs(line)) do
					assert.is_nil(run[1]:find("%c"))
				end
			end
		end
	end)

	it("takes what never ends in bounded memory", function()
		local it = terminal.new(80, 24, { history = 100 })
		it:write("\27[")
		for _ = 1, 200 do
			it:write(("1;"):rep(500))
		end
		assert.is_true(#it.parser.collected <= 1000)
		it:write("m\27]0;")
		for _ = 1, 200 do
			it:write(("title"):rep(500))
		end
		it:write("\7x")
		assert.are.same({ { "x", -1, -1, 0 } }, it:screen().lines[0])
	end)

	it("writes and draws 10,000 characters in under 5 ms", function()
		local text = ("some text of a line here and some more to fill the row up\27[32m to its end\27[0m\r\n"):rep(130)
		assert.is_true(#text >= 10000)
		local least = math.huge
		for _ = 1, 20 do
			local began = os.clock()
			local it = terminal.new(80, 24)
			it:write(text)
			it:screen()
			least = math.min(least, os.clock() - began)
		end
		assert.is_true(least < 0.005, ("%.2f ms"):format(least * 1000))
	end)
end)
