--- Machines by way of Virt's API, as mods use them.
local check = ...

local info = { memory = "128M", nic = false }

--- What goes on until ctrl-C, and says so when it is there to be interrupted; its echo has the quotes in it.
local waits = [[sh -c "echo wait''ing; exec sleep 1000"]]

--- By name, whether there was one.
local made = {}

--- A machine that runs, and keeps all that it has said since it was asked for.
local function started(bench, name)
	if not made[name] then
		virt.create_vm_from_base(name, "tiny")
		made[name] = true
	end
	local machine = virt.QemuVirtMachine(name, info):revive()
	local it = { machine = machine, text = "" }

	function it.type(text)
		machine:send_input(text)
	end

	--- Waits until it has said something since this was called last. @return all of it
	function it.says(what, seconds)
		local function awaited()
			return ("%s to say %q; it has said: %s"):format(name, what, it.text:sub(-2000))
		end
		local _, last = bench.wait(awaited, function()
			it.text = it.text .. machine:get_output()
			local first, last = it.text:find(what, 1, true)
			return first and { first, last }
		end, seconds)
		local found = it.text
		it.text = ""
		return found, last
	end

	--- Has the shell do something. @return what that has printed
	function it.does(command, seconds)
		local mark = ("m%d"):format(minetest.get_us_time() % 1e9)
		-- What the shell echoes has the quotes in it, what is printed has not.
		it.type(("echo be''gin-%s; %s; echo e''nd-%s\n"):format(mark, command, mark))
		local text = it.says("end-" .. mark, seconds):gsub("\r", "")
		return text:match("begin%-" .. mark .. "\n(.-)\n?end%-" .. mark)
	end

	return it
end

--- A machine that was started before, or is now, at its prompt.
local function ready(bench, name)
	local there = virt.machines[name] and not virt.machines[name]:dead()
	local it = started(bench, name)
	if there then
		it.type("\3\n")
	end
	it.says(":~# ", 45)
	return it
end

check("virt-ready", function(bench)
	ready(bench, bench.given.machine)
end)

--- Does a command in a machine. @return what it has printed
check("virt-does", function(bench)
	return ready(bench, bench.given.machine).does(bench.given.command, bench.given.seconds)
end)

check("virt-objects", function(bench)
	local name = bench.given.machine
	local it = started(bench, name)
	local again, existed = virt.QemuVirtMachine(name, info)
	bench.equal(again, it.machine, "a second call's machine")
	bench.equal(existed, true, "whether it existed")
	bench.equal(virt.QemuVirtMachine.new(name, info), it.machine, "what new() gives")
	bench.equal(virt.machines[name], it.machine, "the entry of virt.machines")
	bench.equal(it.machine.name, name, "its name")
	bench.equal(it.machine.info.memory, "128M", "its memory")
	bench.equal(type(it.machine.command), "string", "the kind of its command")
	bench.equal(virt.qmp_enabled, false, "whether QMP may be used")
	bench.equal(virt.json.encode({ a = 5 }), '{"a":5}', "a whole number")
	bench.equal(pcall(virt.QemuVirtMachine, "other", { memory = "much" }), false, "what is made of a size that is none")
	bench.equal(pcall(it.machine.send_qmp_command, it.machine, { execute = "quit" }), false, "what QMP answers")
end)

check("virt-keys", function(bench)
	local it = ready(bench, bench.given.machine)
	local combos = { "ctrl-a", "esc", "del", "ret", "bs", "tab", "null", "0x1c", "29", "hello wor-ld" }
	it.type("stty raw -echo; echo be''gun; head -c 20 | od -An -v -tx1; stty sane; echo e''nd\n")
	it.says("begun")
	for _, combo in ipairs(combos) do
		it.machine:send_keycombo(combo)
	end
	local printed = it.says("end"):gsub("%s+", " ")
	local wanted = " 01 1b 7f 0a 08 09 00 1c 1d 68 65 6c 6c 6f 20 77 6f 72 6c 64 end"
	if not printed:find(wanted, 1, true) then
		error(printed .. " is not" .. wanted)
	end
	it.type(waits .. "\n")
	it.says("waiting")
	it.machine:send_keycombo("ctrl-C")
	bench.equal(it.does("echo $((40+2))"), "42", "what is printed after ctrl-C")
end)

--- Has the numbers from 1 to `last` printed, and sees that each comes once and in its place.
check("virt-order", function(bench)
	local it = ready(bench, bench.given.machine)
	local wanted = 0
	for number in it.does("seq " .. bench.given.last):gmatch("%d+") do
		wanted = wanted + 1
		bench.equal(tonumber(number), wanted, "a number")
	end
	bench.equal(wanted, bench.given.last, "the last number")
end)

check("virt-long-line", function(bench)
	local it = ready(bench, bench.given.machine)
	local letters = {}
	for index = 1, bench.given.length do
		letters[index] = string.char(97 + index * index % 26)
	end
	-- A terminal that edits lines takes no more than 4096 characters of one.
	it.type("stty -icanon -echo; echo be''gun; head -n 1 | tee line | wc -c; md5sum <line; stty sane; echo e''nd\n")
	it.says("begun")
	it.type(table.concat(letters) .. "\n")
	local printed = it.says("end")
	return {
		count = tonumber(printed:match("%d+")),
		content = table.concat(letters),
		digest = printed:match(("%x"):rep(32)),
	}
end)

check("virt-life", function(bench)
	local name = bench.given.machine
	local it = ready(bench, name)
	local machine = it.machine
	bench.equal(machine:dead(), false, "whether it is dead while it runs")
	machine:pause()
	machine:resume()
	bench.equal(it.does("echo $((2*21))"), "42", "what is printed when it goes on")
	machine:kill()
	bench.equal(virt.machines[name], nil, "its entry when it was killed")
	bench.equal(machine:dead(), true, "whether it is dead then")
	local other = machine:revive()
	bench.equal(virt.machines[name], other, "the entry of the revived one")
	bench.equal(other:revive(), other, "what reviving one that lives gives")
	ready(bench, name)
	other:powerdown()
	bench.wait("it to be off", function()
		return other:dead()
	end)
end)

--- Has a machine print for ever for so many steps. @return bytes that came
check("virt-flood", function(bench)
	local it = ready(bench, bench.given.machine)
	it.type("yes 0123456789012345678901234567890123456789\n")
	local bytes = 0
	for _ = 1, bench.given.steps do
		bytes = bytes + #it.machine:get_output()
		bench.step()
	end
	it.machine:send_keycombo("ctrl-C")
	bench.equal(it.does("echo $((40+2))"), "42", "what is printed after the flood")
	return bytes
end)

--- Players who type at once, each lines of their own, at machines that keep what they are told.
check("virt-players", function(bench)
	local given = bench.given
	local machines = {}
	for index, name in ipairs(given.machines) do
		machines[index] = ready(bench, name)
		machines[index].type("stty -echo; echo be''gun; cat > told; stty sane\n")
		machines[index].says("begun") -- from here on ctrl-D is an end
	end
	for line = 1, given.lines do
		for player = 1, given.players do
			machines[player % #machines + 1].type(("player-%d-%d\n"):format(player, line))
		end
		bench.step()
	end
	local told = {}
	for index, machine in ipairs(machines) do
		machine.type("\4")
		told[index] = machine.does("sort -u told | wc -l; wc -l < told", 60)
	end
	return told
end)

--- The block of the mod `frontend`, with a player who has no client.
check("virt-frontend", function(bench)
	local pos, name = { x = 0, y = 100, z = 0 }, bench.given.machine
	local player = {
		get_player_name = function() return "ann" end,
		is_player = function() return true end,
	}
	minetest.forceload_block(pos, true)
	minetest.emerge_area(pos, pos)
	bench.wait("the block's area", function()
		return minetest.get_node_or_nil(pos)
	end)
	minetest.set_node(pos, { name = "frontend:computer" })
	frontend.install(pos, name, "tiny")
	local function form()
		return minetest.get_meta(pos):get_string("formspec")
	end
	local function shows(what)
		bench.wait(function()
			return ("the form to show %q; it has: %s"):format(what, form():sub(1, 3000))
		end, function()
			return form():find(what, 1, true)
		end, 60)
	end
	local function press(fields)
		minetest.registered_nodes["frontend:computer"].on_receive_fields(pos, "", fields, player)
	end
	shows(":~#")
	press({ line = "uname -a; printf '\\033[31mred\\033[0m'" })
	shows("GNU/Linux")
	press({ line = waits })
	shows("waiting")
	press({ interrupt = "" })
	shows("^C")
	press({ power = "" })
	shows("virt_ui_resume.png")
	minetest.remove_node(pos)
	minetest.forceload_free_block(pos, true)
end)
