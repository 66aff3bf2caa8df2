-- A computer's screen in front of a player, as texts that lie over each other: unlike a form it can change while
-- somebody types into a field.

local here = ...
local layers = here.need("layers")
local palette = here.need("palette")

local look = { colours = palette.new(here.need("theme")) }

--- Seconds that drawing may take in a step in all.
local budget = 0.003

--- Seconds between two drawings of one screen, or for one player: a twentieth of the time at most is spent on each,
-- but so that one waits no longer than the second says.
local shortest, longest, share = 0.125, 1, 1 / 20

--- How many times as large as a player's usual letters: the client knows no fractions. Of larger letters fewer rows are
-- drawn: those down to the cursor.
local sizes = { { times = 1 }, { times = 2, rows = 16 }, { times = 3, rows = 11 } }

--- Pixels from the left and upper edge, where chat is for a while.
local margin = { x = 8, y = 44 }

--- What would stand in the screen's way.
local hidden = {
	hotbar = false,
	healthbar = false,
	crosshair = false,
	wielditem = false,
	breathbar = false,
	minimap = false,
	chat = false, -- newer games know that
}

local hud = {}

--- Shown to players and not drawn yet, in the order in which they are to be.
local queue = {}

local function now()
	return minetest.get_us_time() / 1e6
end

local function add_text(it, element)
	local size = sizes[it.size].times
	it.ids[element.key] = it.player:hud_add({
		hud_elem_type = "text",
		position = { x = 0, y = 0 },
		offset = { x = margin.x + element.shift, y = margin.y },
		alignment = { x = 1, y = 1 },
		scale = { x = 100, y = 100 },
		size = { x = size, y = size },
		text = element.text,
		number = element.colour,
		style = 4 + (element.bold and 1 or 0) + (element.italic and 2 or 0),
		z_index = 901 + element.z,
	})
end

--- Puts an empty screen before a player.
function hud.open(player)
	local it = {
		player = player,
		ids = {}, -- of its texts, by their keys
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
	for _, id in pairs(it.ids) do it.player:hud_remove(id) end
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

--- When something may be done again that was begun at a time and has just been done.
local function rested(begun)
	local took = now() - begun
	return begun + took + math.min(longest, math.max(shortest, took / share))
end

--- As many rows of a screen as there is room for, with the cursor's.
local function part_of(screen, rows)
	if not rows or screen.rows <= rows then return screen end
	local from = math.max(0, math.min(screen.rows - rows, screen.cursor.y - rows + 1))
	local part = { columns = screen.columns, rows = rows, lines = {} }
	for y = 0, rows - 1 do part.lines[y] = screen.lines[from + y] end
	part.cursor = { x = screen.cursor.x, y = screen.cursor.y - from, visible = screen.cursor.visible }
	return part
end

--- The texts of a screen in a size, made once however many look at it.
local function texts_of(screen, size)
	screen.texts = screen.texts or {}
	if not screen.texts[size] then
		local begun = now()
		screen.texts[size] = layers.of(part_of(screen, sizes[size].rows), look)
		screen.rested = rested(begun)
	end
	return screen.texts[size]
end

--- Whether what a player is to see may be drawn already.
local function may_draw(it, time)
	if it.rested and time < it.rested then return false end
	local drawn = it.screen.texts and it.screen.texts[it.size]
	return drawn ~= nil or not it.screen.rested or time >= it.screen.rested
end

--- Draws what is different from what is there.
local function draw(it)
	local begun = now()
	local texts, player = texts_of(it.screen, it.size), it.player
	local changes = layers.changes(it.texts, texts)
	for _, key in ipairs(changes.remove) do
		player:hud_remove(it.ids[key])
		it.ids[key] = nil
	end
	for _, element in ipairs(changes.change) do player:hud_change(it.ids[element.key], "text", element.text) end
	for _, element in ipairs(changes.add) do add_text(it, element) end
	it.texts, it.rested = texts, rested(begun)
end

--- A screen has changed, and has lost its `texts`: it is drawn as soon as there is time.
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
	local times = sizes[size].times
	for _, id in pairs(it.ids) do it.player:hud_change(id, "size", { x = times, y = times }) end
	if it.screen then hud.show(it, it.screen) end
end

minetest.register_globalstep(function()
	if #queue == 0 then return end
	local begun, later = now(), {}
	for _, it in ipairs(queue) do
		local time = now()
		if it.closed then
			it.queued = false
		elseif time - begun > budget or not may_draw(it, time) then
			later[#later + 1] = it
		else
			it.queued = false
			draw(it)
		end
	end
	queue = later
end)

return hud
