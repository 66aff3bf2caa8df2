-- The Lua API of the mod Virt, for mods that were written for it. Nothing here waits: what is asked for is done in
-- order as fast as vmd does it, and what a machine says is kept until it is asked for.

local here = ...
local link, settings = here.link, here.settings
local json = here.need("dkjson")
local labels = here.need("labels")

virt = {
	machines = {},
	--- Whether QMP may be used: the setting vivarium.qmp and, as is known once vmd is there, a token of scope admin.
	qmp_enabled = settings.qmp,
	json = { encode = json.encode, decode = json.decode },
}

link.on("state", function(state)
	if state ~= "live" or not settings.qmp then return end
	virt.qmp_enabled = link.grant.scope == "admin"
	if virt.qmp_enabled then return end
	minetest.log("warning", ("[vivarium] vivarium.qmp is true, but the token's scope is %s and not admin: QMP is off")
		:format(link.grant.scope))
end)

local disks = here.part("virt/disks")
here.disks = disks
local Machine = here.part("virt/machine", disks)

--- Letters that a name, a size or a path may have.
local longest = 200

--- What is wrong is said of the line in the mod that calls.
local function fail(...)
	error("virt: " .. string.format(...), 4)
end

local function check(value, kind, what)
	if kind == "string" and type(value) == kind and #value > longest then
		fail("%s must not have more than %d letters", what, longest)
	end
	if type(value) ~= kind or value == "" then fail("%s must be a %s, and is %s", what, kind, type(value)) end
end

--- Sizes are QEMU's: 3G, 256M; bytes where no letter follows.
local function checkSize(value, what)
	if type(value) ~= "string" or #value > longest or not value:match("^%d+%.?%d*[kKMGTPE]?$") then
		fail("%s must be a size such as 3G or 256M, and is %s", what, tostring(value))
	end
end

--- Makes a machine with an empty disk.
function virt.create_vm(name, size)
	check(name, "string", "the name")
	checkSize(size, "the size")
	disks.make(name, { disk = size })
end

--- Makes a machine with a disk that lies on an image's: an overlay, whatever its size.
function virt.create_vm_from_base(name, base, resize)
	check(name, "string", "the name")
	check(base, "string", "the base")
	if resize ~= nil then checkSize(resize, "the size") end
	disks.make(name, { image = base, disk = resize })
end

--- Makes the disk of a machine larger, or smaller as far as it is empty; the machine is stopped first.
function virt.resize_image(name, size)
	check(name, "string", "the name")
	checkSize(size, "the size")
	if virt.machines[name] then virt.machines[name]:kill() end
	disks.resize(name, size)
end

--- Removes a machine with its disk.
function virt.delete_vm(name)
	check(name, "string", "the name")
	if virt.machines[name] then virt.machines[name]:kill() end
	disks.remove(name)
end

--- Starts a machine. @return its object, and true where it was there already
local function open(name, info)
	check(name, "string", "the name")
	if virt.machines[name] then return virt.machines[name], true end
	check(info, "table", "the info")
	checkSize(info.memory, "info.memory")
	if info.cdrom ~= nil then check(info.cdrom, "string", "info.cdrom") end
	local machine = Machine.new(name, info)
	virt.machines[name] = machine
	return machine, false
end

virt.QemuVirtMachine = setmetatable({ new = open, __index = Machine }, {
	__call = function(_, ...) return open(...) end,
})

--- A terminal as part of a formspec of version 7. @param text raw console output, from wherever
function virt.make_terminal(text, position, look)
	if type(text) ~= "string" then error("virt: the text must be a string, and is " .. type(text), 2) end
	check(position, "table", "the position")
	local done, drawn = pcall(labels.terminal, text, position, look)
	if not done then error("virt: " .. tostring(drawn):gsub("^.-:%d+: ", ""), 2) end
	return drawn
end
