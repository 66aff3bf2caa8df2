-- How a computer is, as its block and its screen show it.

local condition = {}

local running = { running = true, paused = true, starting = true, stopping = true }

--- @param facts
--   link, problem: of the connection to vmd
--   known: whether vmd has said which machines there are
--   machine: what vmd last said of its machine, or nil
--   computer: as the register has it
--   busy: what is being done with it: "on", "off", "cut", "reset", "fork", or nil
--   refusal: why the last thing that was asked was refused, a sentence, or nil
-- @return "lost", "loading", "leaving", "on", "paused", "asleep", "gone", "refused" or "off", and why
function condition.of(facts)
	local machine, computer, busy = facts.machine, facts.computer, facts.busy
	if facts.link ~= "live" then return "lost", facts.problem end
	if computer.machine and not facts.known and not machine then return "lost" end
	if busy == "on" or busy == "reset" or busy == "fork" then return "loading" end
	if busy then return "leaving" end
	if machine and machine.state == "starting" then return "loading" end
	if machine and machine.state == "stopping" then return "leaving" end
	if machine and machine.state == "running" then return "on" end
	if machine and machine.state == "paused" then return "paused" end
	if facts.refusal then return "refused", facts.refusal end
	if machine and (machine.state == "failed" or machine.state == "broken") then return "refused", machine.why end
	if machine and machine.state == "suspended" then return "asleep" end
	if computer.made and not machine then return "gone" end
	return "off"
end

--- Whether a machine takes memory and CPU now.
function condition.is_up(machine)
	return machine ~= nil and running[machine.state] == true
end

--- The block that shows it: "off", "loading" or "on"; nil where nobody knows, and it is to stay as it is.
function condition.block(state)
	if state == "lost" then return nil end
	if state == "on" or state == "paused" then return "on" end
	if state == "loading" or state == "leaving" then return "loading" end
	return "off"
end

--- Whether there is a screen to look at.
function condition.has_screen(state)
	return state == "on" or state == "paused" or state == "leaving"
end

return condition
