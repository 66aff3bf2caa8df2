-- What each of the news that a poll brings (docs/game.md) does to what a session knows.

local need = ...
local copied = need("copied")
local screens = need("screens")

--- By their kind.
local takes = {}

function takes.machine(session, it)
	session.machines[it.name] = it.state ~= "removed" and it or nil
	session.options.on_machine(it)
end

function takes.answer(session, it)
	local call = session.calls[it.call]
	if not call then return end
	session.calls[it.call] = nil
	call.done(it.result, it.error)
end

function takes.progress(session, it)
	local call = session.calls[it.call]
	if call and call.progress then call.progress(it.text, it.done, it.of) end
end

function takes.output(session, it)
	for _, handler in ipairs(copied(session.hears[it.machine] or {})) do handler(it.text, it.lost) end
end

--- News of a console at which somebody looks.
local function look(take)
	return function(session, it)
		local looked = session.looks[it.machine]
		if not looked then return end
		take(looked, it)
		looked.fresh = true
	end
end

takes.screen = look(function(looked, it)
	screens.draw(looked.screen, it)
end)

takes.line = look(function(looked, it)
	looked.screen.line = it.state
	looked.screen.problem, looked.refused = it.error and it.error.message, nil
end)

takes.refused = look(function(looked, it)
	looked.screen.problem, looked.refused = it.error.message, true
end)

local news = {}

function news.take(session, it)
	local take = takes[it.kind]
	if take then take(session, it) end -- a newer vmd may tell more
end

return news
