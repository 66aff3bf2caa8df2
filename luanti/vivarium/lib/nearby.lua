-- Makes few layers out of many, by drawing near colours as one.

local nearby = {}

-- More layers of a class than this are sorted into boxes of near colours before any two are compared.
local comparable = 48

local function channels(colour)
	return math.floor(colour / 0x10000), math.floor(colour / 0x100) % 256, colour % 256
end

-- The second becomes part of the first; the colour is between both, nearer to that of more cells.
local function merge(a, b)
	local share = a.cells / (a.cells + b.cells)
	local r1, g1, b1 = channels(a.colour)
	local r2, g2, b2 = channels(b.colour)
	local function mix(one, other)
		return math.floor(one * share + other * (1 - share) + 0.5)
	end
	a.colour = mix(r1, r2) * 0x10000 + mix(g1, g2) * 0x100 + mix(b1, b2)
	a.cells = a.cells + b.cells
	a.merged = true
	for _, piece in ipairs(b.pieces) do
		a.pieces[#a.pieces + 1] = piece
	end
end

local function distance(a, b)
	local r1, g1, b1 = channels(a.colour)
	local r2, g2, b2 = channels(b.colour)
	local square = 3 * (r1 - r2) ^ 2 + 6 * (g1 - g2) ^ 2 + (b1 - b2) ^ 2
	return square * a.cells * b.cells / (a.cells + b.cells)
end

local function boxed(list)
	local boxes, kept = {}, {}
	for _, layer in ipairs(list) do
		local red, green, blue = channels(layer.colour)
		local name = math.floor(red / 86) * 9 + math.floor(green / 86) * 3 + math.floor(blue / 86)
		if boxes[name] then
			merge(boxes[name], layer)
		else
			boxes[name] = layer
			kept[#kept + 1] = layer
		end
	end
	return kept
end

local function nearest(classes)
	local least, list, first, second = math.huge, nil, nil, nil
	for _, class in ipairs(classes) do
		for i = 1, #class do
			for j = i + 1, #class do
				local between = distance(class[i], class[j])
				if between < least then
					least, list, first, second = between, class, i, j
				end
			end
		end
	end
	return list, first, second
end

-- layers: a list of {class, colour, cells, pieces}; only those of one class are merged; then they are `merged`, and
-- their pieces in no order. Gives a list of `most`, or of as many as there are classes.
function nearby.merged(layers, most)
	if #layers <= most then
		return layers
	end
	local classes, by_name, count = {}, {}, 0
	for _, layer in ipairs(layers) do
		if not by_name[layer.class] then
			by_name[layer.class] = {}
			classes[#classes + 1] = by_name[layer.class]
		end
		table.insert(by_name[layer.class], layer)
	end
	for at, class in ipairs(classes) do
		classes[at] = #class > comparable and boxed(class) or class
		count = count + #classes[at]
	end
	while count > most do
		local list, first, second = nearest(classes)
		if not list then
			break
		end
		merge(list[first], list[second])
		table.remove(list, second)
		count = count - 1
	end
	local merged = {}
	for _, class in ipairs(classes) do
		for _, layer in ipairs(class) do
			merged[#merged + 1] = layer
		end
	end
	return merged
end

return nearby
