-- A list as it is now: whoever is told while it is gone through may join it or leave.

return function(list)
	return { unpack(list) }
end
