-- The only holder of the HTTP capability. (Settings, and so the token, can be read by every mod; it is of use only to
-- those that may use HTTP.)

local here, http = ...
local settings = here.settings
local token = settings.token
settings.token = nil

--- What stands in the way of asking vmd anything, as a sentence for the server's owner; nil where nothing does.
local missing
if not http then
	missing = "vivarium may not use HTTP: put secure.http_mods = vivarium into minetest.conf"
elseif not token then
	missing = "vivarium has no token: put vivarium.token = … into minetest.conf (vm token create makes one)"
end

local headers = { "Content-Type: application/json", "Authorization: Bearer " .. (token or "") }

--- Asks vmd's face for games.
-- @param path one of open, send, poll
-- @param body a table
-- @param timeout whole seconds
-- @param done is called in a later step, with the answer as a table, or with nil and why there is none: an HTTP
--  status, 0 where nobody answered
local function post(path, body, timeout, done)
	local data, problem = minetest.write_json(body)
	if not data then
		minetest.log("error", "[vivarium] what is to be sent is no JSON: " .. tostring(problem))
		return minetest.after(0, done, nil, 400)
	end
	http.fetch({
		url = settings.url .. "/game/v1/" .. path,
		method = "POST",
		data = data, -- never empty: the engine's connections do not survive that
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
