-- What cannot be undone is done when it was said twice.

local again = {
	--- Seconds in which it is to be said a second time.
	patience = 30,
}

local asked = {}

--- Whether a player says it for the second time.
function again.says(name, what)
	local before, now = asked[name], minetest.get_us_time() / 1e6
	asked[name] = { what = what, at = now }
	if not before or before.what ~= what or now - before.at > again.patience then return false end
	asked[name] = nil
	return true
end

return again
