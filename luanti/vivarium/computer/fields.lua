-- What the fields and buttons do of the forms that who sits at a computer is shown.

local here = ...
local link = here.link
local store, images, rights, power, hud, pages, share, desk = here.computer.store, here.computer.images,
	here.computer.rights, here.computer.power, here.computer.hud, here.computer.pages, here.computer.share,
	here.computer.desk

--- Lines that there are to copy.
local copied = 500

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

--- Whether a player may do it; says why not where that is so.
local function allowed(sitter, deed)
	local may, why = rights.may(sitter.name, deed, sitter.computer)
	if not may then desk.tell(sitter, why) end
	return may
end

--- What stands in the field is typed as it is, then what a button types, and the field becomes empty.
local function enter(sitter, line, key)
	if not allowed(sitter, "type") or not sitter.computer.machine then return end
	local taken, problem = link.type(sitter.computer.machine, line .. key)
	if not taken then return desk.tell(sitter, problem.message) end
	if line == "" then return end
	sitter.turn = sitter.turn + 1
	desk.turn_to(sitter, "screen")
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

local function copy(sitter)
	local name, machine = sitter.name, sitter.computer.machine
	if not machine or reading[name] or not allowed(sitter, "copy") then return end
	sitter.page, reading[name] = "copy", true
	link.read(machine, copied, function(text, problem)
		reading[name] = nil
		if desk.sitter(name) == sitter and sitter.page == "copy" then
			desk.show(sitter, pages.copy(text or problem.message))
		end
	end)
end

local function resize(by)
	return function(sitter)
		if sitter.hud then hud.resize(sitter.hud, by) end
	end
end

local buttons = {
	smaller = resize(-1),
	larger = resize(1),
	copy = copy,
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
	if fields.key_enter_field == "line" then return bytes.enter end
	for name, text in pairs(bytes) do
		if fields[name] then return text end
	end
	for name, press in pairs(buttons) do
		if fields[name] then return nil, press end
	end
end

minetest.register_on_player_receive_fields(function(player, formname, fields)
	if formname ~= desk.form then return false end
	local sitter = desk.sitter(player:get_player_name())
	if not sitter then return true end
	if fields.quit or fields.leave then
		desk.leave(sitter.name, fields.quit ~= nil)
		return true
	end
	if sitter.page ~= "question" and not allowed(sitter, "look") then
		desk.leave(sitter.name)
		return true
	end
	local key, press = pressed(fields)
	desk.begin(sitter, key ~= nil)
	if fields.image then choose(sitter, fields.image) end
	if key then enter(sitter, fields.line or "", key) end
	if press then press(sitter, fields) end
	return true
end)

return {}
