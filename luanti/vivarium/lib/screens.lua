-- The screens of machines, as the news tell them. A screen is {columns, rows, cursor = {x, y, visible},
-- lines = {[0] = runs, …}, changed = {[y] = true} since it was last drawn, line = "joining", "live", "down" or
-- "refused", problem = …}; a run is {text, foreground, background, style}, as vmd's face for games has them.

local screens = {}

function screens.new()
	local cursor = { x = 0, y = 0, visible = false }
	return { line = "joining", columns = 0, rows = 0, cursor = cursor, lines = {}, changed = {} }
end

--- Has all of it drawn again.
function screens.touch(screen)
	for y = 0, screen.rows - 1 do screen.changed[y] = true end
end

--- Draws what is new of it; what changed is added to `changed`, which whoever draws it takes away.
function screens.draw(screen, news)
	if news.whole or screen.columns ~= news.columns or screen.rows ~= news.rows then
		screen.columns, screen.rows, screen.lines = news.columns, news.rows, {}
		for y = 0, news.rows - 1 do screen.lines[y] = {} end
		screens.touch(screen)
	end
	screen.changed[screen.cursor.y] = true
	screen.cursor = news.cursor
	screen.changed[news.cursor.y] = true
	for _, line in ipairs(news.lines or {}) do
		local y, runs = line[1], line[2]
		screen.lines[y] = runs
		screen.changed[y] = true
	end
end

return screens
