-- A block that is a computer, written for the mod Virt: all that it knows of it is the documented API.

frontend = {}

--- What is typed with each button.
local keys = { interrupt = "ctrl-C", complete = "tab", back = "bs", leave = "esc", up = "esc-[-A" }

--- By position, what the machine there has said.
local said = {}

local colours = { color = { [0] = "#101018", [7] = { 220, 220, 220 }, [2] = "#20d020" } }

local function nameAt(pos)
	return minetest.get_meta(pos):get_string("machine")
end

--- Makes a machine for a block, and switches it on.
function frontend.install(pos, name, base)
	virt.create_vm_from_base(name, base)
	virt.QemuVirtMachine(name, { memory = "128M", nic = false })
	minetest.get_meta(pos):set_string("machine", name)
	minetest.get_node_timer(pos):start(0.5)
end

--- What a block's terminal shows, of the last 10,000 characters.
function frontend.text(pos)
	local key = minetest.hash_node_position(pos)
	local machine = virt.machines[nameAt(pos)]
	if machine then
		said[key] = ((said[key] or "") .. machine:get_output()):sub(-10000)
	end
	return said[key] or ""
end

function frontend.formspec(pos)
	local machine = virt.machines[nameAt(pos)]
	local running = machine and not machine:dead()
	local buttons, x = {}, 0.5
	for key in pairs(keys) do
		buttons[#buttons + 1] = ("button[%f,11.5;1.6,0.8;%s;%s]"):format(x, key, key)
		x = x + 1.7
	end
	return table.concat({
		"formspec_version[7]size[18,13]",
		"background[0,0;18,13;virt_ui_back.png]",
		virt.make_terminal(frontend.text(pos), { x = 0.5, y = 0.5, w = 17, h = 10, size = 0.2, scroll = 0 }, colours),
		"field[0.5,10.7;13,0.7;line;;]field_close_on_enter[line;false]",
		table.concat(buttons),
		("image_button[15,11.5;0.8,0.8;virt_ui_%s.png;power;]"):format(running and "stop" or "resume"),
		("image_button[16,11.5;0.8,0.8;virt_ui_pause.png;pause;]"),
	})
end

local function receive(pos, _, fields)
	local machine = virt.machines[nameAt(pos)]
	if fields.power then
		if machine and not machine:dead() then
			machine:kill()
		else
			virt.QemuVirtMachine(nameAt(pos), { memory = "128M", nic = false })
		end
	end
	if not machine then
		return
	end
	for key, combo in pairs(keys) do
		if fields[key] then
			machine:send_keycombo(combo)
		end
	end
	if fields.line and fields.line ~= "" then
		machine:send_input(fields.line .. "\n")
	end
end

minetest.register_node("frontend:computer", {
	description = "Computer",
	groups = { oddly_breakable_by_hand = 2 },
	on_timer = function(pos)
		minetest.get_meta(pos):set_string("formspec", frontend.formspec(pos))
		return true
	end,
	on_receive_fields = receive,
	on_destruct = function(pos)
		local machine = virt.machines[nameAt(pos)]
		if machine then
			machine:kill()
		end
		virt.delete_vm(nameAt(pos))
	end,
})
