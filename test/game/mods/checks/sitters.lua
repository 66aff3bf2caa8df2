--- Players without a client, as far as mods can tell: what they are shown is kept.
local sitters = {}

local function standsAt(pos)
	return { x = pos.x, y = pos.y, z = pos.z }
end

--- Has a player join, standing at a place, with privileges.
-- @return {name, player, texts = what the HUD shows by its ids, form, formname, told = the last line of chat}
local function join(name, pos, privileges)
	if sitters[name] then
		sitters[name].pos = standsAt(pos)
		return sitters[name]
	end
	local it = { name = name, pos = standsAt(pos), texts = {}, sent = 0 }
	local last, kept, flags = 0, {}, {}

	local function count(text)
		it.sent = it.sent + #tostring(text)
	end

	it.player = {
		is_player = function() return true end,
		get_player_name = function() return name end,
		get_pos = function() return it.pos end,
		get_player_control = function() return {} end,
		get_wielded_item = function() return ItemStack("") end,
		set_wielded_item = function() return true end,
		get_inventory = function() return nil end,
		get_meta = function()
			return {
				get_int = function(_, key) return kept[key] or 0 end,
				set_int = function(_, key, value) kept[key] = value end,
			}
		end,
		hud_get_flags = function() return flags end,
		hud_set_flags = function() end,
		hud_add = function(_, element)
			last = last + 1
			it.texts[last] = element.text
			count(element.text)
			return last
		end,
		hud_change = function(_, id, what, value)
			if what == "text" then
				it.texts[id] = value
			end
			count(value)
		end,
		hud_remove = function(_, id)
			it.texts[id] = nil
		end,
	}

	--- Whether the HUD shows a text, in one colour.
	function it.sees(what)
		for _, text in pairs(it.texts) do
			if text:find(what, 1, true) then
				return true
			end
		end
		return false
	end

	--- All that the HUD shows.
	function it.screen()
		local texts = {}
		for _, text in pairs(it.texts) do
			texts[#texts + 1] = text
		end
		return table.concat(texts, "\n---\n") .. "\nchat: " .. (it.told or "")
	end

	--- Presses what stands in the form.
	function it.press(fields)
		for _, receive in ipairs(minetest.registered_on_player_receive_fields) do
			if receive(it.player, it.formname, fields) then
				return
			end
		end
	end

	--- Types a line into the field, and enter.
	function it.enter(line)
		it.press({ line = line, key_enter = "true", key_enter_field = "line" })
	end

	minetest.set_player_privs(name, privileges or { interact = true, vm = true })
	sitters[name] = it
	return it
end

local plain = {
	get_player_by_name = minetest.get_player_by_name,
	show_formspec = minetest.show_formspec,
	chat_send_player = minetest.chat_send_player,
}

function minetest.get_player_by_name(name)
	return sitters[name] and sitters[name].player or plain.get_player_by_name(name)
end

function minetest.show_formspec(name, formname, form)
	local it = sitters[name]
	if not it then
		return plain.show_formspec(name, formname, form)
	end
	it.formname, it.form = formname, form
	it.sent = it.sent + #form
end

function minetest.chat_send_player(name, text)
	if not sitters[name] then
		return plain.chat_send_player(name, text)
	end
	sitters[name].told = minetest.strip_colors(text)
end

return join
