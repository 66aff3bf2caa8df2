-- The forms of a computer. Those for who sits at its screen are a strip at the lower edge of the window: what is above
-- it stays free for the screen, which is no part of a form (see hud.lua).

local here = ...
local S = here.S
local words, images, keys = here.computer.words, here.computer.images, here.computer.keys

local F = minetest.formspec_escape

local pages = {}

local dark = "bgcolor[#0b0f14f0;false]"

local function window(width, height, ...)
	return table.concat({
		("formspec_version[4]size[%s,%s]no_prepend[]%s"):format(width, height, dark),
		...,
	})
end

local function button(x, y, width, name, label, tip)
	return ("button[%s,%s;%s,0.8;%s;%s]"):format(x, y, width, name, F(label))
		.. (tip and ("tooltip[%s;%s]"):format(name, F(tip)) or "")
end

local function label(x, y, text)
	return ("label[%s,%s;%s]"):format(x, y, F(text))
end

--- A text of several lines, broken where it must be.
local function paragraph(x, y, width, height, text)
	return ("textarea[%s,%s;%s,%s;;;%s]"):format(x, y, width, height, F(text))
end

local function title(computer)
	return S("Computer @1 of @2", computer.id, computer.owner)
end

--- Keys of computer/keys beside each other, and the button that changes them for the others.
local function add_keys(parts, width, some, tip)
	local x = 0.2
	for _, key in ipairs(some) do
		parts[#parts + 1] = button(x, 1.3, width - 0.05, key[1], key[2], key[4])
		x = x + width
	end
	parts[#parts + 1] = button(x, 1.3, 1, "more", "…", tip)
end

--- For who sits at the screen. @param turn another number each time that it is to be drawn anew
-- @param line what stands in the field. @param more whether there are the other keys in place of the usual buttons
function pages.screen(may_type, turn, line, more)
	local parts = {
		"formspec_version[4]size[24,2.4]position[0.5,1]anchor[0.5,1]padding[0.01,0]no_prepend[]",
		dark,
		-- A client draws a form that is the same as before no second time.
		("style[turn%d;border=false]"):format(turn),
	}
	if may_type then
		parts[#parts + 1] = "set_focus[line;true]style[line;font=mono]field_close_on_enter[line;false]"
		parts[#parts + 1] = ("field[0.2,0.25;19,0.8;line;;%s]"):format(F(line))
		parts[#parts + 1] = button(19.3, 0.25, 2.2, "enter", S("Enter"))
		parts[#parts + 1] = button(21.6, 0.25, 2.2, "send", S("Send"), S("types the line without Enter"))
		if more then
			add_keys(parts, 1.25, keys.more, S("the usual buttons"))
			return table.concat(parts)
		end
		add_keys(parts, 1.54, keys.first, S("more keys"))
	else
		parts[#parts + 1] = label(0.2, 0.6, S("You may look."))
	end
	local x = 13.8
	for _, each in ipairs({
		{ 0.9, "smaller", "A-", S("smaller letters") },
		{ 0.9, "larger", "A+", S("larger letters") },
		{ 1.7, "copy", S("Copy") },
		{ 1.9, "power", S("Power"), use = true },
		{ 1.9, "share", S("Share"), use = true },
		{ 2, "leave", S("Leave") },
	}) do
		if may_type or not each.use then parts[#parts + 1] = button(x, 1.3, each[1], each[2], each[3], each[4]) end
		x = x + each[1] + 0.08
	end
	return table.concat(parts)
end

local startable = { off = true, gone = true, asleep = true, refused = true }

--- For who sits down at one that shows no screen.
-- @param view {state, sentence, choose = whether its image is to be chosen, may_share}
function pages.front(computer, view)
	local parts = {
		label(0.5, 0.7, title(computer)),
		label(0.5, 1.4, words.state(view.state)),
		paragraph(0.5, 1.8, 10, 1.5, view.sentence),
	}
	local names = images.allowed()
	if view.choose and #names > 0 then
		local chosen, items = 1, {}
		for index, name in ipairs(names) do
			if name == images.of(computer) then chosen = index end
			items[index] = F(name)
		end
		parts[#parts + 1] = label(0.5, 3.6, S("Image"))
		parts[#parts + 1] = ("dropdown[2.3,3.2;5,0.8;image;%s;%d;true]"):format(table.concat(items, ","), chosen)
	end
	local x = 0.5
	for _, each in ipairs({
		{ startable[view.state], "on", S("Power on") },
		{ view.state == "leaving", "cut", S("Cut the power") },
		{ view.may_share, "share", S("Share") },
		{ true, "leave", S("Leave") },
	}) do
		if each[1] then
			parts[#parts + 1] = button(x, 5.1, 3, each[2], each[3])
			x = x + 3.3
		end
	end
	return window(11, 6.4, unpack(parts))
end

--- The buttons of the case.
function pages.power(computer, view)
	return window(
		9,
		4.2,
		label(0.5, 0.6, title(computer)),
		label(0.5, 1.1, words.state(view.state)),
		button(0.5, 1.6, 3.9, "off", S("Power off"), S("presses the power button; the guest ends by itself")),
		button(4.6, 1.6, 3.9, "cut", S("Cut the power"), S("at once; what is not written is lost")),
		button(0.5, 2.8, 3.9, "reset", S("Reset"), S("at once, and it boots again")),
		button(4.6, 2.8, 3.9, "back", S("Back"))
	)
end

--- Who else may use it, and on which channel it is heard.
function pages.share(computer, view)
	local rows, players = {}, {}
	for name in pairs(computer.shared) do players[#players + 1] = name end
	table.sort(players)
	for index, name in ipairs(players) do
		local what = computer.shared[name] == "use" and S("may use it") or S("may look")
		rows[index] = F(("%s: %s"):format(name == "*" and S("everybody") or name, what))
	end
	local parts = {
		label(0.5, 0.6, title(computer)),
		("textlist[0.5,1.1;10,3;shared;%s]"):format(table.concat(rows, ",")),
		"field_close_on_enter[player;false]",
		("field[0.5,4.7;4,0.8;player;%s;]"):format(F(S("Player, or * for everybody"))),
		button(4.7, 4.7, 2, "let_use", S("may use it")),
		button(6.8, 4.7, 1.8, "let_look", S("may look")),
		button(8.7, 4.7, 1.8, "let_not", S("no more")),
		button(7.5, 6.2, 3, "back", S("Back")),
	}
	if view.channel then
		parts[#parts + 1] = "field_close_on_enter[channel;false]"
		local channel = F(computer.channel or "")
		parts[#parts + 1] = ("field[0.5,6.2;4,0.8;channel;%s;%s]"):format(F(S("Digilines channel")), channel)
		parts[#parts + 1] = button(4.7, 6.2, 2, "wire", S("Set"))
	end
	return window(11, 7.4, unpack(parts))
end

--- What the console has shown, to be copied. The client shows the beginning of a text that is too long for its place.
-- @param all whether that is all that there is, and not the end of it alone
function pages.copy(text, all)
	return window(
		20,
		13,
		label(0.4, 0.5, S("Mark what you want and press Ctrl-C.")),
		"style_type[textarea;font=mono]",
		("textarea[0.4,1;19.2,10.8;;;%s]"):format(F(text)),
		all and "" or button(13.4, 12, 3, "everything", S("Everything"), S("also what has left the screen at its top")),
		button(16.6, 12, 3, "back", S("Back"))
	)
end

--- Asked before a computer is dug.
function pages.question(computer, view)
	local loss = S("Its machine is removed with it: its disk with all that is on it, and what runs there now "
		.. "(it is @1). Nobody can bring that back.", words.state(view.state))
	return window(
		11,
		5,
		label(0.5, 0.7, title(computer)),
		paragraph(0.5, 1.1, 10, 2.4, loss),
		button(0.5, 3.8, 4.8, "dig", S("Remove it")),
		button(5.7, 3.8, 4.8, "leave", S("Leave it"))
	)
end

return pages
