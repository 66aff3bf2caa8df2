-- What the server's owner has said in minetest.conf (see settingtypes.txt).

local function text(name, usual)
	local value = minetest.settings:get("vivarium." .. name)
	if value == nil or value:match("^%s*$") then return usual end
	return value:match("^%s*(.-)%s*$")
end

local function whole(name, usual, least, most)
	local value = tonumber(text(name, usual))
	if value == nil or value ~= math.floor(value) or value < least or value > most then
		minetest.log("warning", ("[vivarium] vivarium.%s must be a whole number from %d to %d; %d is taken")
			:format(name, least, most, usual))
		return usual
	end
	return value
end

local function oneOf(name, usual, ...)
	local value = text(name, usual)
	for _, known in ipairs({ ... }) do
		if value == known then return value end
	end
	minetest.log("warning", ("[vivarium] vivarium.%s must be one of %s; %s is taken")
		:format(name, table.concat({ ... }, ", "), usual))
	return usual
end

local function list(name)
	local value = text(name)
	if value == nil then return nil end
	local items = {}
	for item in value:gmatch("[^,%s]+") do items[#items + 1] = item end
	return items
end

return {
	url = (text("url", "http://127.0.0.1:8470"):gsub("/+$", "")),
	token = text("token"),
	--- nil: all that the token allows
	images = list("images"),
	memory = text("memory", "128M"),
	computers_per_player = whole("computers_per_player", 3, 0, 1000),
	running_per_player = whole("running_per_player", 1, 0, 1000),
	network = oneOf("network", "none", "none", "user"),
	warm = minetest.settings:get_bool("vivarium.warm", true),
	leave = oneOf("leave", "suspend", "suspend", "run", "stop"),
	qmp = minetest.settings:get_bool("vivarium.qmp", false),
	columns = whole("columns", 80, 20, 132),
	rows = whole("rows", 24, 5, 50),
}
