// SPDX-License-Identifier: MIT
// Reads a file with the parser of DHAT's viewer and prints the root of its tree: dhat.mjs DH_VIEW_JS FILE
import {readFileSync} from 'node:fs';
import {runInNewContext} from 'node:vm';

const [viewer, file] = process.argv.slice(2);
const page = {document: {}, performance, console, result: null};

// What the page would have: a menu with an entry for each metric.
runInNewContext(`${readFileSync(viewer, 'utf8')}
	gSelect = {childNodes: gSelectData.map(() => ({})), selectedIndex: 0};
	gData = ${readFileSync(file, 'utf8')};
	buildTree();
	result = {bytes: gRoot._totalBytes, blocks: gRoot._totalBlocks, frames: gData.ftbl, verb: gData.verb};`, page);
console.log(JSON.stringify(page.result));
