local need = dofile("test/luanti/need.lua")
local Register = need("register")

--- What outlives a game: copies of what was set.
local function keep(values)
	values = values or {}
	local function copy(value)
		if type(value) ~= "table" then return value end
		local other = {}
		for key, item in pairs(value) do other[key] = copy(item) end
		return other
	end
	return {
		values = values,
		all = function() return copy(values) end,
		set = function(key, value) values[key] = copy(value) end,
		copy = function() return keep(copy(values)) end,
	}
end

describe("the register of computers", function()
	local kept, register, anna, bert

	local function named(computer, machine)
		register:change(computer, function()
			computer.machine, computer.made = machine, true
		end)
	end

	before_each(function()
		kept = keep()
		register = Register.new(kept)
		anna = register:add("anna", { x = 1, y = 2, z = 3 })
		bert = register:add("bert", { x = -1, y = 0, z = 0 })
	end)

	it("finds them by number, place, machine and owner", function()
		named(anna, "pc-anna-1")
		assert.equal(anna, register:get(1))
		assert.equal(anna, register:at({ x = 1, y = 2, z = 3 }))
		assert.equal(anna, register:with_machine("pc-anna-1"))
		assert.same({ bert }, register:of("bert"))
		assert.same({}, register:of("carl"))
	end)

	it("follows what changes", function()
		named(anna, "a")
		register:change(anna, function()
			anna.pos, anna.machine = { x = 9, y = 9, z = 9 }, "b"
		end)
		assert.is_nil(register:at({ x = 1, y = 2, z = 3 }))
		assert.is_nil(register:with_machine("a"))
		assert.equal(anna, register:at({ x = 9, y = 9, z = 9 }))
		assert.equal(anna, register:with_machine("b"))
	end)

	it("leaves alone who was removed", function()
		local before = kept.copy()
		register:remove(anna)
		local function change()
			anna.shared = { bert = "use" }
		end
		assert.is_false(register:change(anna, change))
		assert.is_nil(register:get(anna.id))
		assert.is_nil(register:at(anna.pos))
		assert.is_nil(kept.values["computer:1"])
		assert.same({}, anna.shared)
		assert.is_table(before.values["computer:1"])
	end)

	it("gives a place to who came last, whatever becomes of who was there", function()
		local carl = register:add("carl", anna.pos)
		named(anna, "a")
		assert.equal(carl, register:at(anna.pos))
		assert.equal(carl.id, Register.new(kept):at(anna.pos).id)
		register:remove(anna)
		assert.equal(carl, register:at(carl.pos))
		register:change(bert, function()
			bert.pos = carl.pos
		end)
		assert.equal(bert, register:at(carl.pos))
	end)

	it("is the same after a restart", function()
		named(anna, "pc-anna-1")
		register:doom("pc-x-9")
		local again = Register.new(kept)
		assert.same(register:all(), again:all())
		assert.equal("anna", again:with_machine("pc-anna-1").owner)
		assert.is_true(again.doomed["pc-x-9"])
	end)

	it("gives no number a second time", function()
		register:remove(bert)
		assert.is_nil(register:get(2))
		assert.is_nil(register:at({ x = -1, y = 0, z = 0 }))
		assert.equal(3, register:add("carl", { x = 0, y = 0, z = 0 }).id)
		register:remove(register:get(3))
		assert.equal(4, Register.new(kept):add("carl", { x = 0, y = 0, z = 0 }).id)
	end)

	it("sees the machines that are gone, and those that nobody knows", function()
		named(anna, "game-pc-anna-1")
		named(bert, "game-pc-bert-2")
		register:doom("game-pc-dora-8")
		local found = register:differences(
			{ "game-pc-bert-2", "game-pc-carl-7", "game-pc-dora-8", "game-mod-x", "other" },
			"game-pc-"
		)
		assert.same({ anna }, found.gone)
		assert.same({ "game-pc-carl-7" }, found.strays)
	end)

	it("sees both after an older world was restored", function()
		named(anna, "game-pc-anna-1")
		local backup = kept.copy()
		local carl = register:add("carl", { x = 5, y = 5, z = 5 })
		named(carl, "game-pc-carl-3")
		register:remove(anna)
		local found = Register.new(backup):differences({ "game-pc-carl-3" }, "game-pc-")
		assert.equal(1, found.gone[1].id)
		assert.same({ "game-pc-carl-3" }, found.strays)
	end)
end)
