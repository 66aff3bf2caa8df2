-- What players read of how a computer is.

local here = ...
local S = here.S

local words = {}

local states = {
	lost = S("no connection to vmd"),
	loading = S("loading"),
	leaving = S("going off"),
	on = S("on"),
	paused = S("paused"),
	asleep = S("asleep"),
	gone = S("its machine is gone"),
	refused = S("refused"),
	off = S("off"),
}

function words.state(state)
	return states[state]
end

--- Seconds, as one reads them while one waits.
local function seconds(since)
	return math.floor((minetest.get_us_time() - since) / 1e6)
end

local busy = {
	on = S("switching on"),
	off = S("switching off"),
	cut = S("switching off"),
	reset = S("starting anew"),
	fork = S("making a fork"),
}

--- What is being done and for how long: "making the first tiny, 6 s …"
function words.progress(work)
	return S("@1, @2 s …", work.progress or busy[work.verb], seconds(work.since))
end

local advice = {
	gone = S("Its machine was removed, or this world was restored. Power it on to make a new one."),
	asleep = S("Its machine was suspended. Power it on and it goes on where it was."),
}

--- The sentence that belongs to a state.
-- @param reason what condition.of says of it
function words.sentence(state, reason)
	return reason or advice[state] or ""
end

--- What vmd says to who runs it, in words for players; by its code.
local for_players = {
	["limit-reached"] = S("There is no room for another computer on this server now. "
		.. "Its owner finds in the log what is used up."),
	timeout = S("It took too long, and was given up. The server's owner finds in the log what was waited for."),
}

--- An error of vmd's, for a player.
function words.problem(problem)
	return for_players[problem.code] or problem.message
end

--- Why nothing can be asked of vmd.
function words.away()
	return S("vmd, which runs the computers, is not there: @1", here.link.problem or S("it is being looked for"))
end

return words
