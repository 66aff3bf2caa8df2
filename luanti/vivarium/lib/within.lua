-- Whether a number lies in one of many ranges: their first and last numbers in turn, rising.

return function(ranges, number)
	local low, high = 1, #ranges / 2
	while low <= high do
		local middle = math.floor((low + high) / 2)
		if number < ranges[2 * middle - 1] then
			high = middle - 1
		elseif number > ranges[2 * middle] then
			low = middle + 1
		else
			return true
		end
	end
	return false
end
