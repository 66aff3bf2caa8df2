-- The computer that players place.

local here = ...

--- What the files beside this one share.
local computer = {}
here.computer = computer

local parts = "words store images rights power settle "
	.. "block hud keys pages share desk fields signals node again machines chat"

for name in parts:gmatch("%S+") do computer[name] = here.part("computer/" .. name) end
