-- Players who sit at computers: what they are shown, and what their keys and buttons do.

local here = ...
local link = here.link
local condition = here.need("condition")
local permissions = here.need("permissions")
local store, rights, power, hud, pages =
	here.computer.store, here.computer.rights, here.computer.power, here.computer.hud, here.computer.pages

local form = "vivarium:desk"

--- How far one may be from a computer one sits at, in nodes; and lines that there are to copy.
local reach, copied = 8, 500

--- A player's {name, computer, page, turn, hud}, by name; of them, those who sit at a computer by its number.
local sitters, tables = {}, {}

local desk = {}

local function view(sitter)
	local state, sentence = power.state(sitter.computer)
	return {
		state = state,
		sentence = sitter.refusal or sentence,
		may_share = rights.may(sitter.name, "share", sitter.computer),
		choose = not sitter.computer.machine or state == "gone",
		channel = here.computer.signals.has_channels,
	}
end

--- The screen of a computer at which somebody sits is followed once, however many do.
local function follow(computer)
	local at = tables[computer.id]
	if not at or at.machine == computer.machine then return end
	if at.close then at.close() end
	at.machine, at.screen, at.close = computer.machine, nil, nil
	if not computer.machine then return end
	at.close = link.look(computer.machine, function(screen)
		at.screen, screen.texts = screen, nil
		for _, sitter in pairs(at.sitters) do
			if sitter.hud then hud.show(sitter.hud, screen) end
		end
	end)
end

local function show(sitter, text)
	if sitter.shown == text then return end
	sitter.shown = text
	minetest.show_formspec(sitter.name, form, text)
end

local function light(sitter)
	if sitter.hud then return end
	local player = minetest.get_player_by_name(sitter.name)
	sitter.hud = hud.open(player)
	local at = tables[sitter.computer.id]
	if at.screen then hud.show(sitter.hud, at.screen) end
end

local function darken(sitter)
	if not sitter.hud then return end
	hud.close(sitter.hud)
	sitter.hud = nil
end

local function status(sitter)
	if not sitter.hud then return end
	local state, sentence = power.state(sitter.computer)
	local at = tables[sitter.computer.id]
	local problem = at.screen and at.screen.problem
	if state == "on" and not problem then return hud.say(sitter.hud, "") end
	hud.say(sitter.hud, here.computer.words.state(state) .. ": " .. (problem or sentence))
end

local show_page = {
	screen = function(sitter)
		light(sitter)
		status(sitter)
		sitter.types = rights.may(sitter.name, "type", sitter.computer)
		show(sitter, pages.screen(sitter.types, sitter.turn))
	end,
	front = function(sitter)
		darken(sitter)
		show(sitter, pages.front(sitter.computer, view(sitter)))
	end,
	power = function(sitter)
		show(sitter, pages.power(sitter.computer, view(sitter)))
	end,
	share = function(sitter)
		show(sitter, pages.share(sitter.computer, view(sitter)))
	end,
	question = function(sitter)
		show(sitter, pages.question(sitter.computer, view(sitter)))
	end,
}

local function turn_to(sitter, page)
	sitter.page = page
	show_page[page](sitter)
end

--- The page that a computer has for who sits down, or comes back from another page.
local function first_page(sitter)
	local state = power.state(sitter.computer)
	sitter.page = condition.has_screen(state) and "screen" or "front"
	turn_to(sitter, sitter.page)
end

--- Ends a player's sitting. @param closed whether the client has closed the form already
function desk.leave(name, closed)
	local sitter = sitters[name]
	if not sitter then return end
	sitters[name] = nil
	darken(sitter)
	if not closed then minetest.close_formspec(name, form) end
	local at = tables[sitter.computer.id]
	at.sitters[name] = nil
	if next(at.sitters) ~= nil then return end
	if at.close then at.close() end
	tables[sitter.computer.id] = nil
end

local function is_near(player, computer)
	return vector.distance(player:get_pos(), computer.pos) <= reach
end

--- Sees once in a while to those who sit: they may have gone, and what takes long says for how long.
local function attend()
	for name, sitter in pairs(sitters) do
		local player = minetest.get_player_by_name(name)
		if not player or not is_near(player, sitter.computer) then
			desk.leave(name)
		else
			desk.refresh(sitter)
		end
	end
	if next(sitters) ~= nil then
		minetest.after(1, attend)
	else
		desk.attended = false
	end
end

local function sit(name, computer)
	desk.leave(name)
	local sitter = { name = name, computer = computer, turn = 0 }
	sitters[name] = sitter
	tables[computer.id] = tables[computer.id] or { sitters = {} }
	tables[computer.id].sitters[name] = sitter
	follow(computer)
	if not desk.attended then
		desk.attended = true
		minetest.after(1, attend)
	end
	return sitter
end

--- A player sits down. @return true; or nil and why not
function desk.sit(name, computer)
	local may, why = rights.may(name, "look", computer)
	if not may then return nil, why end
	first_page(sit(name, computer))
	return true
end

--- Asks a player whether a computer is to be dug, and what is on it lost.
function desk.question(name, computer, dig)
	local sitter = sit(name, computer)
	sitter.dig = dig
	turn_to(sitter, "question")
end

--- All who sit at a computer get up.
function desk.clear(computer)
	local at = tables[computer.id]
	for name in pairs(at and at.sitters or {}) do desk.leave(name) end
end

--- A computer is not as it was: who sits at it sees that, and is not disturbed in typing.
function desk.refresh(sitter)
	if not rights.may(sitter.name, "look", sitter.computer) then return desk.leave(sitter.name) end
	local state = power.state(sitter.computer)
	if sitter.page == "screen" then
		if not condition.has_screen(state) and state ~= "lost" and state ~= "loading" then
			return turn_to(sitter, "front")
		end
		status(sitter)
		if sitter.types ~= rights.may(sitter.name, "type", sitter.computer) then turn_to(sitter, "screen") end
	elseif sitter.page == "front" then
		if state == "on" or state == "paused" then sitter.refusal = nil end
		first_page(sitter)
	end
end

power.watch(function(computer)
	local at = tables[computer.id]
	if not at then return end
	follow(computer)
	for _, sitter in pairs(at.sitters) do desk.refresh(sitter) end
end)

--- What the buttons type.
local bytes = {
	enter = "\r",
	tab = "\t",
	ctrl_c = "\3",
	ctrl_d = "\4",
	esc = "\27",
	up = "\27[A",
	down = "\27[B",
	right = "\27[C",
	left = "\27[D",
}

local function type_at(sitter, text)
	local machine = sitter.computer.machine
	if not machine then return end
	local taken, problem = link.type(machine, text)
	if not taken and sitter.hud then hud.say(sitter.hud, problem.message) end
end

--- Whether a player may do it; says why not where that is so.
local function allowed(sitter, deed)
	local may, why = rights.may(sitter.name, deed, sitter.computer)
	if not may then minetest.chat_send_player(sitter.name, why) end
	return may
end

--- Does something with the power, and shows what came of it.
local function switch(sitter, what)
	if not allowed(sitter, "power") then return end
	local done, why = power[what](sitter.computer)
	sitter.refusal = not done and why or nil
	if why and sitter.hud then minetest.chat_send_player(sitter.name, why) end
	first_page(sitter)
end

local function let(sitter, player, level)
	if not allowed(sitter, "share") then return end
	player = player:match("^%s*(.-)%s*$")
	if not player:match("^[%w_-]+$") and player ~= "*" then return end
	store.change(sitter.computer, function()
		sitter.computer.shared = permissions.shared_with(sitter.computer.shared, player, level)
	end)
	power.tell(sitter.computer)
	turn_to(sitter, "share")
end

local function copy(sitter)
	if not sitter.computer.machine or not allowed(sitter, "copy") then return end
	sitter.page = "copy"
	link.read(sitter.computer.machine, copied, function(text, problem)
		if sitters[sitter.name] ~= sitter or sitter.page ~= "copy" then return end
		show(sitter, pages.copy(text or problem.message))
	end)
end

local buttons = {
	smaller = function(sitter) if sitter.hud then hud.resize(sitter.hud, -1) end end,
	larger = function(sitter) if sitter.hud then hud.resize(sitter.hud, 1) end end,
	copy = copy,
	power = function(sitter) turn_to(sitter, "power") end,
	share = function(sitter) if allowed(sitter, "share") then turn_to(sitter, "share") end end,
	back = first_page,
	on = function(sitter) switch(sitter, "on") end,
	off = function(sitter) switch(sitter, "off") end,
	cut = function(sitter) switch(sitter, "cut") end,
	reset = function(sitter) switch(sitter, "reset") end,
	let_use = function(sitter, fields) let(sitter, fields.player or "", "use") end,
	let_look = function(sitter, fields) let(sitter, fields.player or "", "look") end,
	let_not = function(sitter, fields) let(sitter, fields.player or "", nil) end,
	wire = function(sitter, fields)
		if allowed(sitter, "wire") then here.computer.signals.set_channel(sitter.computer, fields.channel or "") end
	end,
	dig = function(sitter)
		if sitter.page ~= "question" then return end
		desk.leave(sitter.name)
		sitter.dig()
	end,
}

--- The client's `image` comes with whatever is pressed; it counts where nothing was made of it yet.
local function choose(sitter, index)
	local name = here.computer.images.allowed()[tonumber(index)]
	if not name or name == here.computer.images.of(sitter.computer) or not view(sitter).choose then return end
	if not allowed(sitter, "power") then return end
	store.change(sitter.computer, function()
		sitter.computer.image = name
	end)
	sitter.refusal = nil
	power.tell(sitter.computer)
end

--- What stood in the field is typed as it is, and the field becomes empty.
local function enter(sitter, text)
	if not allowed(sitter, "type") then return end
	type_at(sitter, text)
	sitter.turn = sitter.turn + 1
	turn_to(sitter, "screen")
end

minetest.register_on_player_receive_fields(function(player, formname, fields)
	if formname ~= form then return false end
	local sitter = sitters[player:get_player_name()]
	if not sitter then return true end
	if fields.quit or fields.leave then
		desk.leave(sitter.name, fields.quit ~= nil)
		return true
	end
	if sitter.page ~= "question" and not allowed(sitter, "look") then
		desk.leave(sitter.name)
		return true
	end
	if fields.image then choose(sitter, fields.image) end
	local entered = fields.key_enter_field == "line" or fields.enter and (fields.line or "") ~= ""
	if entered and fields.line then
		enter(sitter, fields.line .. "\n")
		return true
	end
	for name, text in pairs(bytes) do
		if fields[name] then
			-- Tab completes what stands in the field: that is typed, and no longer in the field.
			if name == "tab" and (fields.line or "") ~= "" then
				enter(sitter, fields.line .. text)
			elseif allowed(sitter, "type") then
				type_at(sitter, text)
			end
			return true
		end
	end
	for name, press in pairs(buttons) do
		if fields[name] then
			press(sitter, fields)
			break
		end
	end
	return true
end)

minetest.register_on_leaveplayer(function(player)
	desk.leave(player:get_player_name(), true)
end)

minetest.register_on_dieplayer(function(player)
	desk.leave(player:get_player_name())
end)

return desk
