--- Runs the checks that a test asks for: each is a line `NAME JSON` of the file `checks` in the world's directory. How
--- it ends is a line of standard output: `ok NAME JSON`, or `failed NAME "why"`. Several run side by side.
local checks, under_way = {}, {}

local function tell(outcome, name, value)
	io.write(outcome, " ", name, " ", minetest.write_json(value), "\n")
	io.flush()
end

--- What a check is given: `given`, what the test has said; `wait`, `step` and `equal`.
local function bench(given)
	local it = { given = given }

	--- Lets the game make a step.
	function it.step()
		coroutine.yield()
	end

	--- Waits until `look` sees something, for so many seconds at most. @return what it sees
	function it.wait(what, look, seconds)
		local last = minetest.get_us_time() + (seconds or 30) * 1e6
		while true do
			local seen = look()
			if seen then
				return seen
			end
			if minetest.get_us_time() > last then
				error("waited in vain for " .. (type(what) == "function" and what() or what), 2)
			end
			coroutine.yield()
		end
	end

	function it.equal(seen, wanted, what)
		if seen ~= wanted then
			error(("%s is %s, not %s"):format(what or "it", dump(seen), dump(wanted)), 2)
		end
	end

	return it
end

local function begin(name, given)
	if not checks[name] then
		return tell("failed", name, "there is no such check")
	end
	under_way[#under_way + 1] = {
		name = name,
		routine = coroutine.create(function()
			return checks[name](bench(given))
		end),
	}
end

local orders

local function read_orders()
	orders = orders or io.open(minetest.get_worldpath() .. "/checks", "r")
	local line = orders and orders:read("*l")
	while line do
		local name, given = line:match("^(%S+) (.*)$")
		begin(name, minetest.parse_json(given))
		line = orders:read("*l")
	end
end

minetest.register_globalstep(function()
	read_orders()
	for index = #under_way, 1, -1 do
		local it = under_way[index]
		local fine, value = coroutine.resume(it.routine)
		if coroutine.status(it.routine) == "dead" then
			table.remove(under_way, index)
			if fine then
				tell("ok", it.name, value == nil and true or value)
			else
				tell("failed", it.name, debug.traceback(it.routine, tostring(value)))
			end
		end
	end
end)

minetest.after(0, tell, "ok", "start", true)

checks["end"] = function()
	minetest.request_shutdown()
end

--- Names a check. @param run is given the bench; what it returns is the check's result
return function(name, run)
	assert(not checks[name], name)
	checks[name] = run
end
