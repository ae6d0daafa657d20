-- SPDX-License-Identifier: MIT
-- Binary trees: many small tables, most of them short-lived. usage: lua binary-trees.lua [depth]

local function build(depth)
	if depth == 0 then
		return {}
	end
	return { build(depth - 1), build(depth - 1) }
end

local function check(tree)
	if tree[1] then
		return 1 + check(tree[1]) + check(tree[2])
	end
	return 1
end

local deepest = math.max(6, tonumber(arg[1]) or 10)
print(("stretch tree of depth %d: %d nodes"):format(deepest + 1, check(build(deepest + 1))))

local kept = build(deepest)
for depth = 4, deepest, 4 do
	local rounds = 1 << (deepest - depth + 4)
	local nodes = 0
	for _ = 1, rounds do
		nodes = nodes + check(build(depth))
	end
	print(("%d trees of depth %d: %d nodes"):format(rounds, depth, nodes))
end
print(("kept tree of depth %d: %d nodes"):format(deepest, check(kept)))
