local need = dofile("test/luanti/need.lua")

describe("permissions", function()
	local permissions = need("permissions")
	local computer = { owner = "anna", shared = { bert = "use", carl = "look" } }
	local deeds = { "look", "copy", "type", "power", "dig", "share", "wire" }

	local function of(name, admin, which)
		local may = {}
		for _, deed in ipairs(deeds) do
			if permissions.may({ name = name, admin = admin }, deed, which or computer) then may[#may + 1] = deed end
		end
		return table.concat(may, " ")
	end

	it("let its owner and administrators do all", function()
		assert.equal(table.concat(deeds, " "), of("anna"))
		assert.equal(table.concat(deeds, " "), of("root", true))
	end)

	it("let those with whom it is shared do what it is shared for", function()
		assert.equal("look copy type power", of("bert"))
		assert.equal("look copy", of("carl"))
		assert.equal("", of("dora"))
	end)

	it("say why not", function()
		assert.same({ false, "not-shared" }, { permissions.may({ name = "dora" }, "look", computer) })
		assert.same({ false, "look-only" }, { permissions.may({ name = "carl" }, "type", computer) })
		assert.same({ false, "not-owner" }, { permissions.may({ name = "bert" }, "dig", computer) })
	end)

	it("count the greater of what one has and what everybody has", function()
		local open = { owner = "anna", shared = { ["*"] = "use", carl = "look" } }
		assert.equal("look copy type power", of("carl", false, open))
		assert.equal("look copy type power", of("dora", false, open))
	end)

	it("let machines of other mods, which have no name, do nothing", function()
		assert.equal("", of("", true, { owner = "", shared = { ["*"] = "use" } }))
	end)

	it("are shared and taken back without touching what was shared before", function()
		local after = permissions.shared_with(computer.shared, "dora", "look")
		assert.equal("look", after.dora)
		assert.is_nil(computer.shared.dora)
		assert.is_nil(permissions.shared_with(after, "bert", nil).bert)
	end)

	it("are shared with so many players, and no more", function()
		local shared = {}
		for nth = 1, permissions.most do shared = permissions.shared_with(shared, "player-" .. nth, "look") end
		assert.is_nil(permissions.shared_with(shared, "one-more", "look"))
		assert.equal("use", permissions.shared_with(shared, "player-1", "use")["player-1"])
		assert.is_table(permissions.shared_with(permissions.shared_with(shared, "player-1", nil), "one-more", "look"))
	end)
end)

describe("quotas", function()
	local quotas = need("quotas")
	local computers = { { id = 1, on = true }, { id = 2, on = false }, { id = 3, on = true } }

	it("count computers", function()
		assert.is_true(quotas.may_place(computers, 4))
		assert.same({ false, { have = 3, most = 3 } }, { quotas.may_place(computers, 3) })
		assert.is_false((quotas.may_place({}, 0)))
	end)

	it("count those that are on, other than the one that is asked for", function()
		local function is_on(computer)
			return computer.on
		end
		assert.is_true(quotas.may_run(computers, 2, 3, is_on))
		assert.is_true(quotas.may_run(computers, 3, 2, is_on))
		assert.same({ false, { have = 2, most = 2, on = { 1, 3 } } }, { quotas.may_run(computers, 2, 2, is_on) })
	end)
end)

describe("names of computers' machines", function()
	local names = need("names")
	local valid = "^[A-Za-z0-9][A-Za-z0-9._+-]*$"

	it("are the prefix, the player and the number", function()
		assert.equal("game-pc-anna-7", names.of_computer("game-", "Anna", 7))
		assert.equal("game-pc-anna-7-2", names.of_computer("game-", "Anna", 7, 2))
		assert.equal("pc-a_b-1", names.of_computer("", "a_b", 1))
	end)

	it("are names whatever the player is called", function()
		for _, player in ipairs({ ("x"):rep(200), "Zoë", "a b", "../../etc", "" }) do
			local name = names.of_computer("game-", player, 123456)
			assert.truthy(name:match(valid), name)
			assert.is_true(#name <= 63)
		end
	end)

	it("tell apart what would be the same", function()
		assert.are_not.equal(names.of_computer("", "a b", 1), names.of_computer("", "a-b", 1))
		assert.are_not.equal(names.of_computer("", ("x"):rep(80) .. "1", 1), names.of_computer("", ("x"):rep(80) .. "2", 1))
	end)
end)

describe("the condition of a computer", function()
	local condition = need("condition")

	local function of(facts)
		facts.link = facts.link or "live"
		facts.known = facts.known ~= false
		facts.computer = facts.computer or { machine = "pc", made = true }
		return condition.of(facts)
	end

	it("is that of its machine", function()
		for state, seen in pairs({
			running = "on", paused = "paused", starting = "loading", stopping = "leaving",
			stopped = "off", suspended = "asleep", failed = "refused", broken = "refused",
		}) do
			assert.equal(seen, (of({ machine = { state = state } })), state)
		end
	end)

	it("is refused for the reason that vmd has for its machine", function()
		assert.same({ "refused", "its disk is gone" }, { of({ machine = { state = "broken", why = "its disk is gone" } }) })
	end)

	it("is unknown while vmd is away", function()
		assert.same({ "lost", "why" }, { of({ link = "lost", problem = "why", machine = { state = "running" } }) })
	end)

	it("says what is being done before what was", function()
		assert.equal("loading", (of({ busy = "on", machine = { state = "stopped" } })))
		assert.equal("leaving", (of({ busy = "off", machine = { state = "running" } })))
	end)

	it("says why it was refused until it is on", function()
		assert.same({ "refused", "no" }, { of({ refusal = "no", machine = { state = "stopped" } }) })
		assert.equal("on", (of({ refusal = "no", machine = { state = "running" } })))
	end)

	it("misses a machine that was made only once vmd has said what there is", function()
		assert.equal("gone", (of({})))
		assert.equal("lost", (of({ known = false })))
		assert.equal("off", (of({ computer = {} })))
	end)

	it("has a block for each", function()
		assert.equal("on", condition.block("paused"))
		assert.equal("loading", condition.block("leaving"))
		assert.equal("off", condition.block("asleep"))
		assert.is_nil(condition.block("lost"))
	end)
end)

describe("lines of a console", function()
	local Lines = need("lines")

	it("are without escape sequences, in whatever portions they come", function()
		local text = "\27[1;31mred\27[0m\r\n\27]0;title\7a\tb\27(B\nx\8y\n\27P1$r\27\\end\n"
		local wanted = { "red", "a b", "y", "end" }
		assert.same(wanted, Lines.new():feed(text))
		local lines, seen = Lines.new(), {}
		for index = 1, #text do
			for _, line in ipairs(lines:feed(text:sub(index, index))) do seen[#seen + 1] = line end
		end
		assert.same(wanted, seen)
	end)

	it("wait for their end, and are cut where they never end", function()
		local lines = Lines.new()
		assert.same({}, lines:feed(("x"):rep(5000)))
		assert.equal(1000, #lines:feed("\n")[1])
		assert.same({ "" }, lines:feed("\n"))
	end)

	it("are left out and counted between the beginning and the end of a long text", function()
		for _, text in ipairs({ ("y\n"):rep(32768), ("\27[31my\n"):rep(9000) .. "y", ("y"):rep(60000) .. "\n" }) do
			local lines = Lines.new()
			local ended, left = lines:feed(text)
			local _, all = text:gsub("\n", "")
			assert.equal(all, #ended + left)
			assert.is_true(#ended < 10000)
			lines:feed("\n")
			assert.same({ "z" }, (lines:feed("z\n")))
		end
	end)
end)

describe("a bucket", function()
	it("gives so many at once and so many a second", function()
		local bucket, taken = need("bucket").new(10, 5), 0
		for tick = 0, 99 do
			if bucket:take(tick / 100) then taken = taken + 1 end
		end
		assert.equal(14, taken)
		assert.is_true(bucket:take(100))
	end)
end)
