-- The one connection with vmd, and all that the rest of the mod knows of it.

local here, http = ...
local settings = here.settings

local listeners = { machine = {}, state = {} }

local function tell(event, ...)
	for _, listener in ipairs(listeners[event]) do listener(...) end
end

local function now()
	return minetest.get_us_time() / 1e6
end

local session = here.need("session").new({
	post = http.post,
	now = now,
	after = minetest.after,
	world = minetest.get_worldpath():match("[^/\\]+$") or "world",
	leave = settings.leave,
	on_machine = function(view) tell("machine", view) end,
	on_state = function(state, problem)
		if problem then minetest.log("warning", "[vivarium] " .. problem) end
		if state == "live" then minetest.log("action", "[vivarium] connected with vmd at " .. settings.url) end
		tell("state", state, problem)
	end,
})

if http.missing then
	session.state, session.problem = "refused", http.missing
	minetest.log("error", "[vivarium] " .. http.missing)
else
	minetest.register_globalstep(function() session:step() end)
	-- No step comes any more, and other mods have said their last: theirs were registered before.
	minetest.register_on_mods_loaded(function()
		minetest.register_on_shutdown(function() session:finish() end)
	end)
end

local link = {}

--- Is told of it: "machine"(view) when a machine has changed, "state"(state, problem) when the connection has.
function link.on(event, listener)
	table.insert(listeners[event], listener)
end

--- Calls an operation of vmd. `done(result, error)` is called once, an error is {code, message, hint};
-- `progress(text, done, of)` as long work goes on.
function link.call(operation, parameters, done, progress)
	if http.missing then
		return minetest.after(0, done or function() end, nil, { code = "service-refused", message = http.missing })
	end
	session:call(operation, parameters, done, progress)
end

--- Types bytes at a machine's console. @return true; or nil and the error where too much waits already
function link.type(machine, bytes)
	return session:type(machine, bytes)
end

--- Follows the screen of a machine's console: `handler(screen)` is called in each step in which it changed (see
-- lib/screens). @return a function that ends it
function link.look(machine, handler)
	return session:look(machine, settings.columns, settings.rows, handler)
end

--- Follows the raw output of a machine's console: `handler(text, lost)`; `lost` bytes were missed before it, where any
-- were. @return a function that ends it
function link.hear(machine, handler)
	return session:hear(machine, handler)
end

--- Asks for the text of the scrollback and the screen: `done(text, error)`.
function link.read(machine, lines, done)
	if http.missing then
		return minetest.after(0, done, nil, { code = "service-refused", message = http.missing })
	end
	session:read(machine, lines, done)
end

--- Says of which machines the setting vivarium.leave decides what becomes when the game has gone.
function link.own(names) session:own(names) end
function link.disown(names) session:disown(names) end

--- What is known now: state, problem, machines (by name, as last told), images, grant, prefix.
local known = { state = true, problem = true, machines = true, images = true, grant = true, prefix = true }

return setmetatable(link, {
	__index = function(_, key)
		return known[key] and session[key] or nil
	end,
})
