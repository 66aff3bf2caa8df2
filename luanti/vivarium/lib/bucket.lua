-- So many in a second, and no more: a bucket that fills by itself.

local Bucket = {}
Bucket.__index = Bucket

--- @param rate how many a second
-- @param most how many at once
function Bucket.new(rate, most)
	return setmetatable({ rate = rate, most = most, level = most, at = nil }, Bucket)
end

--- @param now seconds, of a clock that never goes back
-- @return whether there was one to take
function Bucket:take(now)
	if self.at then self.level = math.min(self.most, self.level + (now - self.at) * self.rate) end
	self.at = now
	if self.level < 1 then return false end
	self.level = self.level - 1
	return true
end

return Bucket
