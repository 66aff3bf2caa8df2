-- Nodes are joined where they touch each other, if their definitions have
-- digilines = {receptor = {}, effector = {action = f(pos, node, channel, message)}, wire = {}}.

digilines = { rules = { default = {}, }, receptor = {} }

for _, side in ipairs({ { 1, 0, 0 }, { -1, 0, 0 }, { 0, 1, 0 }, { 0, -1, 0 }, { 0, 0, 1 }, { 0, 0, -1 } }) do
	table.insert(digilines.rules.default, { x = side[1], y = side[2], z = side[3] })
end

--- Tells all that is joined with a place of a message, itself left out.
function digilines.receptor_send(pos, rules, channel, message)
	local seen, waiting = { [minetest.hash_node_position(pos)] = true }, {}
	for _, rule in ipairs(rules or digilines.rules.default) do
		waiting[#waiting + 1] = vector.add(pos, rule)
	end
	while #waiting > 0 do
		local at = table.remove(waiting)
		local key = minetest.hash_node_position(at)
		local node = minetest.get_node(at)
		local joins = not seen[key] and (minetest.registered_nodes[node.name] or {}).digilines
		seen[key] = true
		if joins then
			if joins.effector and joins.effector.action then
				joins.effector.action(at, node, channel, message)
			end
			if joins.wire then
				for _, rule in ipairs(joins.wire.rules or digilines.rules.default) do
					waiting[#waiting + 1] = vector.add(at, rule)
				end
			end
		end
	end
end

-- Older names of the same.
digilines.receptor.send = digilines.receptor_send
digilines.receptor_send_default = digilines.receptor_send
digiline = { receptor = digilines.receptor, rules = digilines.rules }

minetest.register_node("digilines:wire", { description = "Digiline", digilines = { wire = {} } })
