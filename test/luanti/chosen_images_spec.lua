local game = dofile("test/luanti/game.lua")

local here = { x = 0, y = 0, z = 0 }

describe("images to choose from", function()
	it("are there without a restart when the server's owner has built them", function()
		local world = game()
		world.vmd.images = {}
		world.join("ann")
		world.step(3)
		world.place("ann", here)
		world.use("ann", here)
		world.press("ann", { on = "Power on" })
		assert.truthy(world.forms.ann:find("vm image build tiny", 1, true))
		world.vmd.images = { { name = "tiny", state = "ready" }, { name = "big", state = "building" } }
		world.step(200)
		assert.truthy(world.forms.ann:find(";image;tiny;1;true", 1, true), world.forms.ann)
		world.press("ann", { on = "Power on" })
		world.step(3)
		assert.equal("game-pc-ann-1", world.vmd.machines[1].name)
	end)

	it("are looked for when somebody asks for them, and not in each step", function()
		local world = game()
		world.vmd.images = {}
		world.join("ann")
		world.step(3)
		world.vmd.images = { { name = "tiny", state = "ready" } }
		world.step(200)
		assert.equal(0, world.vmd.count("image.list"))
		for _ = 1, 20 do
			world.command("ann", "vm", "images")
			world.step()
		end
		assert.equal("tiny", world.told.ann)
		assert.equal(1, world.vmd.count("image.list"))
	end)

	it("are booted ahead when they come", function()
		local world = game({ ["vivarium.warm"] = "true" })
		world.vmd.images = {}
		world.join("ann")
		world.step(3)
		world.vmd.images = { { name = "tiny", state = "ready" } }
		world.step(200)
		world.command("ann", "vm", "images")
		world.step(3)
		assert.equal(1, world.vmd.count("machine.launch"))
	end)
end)

it("says why nothing can be asked of a vmd that is not there yet", function()
	local world = game()
	world.vmd.away = true
	world.join("ann")
	world.command("ann", "vm", "images")
	assert.equal("vmd, which runs the computers, is not there: it is being looked for", world.told.ann)
end)
