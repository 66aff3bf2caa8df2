-- The talk with vmd's face for games (docs/game.md): one poll that waits for news, and one request at a time that
-- sends. Knows nothing of the game: it is given how to ask, and what time it is, and is stepped.

local need = ...
local Acts = need("acts")
local backoff = need("backoff")
local copied = need("copied")
local news = need("news")
local screens = need("screens")

--- Seconds that vmd may keep a poll, and that any request may take beyond that.
local wait, patience = 20, 10

--- Names of machines in one act.
local most_names = 500

--- Seconds after which a token that was refused is tried again: the server's owner may have made it meanwhile.
local calm = 30

local lost = {
	code = "service-lost",
	message = "The connection to vmd was lost before it answered.",
	hint = "See how it is now, and try again.",
}
local crowded = {
	code = "too-much-typed",
	message = "More was typed than can wait while vmd is away.",
	hint = "Wait until the connection is back.",
}

local Session = {}
Session.__index = Session

--- @param options
--   post(path, body, timeout, done(answer or nil, status)): asks vmd; `done` may be called in any later step
--   now(): seconds, of a clock that never goes back
--   world: what the game is called; leave: what becomes of its machines when it has gone
--   after(seconds, f): calls f then
--   on_machine(view), on_state(state, problem): are told what changes
function Session.new(options)
	return setmetatable({
		options = options,
		state = "connecting",
		machines = {},
		images = {},
		owned = {}, -- names that are ours while they are keys
		failed = 0,
		again = 0,
		acts = Acts.new(),
		apart = {}, -- acts that were refused together with others
		calls = {},
		lastCall = 0,
		looks = {},
		hears = {},
	}, Session)
end

--- Does what there is to do; to be called in each step of the game.
function Session:step()
	self:draw()
	if not self.id then
		if not self.opening and self.options.now() >= self.again then self:open() end
	elseif not self.sending and self.options.now() >= self.again then
		-- What is not begun waits for a vmd that is there: of what is on its way nobody knows whether it arrived.
		if self.unanswered or self.state == "live" and (#self.apart > 0 or not self.acts:empty()) then self:send() end
	end
end

local function tell(self, state, problem)
	if self.state == state and self.problem == problem then return end
	self.state, self.problem = state, problem
	self.options.on_state(state, problem)
end

--- Statuses of a request that would be refused again as it is.
local refusals = {
	[400] = { code = "request-invalid", message = "vmd cannot read what was sent.", hint = "See the log of the game." },
	[413] = { code = "request-too-large", message = "That is more than vmd takes at once.", hint = "Send less of it." },
}

--- What a status means that came instead of an answer.
local function problemOf(status)
	if status == 401 then return "vmd does not know the token (vivarium.token in minetest.conf)", true end
	if status == 429 then return "vmd is asked too often" end
	if status == 404 then return "what answers there is no vmd that knows games", true end
	if status == 0 then return "vmd does not answer" end
	return ("vmd answers with status %d"):format(status)
end

--- @param refusal what vmd says why it does not want; nil where no answer came, but a status
local function fail(self, status, refusal)
	local problem, refused
	if refusal then
		problem, refused = refusal.message, true
	else
		problem, refused = problemOf(status)
	end
	self.failed = self.failed + 1
	self.again = self.options.now() + (refused and calm or backoff(self.failed))
	tell(self, refused and "refused" or "lost", problem)
end

function Session:open()
	self.opening = true
	local body = { world = self.options.world, leave = self.options.leave }
	self.options.post("open", body, patience, function(answer, status)
		self.opening = false
		if not answer or answer.error then
			return fail(self, status, answer and answer.error)
		end
		self.failed = 0
		self.id, self.cursor, self.number = answer.session, 0, 0
		self.grant, self.images, self.prefix = answer.grant, answer.images or {}, answer.prefix
		self:forget(answer.machines or {})
		self:resume()
		tell(self, "live")
		self:poll()
	end)
end

--- Forgets the machines that have gone since an earlier session. @param there names of those that are there
function Session:forget(there)
	local known = {}
	for _, name in ipairs(there) do known[name] = true end
	local removed = {}
	for name in pairs(self.machines) do
		if not known[name] then removed[#removed + 1] = name end
	end
	for _, name in ipairs(removed) do news.take(self, { kind = "machine", name = name, state = "removed" }) end
end

--- Says again in a new session what an earlier one knew.
function Session:resume()
	local names = {}
	for name in pairs(self.owned) do names[#names + 1] = name end
	local later = self.acts
	self.acts = Acts.new()
	self:say("own", names)
	for machine, look in pairs(self.looks) do
		self.acts:add({ act = "look", machine = machine, columns = look.columns, rows = look.rows })
	end
	for machine in pairs(self.hears) do self.acts:add({ act = "hear", machine = machine }) end
	-- Of what waited only that goes on which was not said just now.
	for index = later.first, later.last do
		local act = later[index]
		if act.act == "type" then
			self.acts:type(act.machine, act.bytes)
		elseif act.act == "call" or act.act == "read" then
			self.acts:add(act)
		end
	end
end

--- The session is gone: what was on its way in it may have happened or not.
local function gone(self)
	local sent = {}
	for id, call in pairs(self.calls) do
		if call.sent then sent[#sent + 1] = id end
	end
	for _, act in ipairs(self.unanswered and self.unanswered.acts or {}) do
		if act.act == "type" then news.take(self, { kind = "refused", machine = act.machine, error = lost }) end
	end
	self.id, self.unanswered, self.apart = nil, nil, {}
	self.again = self.options.now()
	tell(self, "connecting")
	for _, id in ipairs(sent) do
		local call = self.calls[id]
		self.calls[id] = nil
		call.done(nil, lost)
	end
end

function Session:poll()
	local id = self.id
	-- Whether vmd is there again is to be known at once.
	local longest = self.state == "live" and wait or 0
	local body = { session = id, after = self.cursor, wait = longest }
	self.options.post("poll", body, longest + patience, function(answer, status)
		if self.id ~= id then return end
		if not answer or answer.error then
			if answer then gone(self) end -- what is asked is wrong, and would be again: all begins anew
			fail(self, status, answer and answer.error)
			if not answer then self:pollLater() end
			return
		end
		if answer.gone then return gone(self) end
		self.failed = 0
		self.cursor = answer.cursor
		tell(self, "live")
		-- Asked before the news are told: who is told may fail, and the next ones are to come all the same.
		self:poll()
		for _, it in ipairs(answer.news or {}) do self:hearOf(it) end
	end)
end

--- Polls again when it is time.
function Session:pollLater()
	local id = self.id
	self.options.after(math.max(0, self.again - self.options.now()), function()
		if self.id == id then self:poll() end
	end)
end

--- Tells whoever asked for an act that vmd does not want it.
local function refuse(self, act, problem)
	local call = act.call and self.calls[act.call]
	if call then
		self.calls[act.call] = nil
		call.done(nil, problem)
	elseif act.act == "type" then
		news.take(self, { kind = "refused", machine = act.machine, error = problem })
	elseif act.act == "look" then
		news.take(self, { kind = "line", machine = act.machine, state = "refused", error = problem })
	end
end

--- Sends what waits; what was not answered is sent again as it was, and vmd does it once. A portion that vmd refuses is
-- sent again act by act, so that only that is lost which is wrong.
function Session:send()
	local id = self.id
	if not self.unanswered then
		self.number = self.number + 1
		local acts = #self.apart > 0 and { table.remove(self.apart, 1) } or self.acts:take()
		self.unanswered = { session = id, number = self.number, acts = acts }
		for _, act in ipairs(self.unanswered.acts) do
			if act.call then self.calls[act.call].sent = true end
		end
	end
	self.sending = true
	self.options.post("send", self.unanswered, patience, function(answer, status)
		self.sending = false
		if self.id ~= id then return end
		if not answer and not refusals[status] then return fail(self, status) end
		if answer and answer.gone then return gone(self) end
		local acts, problem = self.unanswered.acts, refusals[status] or answer.error
		self.unanswered = nil
		self.failed = 0
		tell(self, "live")
		if not problem then return end
		self.number = self.number - 1 -- what is refused is not taken
		if #acts == 1 then return refuse(self, acts[1], problem) end
		for index = #acts, 1, -1 do table.insert(self.apart, 1, acts[index]) end
	end)
end

--- Sends what still waits, as the game ends: no answer comes any more. What was sent last may be on its way.
function Session:finish()
	if self.id and self.state == "live" and not self.acts:empty() then
		self.unanswered, self.apart = nil, {}
		self:send()
	end
end

--- Takes one of the news.
function Session:hearOf(it)
	news.take(self, it)
end

--- Shows the screens that have changed since the last step to those who look at them.
function Session:draw()
	local fresh = {}
	for _, look in pairs(self.looks) do
		if look.fresh then fresh[#fresh + 1] = look end
	end
	for _, look in ipairs(fresh) do
		look.fresh = false
		for _, handler in ipairs(copied(look.handlers)) do handler(look.screen) end
		look.screen.changed = {}
	end
end

--- Calls an operation. `done(result, error)` is called once, `progress(text)` as long work goes on.
function Session:call(operation, parameters, done, progress)
	self:ask({ act = "call", operation = operation, parameters = parameters }, done, progress)
end

--- The text of scrollback and screen.
function Session:read(machine, lines, done)
	self:ask({ act = "read", machine = machine, lines = lines }, function(result, problem)
		done(result and result.text, problem)
	end)
end

function Session:ask(act, done, progress)
	self.lastCall = self.lastCall + 1
	act.call = self.lastCall
	self.calls[act.call] = { done = done or function() end, progress = progress }
	self.acts:add(act)
end

--- Types bytes at a machine's console. @return true; or nil and the error where too much waits already
function Session:type(machine, bytes)
	local look = self.looks[machine]
	if look and look.refused then
		look.screen.problem, look.refused, look.fresh = nil, nil, true
	end
	if bytes == "" or self.acts:type(machine, bytes) then return true end
	return nil, crowded
end

local function remove(list, item)
	for index, other in ipairs(list) do
		if other == item then return table.remove(list, index) end
	end
end

--- Follows the screen of a machine. @return a function that ends it
function Session:look(machine, columns, rows, handler)
	local look = self.looks[machine]
	if not look then
		look = { columns = columns, rows = rows, screen = screens.new(), handlers = {} }
		self.looks[machine] = look
		self.acts:add({ act = "look", machine = machine, columns = columns, rows = rows })
	end
	look.handlers[#look.handlers + 1] = handler
	screens.touch(look.screen) -- all of it is new to whoever comes
	look.fresh = true
	return function()
		if not remove(look.handlers, handler) or #look.handlers > 0 then return end
		self.looks[machine] = nil
		self.acts:add({ act = "unlook", machine = machine })
	end
end

--- Follows the raw output of a machine's console. @return a function that ends it
function Session:hear(machine, handler)
	local handlers = self.hears[machine]
	if not handlers then
		handlers = {}
		self.hears[machine] = handlers
		self.acts:add({ act = "hear", machine = machine })
	end
	handlers[#handlers + 1] = handler
	return function()
		if not remove(handlers, handler) or #handlers > 0 then return end
		self.hears[machine] = nil
		self.acts:add({ act = "unhear", machine = machine })
	end
end

--- Says something of machines, of which vmd takes so many at once.
function Session:say(what, names)
	for from = 1, #names, most_names do
		local some = { unpack(names, from, math.min(#names, from + most_names - 1)) }
		self.acts:add({ act = what, machines = some })
	end
end

--- Says whose fate the session's leaving decides.
function Session:own(names)
	for _, name in ipairs(names) do self.owned[name] = true end
	self:say("own", names)
end

function Session:disown(names)
	for _, name in ipairs(names) do self.owned[name] = nil end
	self:say("disown", names)
end

return Session
