--- The block, as players use it who have no client.
local check, join = ...

local block = "vivarium:computer"

--- Has the area of a place be there, for as long as it is held.
local function loaded(bench, pos)
	minetest.forceload_block(pos, true)
	-- What is made of an area by the map's generator takes the place of what was set there before.
	local made = false
	minetest.emerge_area(pos, pos, function(_, _, left)
		made = left == 0
	end)
	bench.wait("the area", function()
		return made and minetest.get_node_or_nil(pos)
	end)
end

local function release(pos)
	minetest.forceload_free_block(pos, true)
end

local function placed(bench, it, pos)
	loaded(bench, pos)
	minetest.set_node(pos, { name = block })
	minetest.registered_nodes[block].after_place_node(pos, it.player, ItemStack(block))
end

local function use(it, pos)
	local node = minetest.get_node(pos)
	assert(node.name:sub(1, #block) == block, "there is " .. node.name)
	minetest.registered_nodes[node.name].on_rightclick(pos, node, it.player, ItemStack(""))
end

local function shown(bench, it, what, seconds)
	bench.wait(function()
		return ("%s to see %q; there is: %s; the form: %s"):format(it.name, what, it.screen(), (it.form or ""):sub(1, 600))
	end, function()
		return it.sees(what)
	end, seconds)
end

--- Powers one on as soon as the mod knows what there is.
local function powered(bench, it, pos)
	use(it, pos)
	bench.wait("vmd", function()
		it.press({ on = "Power on" })
		return not it.form:find("is not there", 1, true)
	end)
end

--- A player's computer at a place: placed, and powered on. @return milliseconds until its prompt is seen
check("computer-on", function(bench)
	local given = bench.given
	local it = join(given.player, given.at)
	placed(bench, it, given.at)
	local begun = minetest.get_us_time()
	powered(bench, it, given.at)
	shown(bench, it, ":~#", 90)
	return (minetest.get_us_time() - begun) / 1000
end)

--- Has a player who sits there type a line. @return when what it prints is seen
check("computer-does", function(bench)
	local given = bench.given
	local it = join(given.player, given.at)
	it.enter(given.line)
	shown(bench, it, given.shows, 60)
end)

--- Lines of the tallest text that the HUD shows.
local function rows(it)
	local most = 0
	for _, text in pairs(it.texts) do most = math.max(most, select(2, tostring(text):gsub("\n", "")) + 1) end
	return most
end

--- Presses Ctrl and a letter, sends a line without Enter, has letters larger, and comes back from another page.
check("computer-keys", function(bench)
	local it = join(bench.given.player, bench.given.at)
	it.enter("sh -c \"echo wait''ing; exec sleep 1000\"")
	shown(bench, it, "waiting")
	it.press({ line = "c", ctrl = "Ctrl" })
	it.press({ line = "echo a", send = "Send" })
	it.press({ line = "b", enter = "Enter" })
	shown(bench, it, "\nab")
	it.enter("seq 100 140")
	shown(bench, it, "140")
	it.press({ line = "half", larger = "A+" })
	assert(it.form:find("line;;half]", 1, true), "what stood in the line is gone: " .. it.form)
	bench.wait("fewer rows, with the prompt", function()
		return rows(it) <= 16 and it.sees(":~#") and it.sees("140") and not it.sees("120")
	end)
	it.press({ line = "", smaller = "A-" })
	shown(bench, it, "120")
	it.press({ line = "", power = "Power" })
	it.press({ quit = "true" })
	assert(it.form:find("line;;", 1, true), "Escape has led elsewhere: " .. it.form)
end)

--- Sits down at one that is there. @return milliseconds until what is awaited is seen
check("computer-sit", function(bench)
	local given = bench.given
	loaded(bench, given.at)
	local it = join(given.player, given.at)
	local begun = minetest.get_us_time()
	use(it, given.at)
	shown(bench, it, given.shows, given.seconds or 60)
	return (minetest.get_us_time() - begun) / 1000
end)

--- What is said to a player whom nobody gave anything.
check("computer-stranger", function(bench)
	local it = join(bench.given.player, bench.given.at, { interact = true })
	use(it, bench.given.at)
	bench.wait("an answer", function()
		return it.told
	end)
	return it.told
end)

--- Powers one on, and has its area go meanwhile; when it is there again, it shows its screen.
check("computer-unloads", function(bench)
	local given = bench.given
	local it = join(given.player, given.at)
	placed(bench, it, given.at)
	powered(bench, it, given.at)
	release(given.at)
	bench.wait("the area to go", function()
		return not minetest.get_node_or_nil(given.at)
	end)
	loaded(bench, given.at)
	bench.wait("the block to be on", function()
		return minetest.get_node(given.at).name == block .. "_on"
	end, 60)
	use(it, given.at)
	shown(bench, it, ":~#")
end)

--- Digs one, which asks first.
check("computer-dug", function(bench)
	local given = bench.given
	local it = join(given.player, given.at)
	local node = minetest.get_node(given.at)
	minetest.registered_nodes[node.name].on_dig(given.at, node, it.player)
	bench.equal(minetest.get_node(given.at).name, node.name, "the block, before the question is answered")
	bench.wait("a question", function()
		return it.form:find("Remove it", 1, true)
	end)
	it.press({ dig = "Remove it" })
	bench.equal(minetest.get_node(given.at).name, "air", "the block, when the question is answered")
end)

--- One that is not there uses a block under a player's name, as machines of other mods do.
check("computer-machine", function(bench)
	local given = bench.given
	local node = minetest.get_node(given.at)
	local it = join(given.player, given.at)
	local form = it.form
	local fake = { get_player_name = function() return given.player end, is_player = function() return true end }
	minetest.registered_nodes[node.name].on_rightclick(given.at, node, fake, ItemStack(""))
	minetest.registered_nodes[node.name].on_dig(given.at, node, fake)
	bench.equal(it.form, form, "the form of who is called so")
	bench.equal(minetest.get_node(given.at).name, node.name, "the block")
end)

--- Somebody who is in a hurry: starts one, and forks another to it at once.
check("computer-hasty", function(bench)
	local given = bench.given
	local it = join(given.player, given.at)
	placed(bench, it, given.at)
	powered(bench, it, given.at)
	local id = minetest.get_meta(given.at):get_int("computer")
	local done, why = minetest.registered_chatcommands.vm.func(given.player, ("fork %d %d"):format(id, id))
	bench.equal(done, false, "whether it is forked to while it is switched on")
	shown(bench, it, ":~#", 60)
	return why
end)

minetest.register_node("checks:ear", {
	description = "What hears digilines",
	digilines = {
		effector = {
			action = function(pos, _, channel, message)
				local meta = minetest.get_meta(pos)
				meta:set_string(channel, meta:get_string(channel) .. message .. "\n")
			end,
		},
	},
})

--- A line that comes by wire is typed, and what is printed goes out by wire.
check("computer-digilines", function(bench)
	local given = bench.given
	local it = join(given.player, given.at)
	local wire, ear = vector.add(given.at, { x = 1, y = 0, z = 0 }), vector.add(given.at, { x = 2, y = 0, z = 0 })
	minetest.set_node(wire, { name = "digilines:wire" })
	minetest.set_node(ear, { name = "checks:ear" })
	use(it, given.at)
	it.press({ share = "Share" })
	it.press({ wire = "Set", channel = "line" })
	digilines.receptor_send(ear, digilines.rules.default, "line", "echo by-$((40+2))-wire")
	bench.wait(function()
		return "the answer; there is: " .. minetest.get_meta(ear):get_string("line")
	end, function()
		return minetest.get_meta(ear):get_string("line"):find("by-42-wire", 1, true)
	end)
	minetest.remove_node(wire)
	minetest.remove_node(ear)
end)

--- A signal powers one on, and one that is on gives a signal.
check("computer-mesecons", function(bench)
	local given = bench.given
	local it = join(given.player, given.at)
	placed(bench, it, given.at)
	-- With param2 = 0 its back is towards z + 1.
	local lamp, plant = vector.add(given.at, { x = 1, y = 0, z = 0 }), vector.add(given.at, { x = 0, y = 0, z = 1 })
	for pos, name in pairs({ [lamp] = "mesecons_lamp:lamp_off", [plant] = "mesecons_powerplant:power_plant" }) do
		minetest.set_node(pos, { name = name })
		mesecon.on_placenode(pos, minetest.get_node(pos))
	end
	bench.wait(function()
		local about = minetest.get_meta(given.at):get_string("infotext")
		return ("the lamp to be lit; it is %s at %s, %s"):format(
			minetest.get_node(lamp).name, minetest.get_node(given.at).name, about)
	end, function()
		return minetest.get_node(lamp).name == "mesecons_lamp:lamp_on"
	end)
end)

--- Has one and its machine be no more.
check("computer-gone", function(bench)
	minetest.remove_node(bench.given.at)
	release(bench.given.at)
end)

--- Types a line. @return milliseconds until its echo is seen
check("computer-echo", function(bench)
	local it = join(bench.given.player, bench.given.at)
	local line = (": %d"):format(minetest.get_us_time() % 1e9)
	local begun = minetest.get_us_time()
	it.enter(line)
	shown(bench, it, line)
	return (minetest.get_us_time() - begun) / 1000
end)

--- Players who look at the screens of others, some at each.
check("computer-crowd", function(bench)
	local given = bench.given
	for index = 1, given.players do
		local at = given.seats[index % #given.seats + 1].at
		local it = join("looker" .. index, at, { interact = true, vm = true, vm_admin = true })
		use(it, at)
		shown(bench, it, "#")
	end
end)

--- Lets the game make so many steps.
check("steps", function(bench)
	for _ = 1, bench.given.count do
		bench.step()
	end
end)
