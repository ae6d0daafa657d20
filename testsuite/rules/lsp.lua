-- SPDX-License-Identifier: MIT
-- A headless Neovim as the client of memlint-analyze --lsp; see lsp.sh.
local failed = {}

local function check(what, truth)
	if not truth then
		table.insert(failed, what)
	end
end

local function finish()
	for _, what in ipairs(failed) do
		io.stderr:write("failed: " .. what .. "\n")
	end
	vim.cmd(#failed == 0 and "qall!" or "cquit!")
end

local file = vim.env.LSP_FILE
vim.cmd("edit " .. file)
local buffer = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({ cmd = { vim.env.LSP_SERVER, "--lsp" }, name = "memlint", root_dir = vim.env.LSP_ROOT })
check("the server starts", id)
vim.lsp.buf_attach_client(buffer, id)

local function diagnostics()
	return vim.diagnostic.get(buffer)
end

check("a diagnostic is shown", vim.wait(15000, function() return #diagnostics() == 1 end, 50))
local first = diagnostics()[1] or {}
check("it names the rule", first.code == "struct-padding" or (first.user_data and true))
check("it is on the name of the record", first.lnum == 2 and first.col == 7)
check("it has the bytes", (first.message or ""):find("24 -> 16 bytes", 1, true))

local position = { textDocument = vim.lsp.util.make_text_document_params(buffer), position = { line = 3, character = 2 } }
local hover = (vim.lsp.buf_request_sync(buffer, "textDocument/hover", position, 15000) or {})[id] or {}
check("hover shows the layout", hover.result and hover.result.contents.value:find("-byte hole", 1, true))

local function actions()
	local params = {
		textDocument = position.textDocument,
		range = { start = { line = 2, character = 0 }, ["end"] = { line = 2, character = 5 } },
		context = { diagnostics = {} },
	}
	local answer = (vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", params, 15000) or {})[id] or {}
	return answer.result or {}
end

local found = actions()
check("a quick fix is offered", #found == 1 and found[1].kind == "quickfix")
if found[1] then
	vim.lsp.util.apply_workspace_edit(found[1].edit, "utf-16")
	local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
	check("the field is moved", lines[4] == "\tdouble b;" and lines[5] == "\tchar a;")
	check("the diagnostic goes away", vim.wait(15000, function() return #diagnostics() == 0 end, 50))
	vim.cmd("undo")
	check("and comes back without a fix while unsaved text is shown", vim.wait(15000, function() return #diagnostics() == 1 end, 50))
	vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { "/* a new line */" })
	check("no edit is offered for text that is not saved", #actions() == 0)
end
finish()
