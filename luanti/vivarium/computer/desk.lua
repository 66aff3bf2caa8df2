-- Players who sit at computers, and what they are shown.

local here = ...
local S, link = here.S, here.link
local condition = here.need("condition")
local store, images, rights, power, hud, pages = here.computer.store, here.computer.images, here.computer.rights,
	here.computer.power, here.computer.hud, here.computer.pages

local desk = { form = "vivarium:desk" }

--- How far one may be from a computer one sits at, in nodes.
local reach = 12

--- Players who sit, by name: {name, computer, page, turn, more = whether there are the other keys, hud, refusal,
-- notice}; and the computers at which they do, by number: {sitters, machine, screen, close,
-- blank = whether the screen is of an earlier boot}
local sitters, tables = {}, {}

local empty = { columns = 0, rows = 0, cursor = { x = 0, y = 0, visible = false }, lines = {} }

--- Whether a computer's image is to be chosen: nothing was made of it yet, or that is no more.
function desk.may_choose(computer)
	return not computer.machine or power.state(computer) == "gone"
end

local function view(sitter)
	local state, sentence = power.state(sitter.computer)
	return {
		state = state,
		sentence = sitter.refusal or sentence,
		may_share = rights.may(sitter.name, "share", sitter.computer),
		choose = desk.may_choose(sitter.computer),
		channel = here.computer.signals.has_channels,
	}
end

local function draw(at)
	local screen = at.blank and empty or at.screen
	if not screen then return end
	for _, sitter in pairs(at.sitters) do
		if sitter.hud then hud.show(sitter.hud, screen) end
	end
end

--- The screen of a computer at which somebody sits is followed once, however many do.
local function follow(computer)
	local at = tables[computer.id]
	if not at or at.machine == computer.machine then return end
	if at.close then at.close() end
	at.machine, at.screen, at.blank, at.close = computer.machine, nil, nil, nil
	if not computer.machine then return end
	at.close = link.look(computer.machine, function(screen)
		at.screen = screen
		if next(screen.changed) == nil then return end
		screen.texts, at.blank = nil, nil
		draw(at)
	end)
end

--- What a machine has shown goes with it; what one shows that sleeps is there again when it wakes.
local function blank(computer)
	local at, machine = tables[computer.id], link.machines[computer.machine]
	if at.blank or not machine or condition.is_up(machine) or machine.state == "suspended" then return end
	at.blank = true
	draw(at)
end

--- Shows a player a form.
function desk.show(sitter, text)
	if sitter.shown == text then return end
	sitter.shown = text
	minetest.show_formspec(sitter.name, desk.form, text)
end

local function light(sitter)
	if sitter.hud then return end
	sitter.hud = hud.open(minetest.get_player_by_name(sitter.name))
	draw(tables[sitter.computer.id])
end

local function darken(sitter)
	if not sitter.hud then return end
	hud.close(sitter.hud)
	sitter.hud = nil
end

local function status(sitter)
	if not sitter.hud then return end
	if sitter.notice then return hud.say(sitter.hud, sitter.notice) end
	local state, sentence = power.state(sitter.computer)
	local at = tables[sitter.computer.id]
	local problem = at.screen and at.screen.problem
	if state == "on" and not problem then return hud.say(sitter.hud, "") end
	hud.say(sitter.hud, here.computer.words.state(state) .. ": " .. (problem or sentence))
end

--- Tells a player something, until another thing is done: over the screen, which may hide the chat.
function desk.tell(sitter, text)
	if not sitter.hud then return minetest.chat_send_player(sitter.name, text) end
	sitter.notice = text
	status(sitter)
end

--- A player does something: what was said of what was done before is no longer shown.
-- @param types whether it is typing, which arrives where a console is attached
function desk.begin(sitter, types)
	local screen = tables[sitter.computer.id].screen
	sitter.notice = nil
	if types and screen and screen.line == "live" then screen.problem = nil end
	status(sitter)
end

local show_page = {
	screen = function(sitter)
		light(sitter)
		status(sitter)
		sitter.types = rights.may(sitter.name, "type", sitter.computer)
		desk.show(sitter, pages.screen(sitter.types, sitter.turn, sitter.line, sitter.more))
	end,
	front = function(sitter)
		darken(sitter)
		if desk.may_choose(sitter.computer) then images.look() end
		desk.show(sitter, pages.front(sitter.computer, view(sitter)))
	end,
	power = function(sitter)
		desk.show(sitter, pages.power(sitter.computer, view(sitter)))
	end,
	share = function(sitter)
		desk.show(sitter, pages.share(sitter.computer, view(sitter)))
	end,
	question = function(sitter)
		desk.show(sitter, pages.question(sitter.computer, view(sitter)))
	end,
}

--- Shows a player another page.
function desk.turn_to(sitter, page)
	sitter.page = page
	show_page[page](sitter)
end

--- The page that a computer has for who sits down, or comes back from another page.
function desk.first_page(sitter)
	local state = power.state(sitter.computer)
	desk.turn_to(sitter, condition.has_screen(state) and "screen" or "front")
end

--- Ends a player's sitting. @param closed whether the client has closed the form already
function desk.leave(name, closed)
	local sitter = sitters[name]
	if not sitter then return end
	sitters[name] = nil
	darken(sitter)
	if not closed then minetest.close_formspec(name, desk.form) end
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
	local sitter = { name = name, computer = computer, turn = 0, line = "" }
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

--- Who sits at a computer, by the player's name; nil who does not.
function desk.sitter(name)
	return sitters[name]
end

--- A player sits down. @return true; or nil and why not
function desk.sit(name, computer)
	local may, why = rights.may(name, "look", computer)
	if not may then return nil, why end
	desk.first_page(sit(name, computer))
	return true
end

--- Asks a player whether a computer is to be dug, and what is on it lost.
function desk.question(name, computer, dig)
	local sitter = sit(name, computer)
	sitter.dig = dig
	desk.turn_to(sitter, "question")
end

--- A computer is no more: all who sit at it get up.
function desk.clear(computer)
	local at = tables[computer.id]
	for name in pairs(at and at.sitters or {}) do
		desk.leave(name)
		minetest.chat_send_player(name, S("Computer @1 was removed.", computer.id))
	end
end

--- Whether a player may look at what is there by now; who may not any more gets up, and is told why.
function desk.may_stay(sitter)
	local may, why = rights.may(sitter.name, "look", sitter.computer)
	if may then return true end
	desk.leave(sitter.name)
	minetest.chat_send_player(sitter.name, why)
	return false
end

--- A computer is not as it was: who sits at it sees that, and is not disturbed in typing.
function desk.refresh(sitter)
	if not desk.may_stay(sitter) then return end
	local state = power.state(sitter.computer)
	if sitter.page == "screen" then
		if not condition.has_screen(state) and state ~= "lost" and state ~= "loading" then
			return desk.turn_to(sitter, "front")
		end
		status(sitter)
		if sitter.types ~= rights.may(sitter.name, "type", sitter.computer) then desk.turn_to(sitter, "screen") end
	elseif sitter.page == "front" then
		if state == "on" or state == "paused" then sitter.refusal = nil end
		desk.first_page(sitter)
	end
end

power.watch(function(computer)
	local at = tables[computer.id]
	if not at then return end
	if store.register:get(computer.id) ~= computer then return desk.clear(computer) end
	follow(computer)
	blank(computer)
	for _, sitter in pairs(at.sitters) do desk.refresh(sitter) end
end)

images.watch(function()
	for _, sitter in pairs(sitters) do
		if sitter.page == "front" then desk.turn_to(sitter, "front") end
	end
end)

minetest.register_on_leaveplayer(function(player)
	desk.leave(player:get_player_name(), true)
end)

minetest.register_on_dieplayer(function(player)
	desk.leave(player:get_player_name())
end)

return desk
