local game = dofile("test/luanti/game.lua")

local here = { x = 0, y = 0, z = 0 }

it("a computer goes on that was being powered on when vmd was started anew", function()
	local world = game()
	world.join("ann")
	world.step(3)
	world.place("ann", here)
	local launch = world.vmd.operations.machine_launch
	world.vmd.operations.machine_launch = function() return world.vmd.later end
	world.use("ann", here)
	world.press("ann", { on = "Power on" })
	world.step(5)
	world.vmd.operations.machine_launch, world.vmd.restarted = launch, true
	world.vmd.tell({ kind = "machine", name = "game-other", state = "running" }) -- the poll that waits has an answer
	world.step(20)
	assert.same({ "game-pc-ann-1 running" }, { world.vmd.machines[1].name .. " " .. world.vmd.machines[1].state })
	assert.equal("vivarium:computer_on", minetest.get_node(here).name)
end)
