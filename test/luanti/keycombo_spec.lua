local need = dofile("test/luanti/need.lua")
local keycombo = need("keycombo")

describe("a key combination", function()
	for text, bytes in pairs({
		["ctrl-C"] = "\3", ["ctrl-c"] = "\3", ["ctrl-["] = "\27", ["ctrl-@"] = "\0", ["ctrl-?"] = "\127", ["ctrl- "] = "\0",
		["ctrl-d-ret"] = "\4\n", ["esc"] = "\27", ["del"] = "\127", ["ret"] = "\n", ["enter"] = "\n",
		["backspace"] = "\8", ["bs"] = "\8", ["tab"] = "\t", ["null"] = "\0",
		["0x41"] = "A", ["65"] = "A", ["0X1b"] = "\27",
		["esc-[-A"] = "\27[A", ["hello wor-ld"] = "hello world", ["256"] = "256", ["0x100"] = "0x100",
		["ctrl"] = "", ["ctrl-1"] = "\1", [""] = "", ["--"] = "", ["ctrl-ret"] = "\n", ["ctrl-ä"] = "ä",
		["ctrl-xls"] = "\24ls",
		["0x2d"] = "-", ["1e2"] = "1e2",
	}) do
		it(("%q"):format(text), function()
			assert.are.equal(bytes, keycombo.bytes(text))
		end)
	end
end)
