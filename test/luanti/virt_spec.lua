local game = dofile("test/luanti/game.lua")

local info = { memory = "128M", nic = false }

describe("virt", function()
	it("starts a machine that another mod asks for while it is loaded", function()
		local machine
		local world = game(nil, function()
			virt.create_vm_from_base("a", "tiny")
			machine = virt.QemuVirtMachine("a", info)
			machine:send_input("hello\n")
		end)
		world.step(10)
		assert.is_false(machine:dead())
		assert.equal("hello\n", world.vmd.typed["game-mod-a"])
	end)

	it("does not heed what its caller makes of the info later", function()
		local given = { memory = "128M", nic = false }
		local world = game(nil, function()
			virt.create_vm_from_base("a", "tiny")
			virt.QemuVirtMachine("a", given)
			given.memory = nil
		end)
		world.step(10)
		assert.equal("running", world.vmd.machines[1].state)
		for _, act in ipairs(world.vmd.called) do
			if act.operation == "machine.set" then
				assert.same({ "memory=128M", "networks=[]" }, act.parameters.changes)
			end
		end
	end)

	it("makes no more of a machine that is revived again and again while the token is refused", function()
		local machine
		local world = game(nil, function() machine = virt.QemuVirtMachine("a", info) end)
		world.vmd.refuses = 401
		world.step(5)
		assert.is_true(machine:dead())
		assert.equal(machine, machine:revive())
		machine:kill()
		assert.are_not.equal(machine, machine:revive())
	end)
end)
