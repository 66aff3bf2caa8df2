local game = dofile("test/luanti/game.lua")

local here = { x = 0, y = 0, z = 0 }

--- A player who has placed a computer and asked for power.
local function powered(world)
	world.join("ann")
	world.step(3)
	world.place("ann", here)
	world.use("ann", here)
	world.press("ann", { on = "Power on" })
	world.step(5)
end

--- A player who sits at a computer that is on.
local function seated()
	local world = game()
	powered(world)
	assert.truthy(world.forms.ann:find("field[0.2,0.25;19,0.8;line;;]", 1, true), world.forms.ann)
	return world
end

describe("at a computer", function()
	it("what stands in the line goes before the key that is pressed", function()
		local world = seated()
		world.press("ann", { line = "ec", tab = "Tab" })
		world.press("ann", { line = "x", ctrl = "Ctrl" })
		world.press("ann", { line = "ls", key_enter_field = "line" })
		world.step(3)
		assert.equal("ec\t\24ls\r", world.vmd.typed["game-pc-ann-1"])
	end)

	it("there are more keys, and back again, with what stands in the line", function()
		local world = seated()
		assert.falsy(world.forms.ann:find(";home;", 1, true))
		world.press("ann", { line = "half", more = "…" })
		for _, key in ipairs({ "home", "end", "pgup", "pgdn", "ins", "del", "f1", "f12", "more" }) do
			assert.truthy(world.forms.ann:find(";" .. key .. ";", 1, true), key)
		end
		assert.truthy(world.forms.ann:find(";line;;half]", 1, true))
		world.press("ann", { line = "", home = "Home" })
		world.press("ann", { line = "", f1 = "F1" })
		world.press("ann", { line = "q", f12 = "F12" })
		world.step(3)
		assert.equal("\27[1~\27OPq\27[24~", world.vmd.typed["game-pc-ann-1"])
		world.press("ann", { line = "", more = "…" })
		assert.truthy(world.forms.ann:find(";tab;", 1, true))
	end)

	it("what is to be copied is what the screen shows, and then everything", function()
		local world = seated()
		world.vmd.text = "the newest"
		world.press("ann", { line = "", copy = "Copy" })
		world.step(3)
		assert.truthy(world.forms.ann:find(";the newest]", 1, true), world.forms.ann)
		assert.equal(24, world.vmd.read)
		world.press("ann", { everything = "Everything" })
		world.step(3)
		assert.equal(500, world.vmd.read)
		assert.falsy(world.forms.ann:find(";everything;", 1, true))
	end)

	it("says without a word of tokens that the server has no room", function()
		local world = game()
		local why = { code = "limit-reached", message = "The token luanti may have 2G of memory.", hint = "See: vm list" }
		world.vmd.operations.machine_launch = function() return nil, why end
		powered(world)
		assert.truthy(world.forms.ann:find("There is no room for another computer", 1, true), world.forms.ann)
		assert.truthy(table.concat(world.said, "\n"):find("2G of memory", 1, true))
	end)

	it("who may not look any more gets up, and is told why", function()
		local world = seated()
		world.join("bob", {})
		world.command("ann", "vm", "share 1 bob look")
		world.use("bob", here)
		assert.truthy(world.forms.bob:find("You may look.", 1, true))
		world.command("ann", "vm", "share 1 bob no")
		assert.is_nil(world.forms.bob)
		assert.truthy(world.told.bob:find("This is the computer of ann", 1, true))
	end)

	it("who sits there when it is removed gets up, and is told so", function()
		local world = seated()
		world.join("bob", {})
		world.command("ann", "vm", "share 1 bob look")
		world.use("bob", here)
		world.definition(here).on_destruct(here)
		assert.is_nil(world.forms.bob)
		assert.equal("Computer 1 was removed.", world.told.bob)
	end)
end)
