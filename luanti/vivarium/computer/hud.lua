-- A computer's screen in front of a player, as texts that lie over each other: unlike a form it can change while
-- somebody types into a field.

local here = ...
local layers = here.need("layers")

--- Seconds between two drawings for one player, and those in a step that drawing may take in all.
local pause, budget = 0.125, 0.003

--- How many times as large as a player's usual letters; the client knows no fractions.
local sizes = { 1, 2, 3 }

--- Pixels from the left and upper edge.
local margin = 8

--- What would stand in the screen's way.
local hidden = {
	hotbar = false,
	healthbar = false,
	crosshair = false,
	wielditem = false,
	breathbar = false,
	minimap = false,
}

local hud = {}

--- Shown to players and not drawn yet, in the order in which they are to be.
local queue = {}

local function now()
	return minetest.get_us_time() / 1e6
end

local function add_text(player, z, colour, style, size)
	return player:hud_add({
		hud_elem_type = "text",
		position = { x = 0, y = 0 },
		offset = { x = margin, y = margin },
		alignment = { x = 1, y = 1 },
		scale = { x = 100, y = 100 },
		size = { x = size, y = size },
		text = "",
		number = colour,
		style = style,
		z_index = z,
	})
end

--- Puts an empty screen before a player.
function hud.open(player)
	local it = {
		player = player,
		shown = {},
		flags = player:hud_get_flags(),
		size = math.max(1, math.min(#sizes, player:get_meta():get_int("vivarium:size"))),
	}
	player:hud_set_flags(hidden)
	it.ground = player:hud_add({
		hud_elem_type = "image",
		position = { x = 0.5, y = 0.5 },
		alignment = { x = 0, y = 0 },
		scale = { x = -100, y = -100 },
		text = "vivarium_ground.png",
		z_index = 900,
	})
	it.status = player:hud_add({
		hud_elem_type = "text",
		position = { x = 0.5, y = 0.84 },
		alignment = { x = 0, y = -1 },
		scale = { x = 100, y = 100 },
		text = "",
		number = 0xF0B040,
		z_index = 990,
	})
	return it
end

function hud.close(it)
	it.closed = true
	if not it.player:is_player() then return end -- who has left takes it along
	for _, element in ipairs(it.shown) do it.player:hud_remove(element.id) end
	it.player:hud_remove(it.ground)
	it.player:hud_remove(it.status)
	it.player:hud_set_flags(it.flags)
end

--- A line above the form, in which one reads what is wrong; "" where nothing is.
function hud.say(it, text)
	if it.said == text then return end
	it.said = text
	it.player:hud_change(it.status, "text", text)
end

--- What is shown of a screen at one size, made once however many look at it.
local function layers_of(screen)
	if screen.drawn ~= screen.turn or not screen.layers then
		screen.layers, screen.drawn = layers.of(screen, {}), screen.turn
	end
	return screen.layers
end

--- Draws what is different from what is there.
local function draw(it)
	local player, wanted = it.player, layers_of(it.screen)
	for index, layer in ipairs(wanted) do
		local element = it.shown[index]
		local style = 4 + (layer.bold and 1 or 0) + (layer.italic and 2 or 0)
		if element and element.style ~= style then
			player:hud_change(element.id, "style", style)
			element.style = style
		end
		if not element then
			local id = add_text(player, 900 + index, layer.colour, style, sizes[it.size])
			element = { id = id, colour = layer.colour, style = style }
			it.shown[index] = element
		end
		if element.colour ~= layer.colour then
			player:hud_change(element.id, "number", layer.colour)
			element.colour = layer.colour
		end
		if element.text ~= layer.text then
			player:hud_change(element.id, "text", layer.text)
			element.text = layer.text
		end
	end
	for index = #it.shown, #wanted + 1, -1 do
		player:hud_remove(it.shown[index].id)
		it.shown[index] = nil
	end
	it.at = now()
end

--- A screen has changed: it is drawn as soon as there is time.
function hud.show(it, screen)
	it.screen = screen
	if it.queued then return end
	it.queued = true
	queue[#queue + 1] = it
end

--- @param by +1 or -1
function hud.resize(it, by)
	local size = math.max(1, math.min(#sizes, it.size + by))
	if size == it.size then return end
	it.size = size
	it.player:get_meta():set_int("vivarium:size", size)
	for _, element in ipairs(it.shown) do
		it.player:hud_change(element.id, "size", { x = sizes[size], y = sizes[size] })
	end
end

minetest.register_globalstep(function()
	if #queue == 0 then return end
	local begun, later = now(), {}
	for _, it in ipairs(queue) do
		local time = now()
		if it.closed then
			it.queued = false
		elseif time - begun > budget or it.at and time - it.at < pause then
			later[#later + 1] = it
		else
			it.queued = false
			draw(it)
		end
	end
	queue = later
end)

return hud
