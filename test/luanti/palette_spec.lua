local need = dofile("test/luanti/need.lua")
local palette = need("palette")

describe("a palette", function()
	it("has xterm's colours", function()
		local own = palette.new()
		for index, colour in pairs({
			[0] = 0x000000, [1] = 0xcd0000, [7] = 0xe5e5e5, [8] = 0x7f7f7f, [12] = 0x5c5cff, [15] = 0xffffff,
			[16] = 0x000000, [21] = 0x0000ff, [67] = 0x5f87af, [231] = 0xffffff, [232] = 0x080808, [255] = 0xeeeeee,
		}) do
			assert.are.equal(colour, own[index])
		end
		assert.are.equal(own[7], own.ink)
		assert.are.equal(own[0], own.ground)
	end)

	it("takes a caller's own sixteen, in each form", function()
		local own = palette.new({
			[0] = "#102030", [1] = { 1, 2, 3 }, [2] = { r = 4, g = 5, b = 6 }, [3] = "#abc", [7] = "#ffffff",
		})
		assert.are.same({ 0x102030, 0x010203, 0x040506, 0xaabbcc }, { own[0], own[1], own[2], own[3] })
		assert.are.equal(0xffffff, own.ink)
		assert.are.equal(0x102030, own.ground)
		assert.are.equal(0x0000ee, own[4])
	end)

	it("keeps its own where a caller's is none", function()
		local own = palette.new({
			[1] = "red]label[0,0;x", [2] = { 1, 2 }, [3] = "#12345", [4] = true, [5] = { 0 / 0, 0, 0 },
		})
		assert.are.same({ 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd }, { own[1], own[2], own[3], own[4], own[5] })
		assert.are.equal(0xff0003, palette.parse({ 300, -1, 3.9 }))
	end)
end)

describe("what is drawn", function()
	it("over a letter underlines or strikes it", function()
		assert.are.same({ "_", "-", "_" }, { palette.mark(9), palette.mark(64), palette.mark(72) })
		assert.is_nil(palette.mark(55))
	end)

	local own = palette.new()
	for name, case in pairs({
		["is the default"] = { -1, -1, 0, 0xe5e5e5, nil },
		["is of the palette"] = { 1, 4, 0, 0xcd0000, 0x0000ee },
		["is RGB"] = { 0x1123456, 0x1000000 + 0xabcdef, 0, 0x123456, 0xabcdef },
		["is inverse"] = { 1, 4, 16, 0x0000ee, 0xcd0000 },
		["is inverse of the default"] = { -1, -1, 16, 0x000000, 0xe5e5e5 },
		["is dim"] = { 15, -1, 2, 0x7f7f7f, nil },
		["is hidden"] = { 1, 4, 32, nil, 0x0000ee },
		["has no ground where that is the default's colour"] = { 1, 0, 0, 0xcd0000, nil },
		["has no ink that cannot be told from its ground"] = { 4, 4, 1, nil, 0x0000ee },
	}) do
		it(name, function()
			local ink, ground = palette.drawn(own, case[1], case[2], case[3])
			assert.are.equal(case[4], ink)
			assert.are.equal(case[5], ground)
		end)
	end
end)
