-- SPDX-License-Identifier: MIT
-- Walks through the language and its library; every line printed must be the same in any build.

local function show(name, ...)
	print(name, ...)
end

-- Strings, patterns and packing.
show("upper", ("memory"):upper(), #("x"):rep(100000), ("a,b,,c"):gsub(",", ";"))
for word, number in ("one=1 two=22 three=333"):gmatch("(%w+)=(%d+)") do
	show("pair", word, number * 2)
end
show("pack", string.unpack("<i4s2", string.pack("<i4s2", -7, "packed")))
show("format", ("%5.2f|%-6s|%06d|%q"):format(math.pi, "ab", 42, "a\nb"))

-- Tables: growth, removal, sorting, moving.
local t = {}
for i = 1, 5000 do
	t[i] = (i * 7919) % 5003
end
table.sort(t, function(a, b) return a > b end)
show("sorted", t[1], t[2500], t[5000], #t)
for _ = 1, 2500 do
	table.remove(t)
end
show("removed", #t, select("#", table.unpack(t, 1, 200)))
show("concat", #table.concat(t, "-"))

-- Closures, metatables, inheritance.
local Account = {}
Account.__index = Account
Account.__add = function(a, b) return setmetatable({ sum = a.sum + b.sum }, Account) end
Account.__close = function(self) show("closed", self.sum) end
local sum = setmetatable({ sum = 0 }, Account)
for i = 1, 1000 do
	sum = sum + setmetatable({ sum = i }, Account)
end
do
	local _ <close> = sum
end

-- Coroutines and errors.
local function numbers(n)
	return coroutine.wrap(function()
		for i = 1, n do
			coroutine.yield(i)
		end
	end)
end
local total = 0
for i = 1, 200 do
	for n in numbers(20) do
		total = total + n * i
	end
end
show("coroutines", total)
show("error", pcall(function() error(({ code = 7 }).code) end))
show("trace", select(2, xpcall(function() local x = nil; return x.y end, function(m) return #m > 0 end)))

-- Garbage: weak tables, finalisers, both collectors.
local weak, finalised = setmetatable({}, { __mode = "v" }), 0
for i = 1, 1000 do
	weak[i] = setmetatable({}, { __gc = function() finalised = finalised + 1 end })
end
collectgarbage("generational")
collectgarbage()
collectgarbage("incremental")
collectgarbage()
show("garbage", next(weak), finalised)

-- Code made at run time, and files.
local chunks = 0
for i = 1, 300 do
	chunks = chunks + assert(load("local a = " .. i .. " return a * 2"))()
end
show("chunks", chunks, #string.dump(function(a) return a + 1 end) > 0)
local file = assert(io.tmpfile())
for i = 1, 2000 do
	file:write(i, "\n")
end
file:seek("set")
local lines = 0
for line in file:lines() do
	lines = lines + tonumber(line)
end
file:close()
show("file", lines, utf8.char(228, 8364, 128512), utf8.len("äöü"))

-- An allocation that must fail cleanly.
show("too big", (pcall(string.rep, "x", 1 << 60)))
