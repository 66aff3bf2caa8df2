local game = dofile("test/luanti/game.lua")

local here = { x = 0, y = 0, z = 0 }

describe("a signal of mesecons", function()
	local world

	before_each(function()
		local function nothing() end
		local state = { on = "on", off = "off" }
		rawset(_G, "mesecon", { state = state, receptor_on = nothing, receptor_off = nothing })
		world = game()
		world.join("ann")
		world.step(3)
		world.place("ann", here)
	end)
	after_each(function() rawset(_G, "mesecon", nil) end)

	local function signal(on)
		local effector = world.definition(here).mesecons.effector
		local act = on and effector.action_on or not on and effector.action_off
		if act then act(here) end
	end

	it("powers a computer on, and off when it ends", function()
		signal(true)
		world.step(5)
		assert.equal("vivarium:computer_on", minetest.get_node(here).name)
		assert.equal(0, world.vmd.count("machine.stop"))
		signal(false)
		world.step(5)
		assert.equal(1, world.vmd.count("machine.stop"))
	end)

	it("that ends while the computer is still going on has it go off again", function()
		signal(true)
		assert.equal("vivarium:computer_loading", minetest.get_node(here).name)
		signal(false)
		world.step(5)
		assert.equal(1, world.vmd.count("machine.stop"))
	end)

	it("that has ended is known when vmd says of the machine that it runs, be it after its answer", function()
		world.vmd.operations.machine_launch = function() return {} end
		signal(true)
		signal(false)
		world.step(5)
		world.vmd.has("game-pc-ann-1", "running")
		world.step(5)
		assert.equal(1, world.vmd.count("machine.stop"))
	end)

	it("that ends and begins again meanwhile leaves it on", function()
		signal(true)
		signal(false)
		signal(true)
		world.step(5)
		assert.equal(0, world.vmd.count("machine.stop"))
		assert.equal("vivarium:computer_on", minetest.get_node(here).name)
	end)
end)
