-- A vmd as far as a game sees it (docs/game.md); what it does a spec says: `operations[name](parameters)` → result, or
-- nil and an error. One that is `away` answers nothing, one that `refuses` a status, one that was `restarted` knows
-- nothing of what was. What it was asked for is in `called` and `typed`.

local json = dofile("test/luanti/need.lua")("dkjson")

return function()
	local self = {
		operations = {}, called = {}, typed = {}, heard = {}, news = {}, machines = {},
		images = { { name = "tiny", state = "ready" } }, grant = { scope = "control", network = "none" },
	}
	local cursor, waiting = 0, {}

	--- The result of an operation that has not ended.
	self.later = {}

	function self.tell(news) self.news[#self.news + 1] = news end

	--- Has a machine be so; `state` "removed": be no more.
	function self.has(name, state)
		for index, view in ipairs(self.machines) do
			if view.name == name then
				table.remove(self.machines, index)
				break
			end
		end
		if state ~= "removed" then table.insert(self.machines, { name = name, state = state }) end
		self.tell({ kind = "machine", name = name, state = state })
	end

	local operations = self.operations
	function operations.machine_list() return self.machines end
	function operations.image_list() return self.images end
	function operations.machine_launch(parameters)
		for _, name in ipairs(parameters.names or {}) do self.has(name, "running") end
		return {}
	end
	function operations.machine_make(parameters)
		self.has(parameters.name, "stopped")
		return {}
	end
	function operations.machine_start(parameters)
		self.has(parameters.name, "running")
		return {}
	end
	function operations.machine_status(parameters)
		for _, view in ipairs(self.machines) do
			if view.name == parameters.name then return view end
		end
		return nil, { code = "machine-not-found", message = "There is no machine " .. parameters.name .. "." }
	end

	local acts = {
		call = function(act)
			self.called[#self.called + 1] = act
			local operation = self.operations[act.operation:gsub("%.", "_")]
			local result, problem = {}, nil
			if operation then result, problem = operation(act.parameters) end
			if result ~= self.later then
				self.tell({ kind = "answer", call = act.call, result = result, error = problem })
			end
		end,
		read = function(act)
			self.read = act.lines
			self.tell({ kind = "answer", call = act.call, result = { text = self.text } })
		end,
		type = function(act)
			local bytes = act.hex:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end)
			self.typed[act.machine] = (self.typed[act.machine] or "") .. bytes
		end,
		hear = function(act) self.heard[act.machine] = true end,
		unhear = function(act) self.heard[act.machine] = nil end,
	}

	local faces = {
		open = function()
			local names = {}
			self.restarted, self.news = false, {}
			for index, view in ipairs(self.machines) do
				names[index] = view.name
				self.tell({ kind = "machine", name = view.name, state = view.state })
			end
			return { session = "s", prefix = "game-", grant = self.grant, images = self.images, machines = names }
		end,
		send = function(body)
			if self.restarted then return { gone = true } end
			for _, act in ipairs(body.acts) do
				if acts[act.act] then acts[act.act](act) end
			end
			return { taken = body.number }
		end,
		poll = function(body)
			if self.restarted then return { gone = true } end
			if #self.news == 0 and body.wait > 0 then return nil end
			local news = self.news
			self.news, cursor = {}, cursor + 1
			return { cursor = cursor, news = news }
		end,
	}

	function self.fetch(request, done)
		waiting[#waiting + 1] = { path = request.url:match("[^/]+$"), body = json.decode(request.data), done = done }
	end

	--- Answers what can be answered.
	function self.step()
		local asked = waiting
		waiting = {}
		for _, request in ipairs(asked) do
			if self.refuses then
				request.done({ succeeded = false, code = self.refuses })
			else
				local answer = not self.away and faces[request.path](request.body)
				if answer then
					request.done({ succeeded = true, code = 200, data = json.encode(answer) })
				else
					waiting[#waiting + 1] = request
				end
			end
		end
	end

	--- How often an operation was called.
	function self.count(operation)
		local count = 0
		for _, act in ipairs(self.called) do count = count + (act.operation == operation and 1 or 0) end
		return count
	end

	return self
end
