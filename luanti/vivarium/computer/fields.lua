-- What the fields and buttons do of the forms that who sits at a computer is shown.

local here = ...
local S, link = here.S, here.link
local store, images, rights, power, hud, keys, pages, share, desk = here.computer.store, here.computer.images,
	here.computer.rights, here.computer.power, here.computer.hud, here.computer.keys, here.computer.pages,
	here.computer.share, here.computer.desk

--- Lines that there are to copy at first, as many as the screen shows, and in all.
local copied_first, copied_most = here.settings.rows, 500

--- Whether a player may do it; says why not where that is so.
local function allowed(sitter, deed)
	local may, why = rights.may(sitter.name, deed, sitter.computer)
	if not may then desk.tell(sitter, why) end
	return may
end

--- Draws the form anew, so that the next key goes into the field, and not to the game.
local function await(sitter)
	sitter.turn = sitter.turn + 1
	desk.turn_to(sitter, "screen")
end

--- Types what stood in the field, which becomes empty.
local function enter(sitter, text)
	if not allowed(sitter, "type") or not sitter.computer.machine then return end
	local taken, problem = link.type(sitter.computer.machine, text)
	if not taken then return desk.tell(sitter, problem.message) end
	sitter.line = ""
	await(sitter)
end

--- Presses the letters of the line with Ctrl held.
local function ctrl(sitter)
	local line = sitter.line
	if not line:find("[%a@%[\\%]^_]") then
		desk.tell(sitter, S("Type a letter, then press this for Ctrl and the letter."))
		return await(sitter)
	end
	enter(sitter, (line:gsub("[%a@%[\\%]^_]", function(letter) return string.char(letter:byte() % 32) end)))
end

--- Does something with the power, and shows what came of it.
local function switch(what)
	return function(sitter)
		if not allowed(sitter, "power") then return end
		local done, why = power[what](sitter.computer)
		sitter.refusal = not done and why or nil
		desk.first_page(sitter)
		if not done and sitter.hud then desk.tell(sitter, why) end
	end
end

local function let(level)
	return function(sitter, fields)
		if not allowed(sitter, "share") then return end
		local done, why = share(sitter.computer, (fields.player or ""):match("^%s*(.-)%s*$"), level)
		if not done then return desk.tell(sitter, why) end
		desk.turn_to(sitter, "share")
	end
end

--- Players who have asked for what there is to copy, and were not answered yet.
local reading = {}

local function copy(lines)
	return function(sitter)
		local name, machine = sitter.name, sitter.computer.machine
		if not machine or reading[name] or not allowed(sitter, "copy") then return end
		sitter.page, reading[name] = "copy", true
		link.read(machine, lines, function(text, problem)
			reading[name] = nil
			if desk.sitter(name) == sitter and sitter.page == "copy" then
				desk.show(sitter, pages.copy(text or problem.message, lines == copied_most))
			end
		end)
	end
end

local function resize(by)
	return function(sitter)
		if not sitter.hud then return end
		hud.resize(sitter.hud, by)
		await(sitter)
	end
end

local buttons = {
	ctrl = ctrl,
	more = function(sitter)
		sitter.more = not sitter.more
		await(sitter)
	end,
	smaller = resize(-1),
	larger = resize(1),
	copy = copy(copied_first),
	everything = copy(copied_most),
	power = function(sitter) desk.turn_to(sitter, "power") end,
	share = function(sitter) if allowed(sitter, "share") then desk.turn_to(sitter, "share") end end,
	back = desk.first_page,
	on = switch("on"),
	off = switch("off"),
	cut = switch("cut"),
	reset = switch("reset"),
	let_use = let("use"),
	let_look = let("look"),
	let_not = let(nil),
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
	local name = images.allowed()[tonumber(index)]
	if not name or name == images.of(sitter.computer) or not desk.may_choose(sitter.computer) then return end
	if not allowed(sitter, "power") then return end
	store.change(sitter.computer, function()
		sitter.computer.image = name
	end)
	sitter.refusal = nil
	power.tell(sitter.computer)
end

--- What was pressed: the bytes that it types, or nil; and what else it does, or nil.
local function pressed(fields)
	if fields.key_enter_field == "line" then return keys.bytes.enter end
	for name, text in pairs(keys.bytes) do
		if fields[name] then return text end
	end
	for name, press in pairs(buttons) do
		if fields[name] then return nil, press end
	end
end

--- Pages from which Escape leads back to the screen.
local within = { copy = true, power = true, share = true }

minetest.register_on_player_receive_fields(function(player, formname, fields)
	if formname ~= desk.form then return false end
	local sitter = desk.sitter(player:get_player_name())
	if not sitter then return true end
	if fields.quit and within[sitter.page] then
		sitter.shown = nil -- the client has closed it
		desk.first_page(sitter)
		return true
	end
	if fields.quit or fields.leave then
		desk.leave(sitter.name, fields.quit ~= nil)
		return true
	end
	if sitter.page ~= "question" and not desk.may_stay(sitter) then return true end
	if sitter.page == "screen" and fields.line then sitter.line = fields.line end
	local key, press = pressed(fields)
	desk.begin(sitter, key ~= nil)
	if fields.image then choose(sitter, fields.image) end
	if key then enter(sitter, sitter.line .. key) end
	if press then press(sitter, fields) end
	return true
end)

return {}
