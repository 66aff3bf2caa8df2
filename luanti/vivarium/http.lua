-- The only holder of the HTTP capability and of the token: neither leaves this file.

local here, http = ...
local settings = here.settings

--- What stands in the way of asking vmd anything, as a sentence for the server's owner; nil where nothing does.
local missing
if not http then
	missing = "vivarium may not use HTTP: put secure.http_mods = vivarium into minetest.conf"
elseif not settings.token then
	missing = "vivarium has no token: put vivarium.token = … into minetest.conf (vm token create makes one)"
end

local headers = { "Content-Type: application/json", "Authorization: Bearer " .. (settings.token or "") }

--- Asks vmd's face for games.
-- @param path one of open, send, poll
-- @param body a table
-- @param timeout whole seconds
-- @param done is called in a later step, with the answer as a table, or with nil and why there is none: an HTTP
--  status, 0 where nobody answered
local function post(path, body, timeout, done)
	http.fetch({
		url = settings.url .. "/game/v1/" .. path,
		method = "POST",
		data = minetest.write_json(body), -- never empty: the engine's connections do not survive that
		extra_headers = headers,
		timeout = timeout,
	}, function(result)
		if not result.succeeded or result.code >= 400 then return done(nil, result.code or 0) end
		local answer = minetest.parse_json(result.data)
		if type(answer) ~= "table" then return done(nil, result.code) end
		done(answer)
	end)
end

return { post = post, missing = missing }
