-- SPDX-License-Identifier: MIT
-- Builds binary trees and strings: what a script does all day. usage: lua trees.lua [depth]

local function tree(depth)
	if depth == 0 then
		return {}
	end
	return { left = tree(depth - 1), right = tree(depth - 1) }
end

local function count(node)
	if not node.left then
		return 1
	end
	return 1 + count(node.left) + count(node.right)
end

local depth = tonumber(arg and arg[1]) or 14
local long_lived = tree(depth)
local nodes = 0
for size = 4, depth, 2 do
	for _ = 1, 1 << (depth - size + 2) do
		nodes = nodes + count(tree(size))
	end
end

local words = {}
for i = 1, 20000 do
	words[i] = ("word %d of %s"):format(i, string.rep("x", i % 60))
end
local text = table.concat(words, "\n")

local vowels = {}
for word in text:gmatch("%w+") do
	vowels[#word] = (vowels[#word] or 0) + 1
end
print(("%d nodes kept, %d built and dropped, %d bytes of text"):format(count(long_lived), nodes, #text))
