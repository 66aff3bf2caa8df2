-- The images that players may choose from: those that the server's owner names, of those that the token allows.

local here = ...
local link, settings = here.link, here.settings

local images = {}

--- @return the names, in the owner's order
function images.allowed()
	local there, names = {}, {}
	for _, image in ipairs(link.images or {}) do
		there[image.name] = true
		names[#names + 1] = image.name
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

link.on("state", function(state)
	if state ~= "live" or images.seen_to then return end
	images.seen_to = true
	check()
	if settings.warm then warm(images.allowed(), 1) end
end)

return images
