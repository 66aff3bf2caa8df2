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

	it("pulls the plug of a guest that takes its time to go off", function()
		local machine
		local world = game(nil, function()
			virt.create_vm_from_base("a", "tiny")
			machine = virt.QemuVirtMachine("a", info)
		end)
		world.step(10)
		world.vmd.operations.machine_stop = function() return world.vmd.later end
		machine:powerdown()
		world.step(10)
		machine:kill()
		world.step(10)
		assert.equal(1, world.vmd.count("machine.kill"))
	end)

	describe("with QMP", function()
		local function machine_of(scope)
			local machine
			local world = game({ ["vivarium.qmp"] = "true" }, function()
				assert.is_true(virt.qmp_enabled)
				virt.create_vm_from_base("a", "tiny")
				machine = virt.QemuVirtMachine("a", info)
			end)
			world.vmd.grant.scope = scope
			world.step(10)
			return machine, world
		end

		it("gives what QEMU answers, in order, under the ids of the commands", function()
			local machine, world = machine_of("admin")
			world.vmd.operations.machine_qmp = function(parameters)
				if parameters.command == "query-status" then return { status = "running" } end
				if parameters.command == "human-monitor-command" then return parameters.arguments["command-line"] end
				return nil, { message = "QEMU refused it." }
			end
			machine:send_qmp_command({ execute = "query-status", id = 7 })
			machine:send_human_monitor_command("info status")
			assert.same({}, machine:send_qmp_and_receive_laggy_consider_not_using({ execute = "nonsense" }))
			world.step(10)
			assert.same({ ["return"] = { status = "running" }, id = 7 }, machine:receive_from_qmp())
			assert.same({ ["return"] = "info status" }, machine:receive_from_qmp())
			assert.equal("QEMU refused it.", machine:receive_from_qmp().error.desc)
			assert.is_nil(machine:receive_from_qmp())
		end)

		it("says what a command is to one who gives something else", function()
			local machine = machine_of("admin")
			for _, wrong in ipairs({ "query-status", {}, false }) do
				local done, why = pcall(machine.send_qmp_command, machine, wrong)
				assert.is_false(done)
				assert.truthy(why:find('{ execute = "query-status" }', 1, true), why)
			end
			assert.is_false(pcall(machine.send_human_monitor_command, machine))
		end)

		it("tells the server's owner that the token does not do for it", function()
			local machine, world = machine_of("control")
			assert.is_false(virt.qmp_enabled)
			assert.truthy(table.concat(world.said, "\n"):find("scope is control and not admin", 1, true))
			assert.is_false(pcall(machine.send_qmp_command, machine, { execute = "query-status" }))
		end)
	end)
end)
