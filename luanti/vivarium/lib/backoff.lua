-- How long to wait before one tries again.

--- Seconds before the next try: 0.5 and then twice as long each time, at most 8.
-- @param failed how many tries have failed in a row, from 1 on
return function(failed)
	return math.min(8, 0.5 * 2 ^ (failed - 1))
end
