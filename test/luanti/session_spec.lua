local need = dofile("test/luanti/need.lua")
local Session = need("session")

--- A session whose requests the test answers; `asked` has those that wait, the oldest first.
local function scripted()
	local it = { asked = {}, time = 0, timers = {}, told = {} }
	it.session = Session.new({
		world = "w",
		leave = "suspend",
		post = function(path, body, _, done) it.asked[#it.asked + 1] = { path = path, body = body, done = done } end,
		now = function() return it.time end,
		after = function(seconds, f) it.timers[#it.timers + 1] = { at = it.time + seconds, f = f } end,
		on_machine = function(view) it.told[#it.told + 1] = view.name .. " " .. view.state end,
		on_state = function(state, problem) it.told[#it.told + 1] = state .. (problem and ": " .. problem or "") end,
	})
	function it.step(seconds)
		it.time = it.time + (seconds or 0)
		local timers = it.timers
		it.timers = {}
		for _, timer in ipairs(timers) do
			if timer.at <= it.time then timer.f() else it.timers[#it.timers + 1] = timer end
		end
		it.session:step()
	end
	--- The oldest request of a path; it is no longer one that waits.
	function it.take(path)
		for index, request in ipairs(it.asked) do
			if request.path == path then return table.remove(it.asked, index) end
		end
	end
	function it.open(id, machines)
		it.step()
		it.take("open").done({ session = id or "s1", prefix = "game-", grant = {}, images = {}, machines = machines })
	end
	return it
end

describe("a session", function()
	it("has one poll and one request that sends under way, whatever is asked", function()
		local vmd = scripted()
		vmd.open()
		for _ = 1, 50 do
			vmd.session:type("a", "x")
			vmd.step()
		end
		assert.are.equal(2, #vmd.asked)
		assert.are.equal("poll", vmd.asked[1].path)
		assert.are.same({ { act = "type", machine = "a", hex = "78" } }, vmd.asked[2].body.acts)
		vmd.take("send").done({ taken = 1 })
		vmd.step()
		assert.are.same({ { act = "type", machine = "a", hex = ("78"):rep(49) } }, vmd.take("send").body.acts)
	end)

	it("sends again what was not answered, as it was", function()
		local vmd = scripted()
		vmd.open()
		vmd.session:type("a", "l")
		vmd.step()
		local first = vmd.take("send")
		first.done(nil, 0)
		vmd.session:type("a", "s")
		vmd.step(0.1)
		assert.is_nil(vmd.take("send"))
		vmd.step(1)
		assert.are.same(first.body, vmd.take("send").body)
	end)

	it("goes on with the same number where a send was refused, whose calls are answered with that", function()
		local vmd = scripted()
		vmd.open()
		local answered
		vmd.session:call("no.operation", {}, function(_, problem) answered = problem.code end)
		vmd.step()
		vmd.take("send").done({ error = { code = "request-invalid", message = "No.", hint = "" } })
		assert.are.equal("request-invalid", answered)
		vmd.session:type("a", "l")
		vmd.step()
		assert.are.equal(1, vmd.take("send").body.number)
	end)

	it("polls on from the news that came last, also when a poll was lost", function()
		local vmd = scripted()
		vmd.open()
		vmd.take("poll").done({ cursor = 7, news = { { kind = "machine", name = "a", state = "running" } } })
		assert.are.equal("running", vmd.session.machines.a.state)
		vmd.take("poll").done(nil, 0)
		assert.are.equal("lost", vmd.session.state)
		assert.are.equal("vmd does not answer", vmd.session.problem)
		vmd.step(1)
		assert.are.equal(7, vmd.take("poll").body.after)
	end)

	it("says so of a wrong token, and goes on trying", function()
		local vmd = scripted()
		vmd.step()
		vmd.take("open").done(nil, 401)
		assert.are.equal("refused", vmd.session.state)
		assert.truthy(vmd.session.problem:match("token"))
		vmd.step(10)
		assert.is_nil(vmd.take("open"))
		vmd.step(21)
		vmd.take("open").done({ session = "s1", prefix = "", machines = {} })
		assert.are.equal("live", vmd.session.state)
	end)

	it("follows and owns again what it did when vmd comes back, and has forgotten the machines that went", function()
		local vmd = scripted()
		vmd.open()
		vmd.session:look("a", 80, 24, function() end)
		vmd.session:own({ "a" })
		vmd.step()
		vmd.take("send").done({ taken = 1 })
		vmd.take("poll").done({
			cursor = 1,
			news = { { kind = "machine", name = "a", state = "running" }, { kind = "machine", name = "b", state = "running" } },
		})
		vmd.take("poll").done({ gone = true })
		vmd.open("s2", { "a" })
		vmd.step()
		assert.are.same({
			{ act = "own", machines = { "a" } },
			{ act = "look", machine = "a", columns = 80, rows = 24 },
		}, vmd.take("send").body.acts)
		assert.is_nil(vmd.session.machines.b)
		assert.are.equal("b removed", vmd.told[#vmd.told - 1])
	end)

	it("answers each call once: what was under way when vmd went is lost, what waited is asked", function()
		local vmd = scripted()
		local answers = {}
		vmd.open()
		vmd.session:call("machine.stop", { name = "a" }, function(_, problem) answers.a = problem.code end)
		vmd.step()
		vmd.session:call("machine.stop", { name = "b" }, function(result) answers.b = result.stopped end)
		vmd.take("send").done({ gone = true })
		assert.are.equal("service-lost", answers.a)
		vmd.open("s2")
		vmd.step()
		local send = vmd.take("send").body
		assert.are.equal(1, #send.acts)
		assert.are.equal("b", send.acts[1].parameters.name)
		vmd.take("send")
		vmd.take("poll")
		vmd.asked = {}
		vmd.session:hearOf({ kind = "answer", call = send.acts[1].call, result = { stopped = true } })
		vmd.session:hearOf({ kind = "answer", call = send.acts[1].call, result = { stopped = false } })
		assert.is_true(answers.b)
	end)

	it("draws a screen once in a step, for each who looks, and all of it for who comes later", function()
		local vmd = scripted()
		local drawn = {}
		local function looker(name)
			return function(screen)
				local rows = 0
				for _ in pairs(screen.changed) do rows = rows + 1 end
				drawn[#drawn + 1] = name .. rows
			end
		end
		vmd.open()
		local close = vmd.session:look("a", 80, 24, looker("x"))
		local function news(whole, y, lines)
			local cursor = { x = 0, y = y }
			return { kind = "screen", machine = "a", columns = 80, rows = 3, whole = whole, cursor = cursor, lines = lines }
		end
		vmd.session:hearOf(news(true, 0, {}))
		vmd.session:hearOf(news(nil, 1, { { 1, { { "hi", -1, -1, 0 } } } }))
		vmd.step()
		vmd.step()
		assert.are.same({ "x3" }, drawn)
		vmd.session:look("a", 80, 24, looker("y"))
		close()
		vmd.step()
		assert.are.same({ "x3", "y3" }, drawn)
	end)

	it("takes no more typing than can wait, and says so", function()
		local vmd = scripted()
		assert.is_true(vmd.session:type("a", ("x"):rep(65536)))
		local taken, problem = vmd.session:type("a", "y")
		assert.is_nil(taken)
		assert.are.equal("too-much-typed", problem.code)
		assert.is_true(vmd.session:type("b", "y"))
		vmd.open()
		vmd.step()
		assert.are.equal(16384 * 2, #vmd.take("send").body.acts[1].hex)
	end)

	it("sends apart what was refused together, so that only what is wrong is lost", function()
		local vmd = scripted()
		local problem
		vmd.open()
		vmd.session:call("nonsense", {}, function(_, why) problem = why.code end)
		vmd.session:type("a", "ls")
		vmd.step()
		vmd.take("send").done({ error = { code = "request-invalid", message = "no" } })
		vmd.step()
		local send = vmd.take("send")
		assert.are.equal("nonsense", send.body.acts[1].operation)
		assert.are.equal(1, send.body.number)
		send.done(nil, 413)
		assert.are.equal("request-too-large", problem)
		vmd.step()
		assert.are.same({ { act = "type", machine = "a", hex = "6c73" } }, vmd.take("send").body.acts)
	end)

	it("begins anew where vmd does not want its poll", function()
		local vmd = scripted()
		vmd.open()
		vmd.take("poll").done({ error = { code = "request-invalid", message = "a cursor of the future" } })
		assert.are.equal("a cursor of the future", vmd.session.problem)
		vmd.step(31)
		assert.truthy(vmd.take("open"))
	end)

	it("says what did not arrive until something is typed again", function()
		local vmd = scripted()
		local problem
		vmd.open()
		vmd.session:look("a", 80, 24, function(screen) problem = screen.problem end)
		vmd.session:hearOf({ kind = "refused", machine = "a", error = { message = "somebody else types" } })
		vmd.step()
		assert.are.equal("somebody else types", problem)
		vmd.session:type("a", "x")
		vmd.step()
		assert.is_nil(problem)
	end)

	it("owns many machines in several acts", function()
		local vmd = scripted()
		local names = {}
		for index = 1, 1200 do names[index] = "m" .. index end
		vmd.open()
		vmd.session:own(names)
		vmd.step()
		local acts = vmd.take("send").body.acts
		assert.are.equal(3, #acts)
		assert.are.equal("m1001", acts[3].machines[1])
	end)
end)
