-- Bytes as JSON can hold them: any byte, also those that are no text.

return function(bytes)
	return (bytes:gsub(".", function(byte)
		return ("%02x"):format(byte:byte())
	end))
end
