-- The images that players may choose from: those that the server's owner names, of those that the token allows.

local here = ...
local link, settings = here.link, here.settings

local images = {}

--- Names of the images that the token allows, as vmd said last, and when that was, in microseconds; who waits for it to
-- be said again; and who is told when there are others.
local ready, seen, asking, watchers = nil, 0, nil, {}

--- Microseconds for which what vmd said is good.
local fresh = 5e6

--- @return the names, in the owner's order
function images.allowed()
	local there, names = {}, {}
	for index, name in ipairs(ready or {}) do
		there[name], names[index] = true, name
	end
	if not settings.images then return names end
	names = {}
	for _, name in ipairs(settings.images) do
		if there[name] then names[#names + 1] = name end
	end
	return names
end

--- The image that a computer is made of: the one chosen for it, else the first. nil where there is none
function images.of(computer)
	local allowed = images.allowed()
	for _, name in ipairs(allowed) do
		if name == computer.image then return name end
	end
	return not computer.image and allowed[1] or nil
end

--- Says in the log what of the setting is not to be had.
local function check()
	local allowed = {}
	for _, name in ipairs(images.allowed()) do allowed[name] = true end
	for _, name in ipairs(settings.images or {}) do
		if not allowed[name] then
			minetest.log("warning", ("[vivarium] vivarium.images names %s, which vmd does not have, or the token does not allow")
				:format(name))
		end
	end
end

--- What computers are launched with. @param more beside the image
function images.launching(name, more)
	more.image, more.memory, more.network = name, settings.memory, settings.network
	return more
end

--- Boots each of the images once where nobody has, one after the other: so the first computer of one is on at once,
-- too.
local function warm(names, index)
	local name = names[index]
	if not name then return end
	link.call("machine.launch", images.launching(name, { count = 0 }), function(_, problem)
		if problem then minetest.log("warning", ("[vivarium] %s: %s"):format(name, problem.message)) end
		warm(names, index + 1)
	end)
end

--- Is told when there are others to choose from.
function images.watch(watcher)
	watchers[#watchers + 1] = watcher
end

local function know(views)
	local before = ready and table.concat(ready, ",")
	ready, seen = {}, minetest.get_us_time()
	for _, image in ipairs(views) do
		if image.state == nil or image.state == "ready" then ready[#ready + 1] = image.name end
	end
	if table.concat(ready, ",") == before then return end
	check()
	if settings.warm then warm(images.allowed(), 1) end
	for _, watcher in ipairs(watchers) do watcher() end
end

--- Sees whether there are others by now: the server's owner may have built one meanwhile.
-- @param done may be left out; is called in any case, at once where it is known or vmd is not there
function images.look(done)
	if link.state ~= "live" or minetest.get_us_time() - seen < fresh then
		return done and done()
	end
	local under_way = asking ~= nil
	asking = asking or {}
	asking[#asking + 1] = done
	if under_way then return end
	link.call("image.list", {}, function(views)
		local waiting = asking
		asking = nil
		if views then know(views) end
		for _, each in ipairs(waiting) do each() end
	end)
end

link.on("state", function(state)
	if state == "live" then know(link.images) end
end)

return images
