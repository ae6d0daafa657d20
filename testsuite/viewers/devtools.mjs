// SPDX-License-Identifier: MIT
// Opens .heapsnapshot files with the loader of Chrome DevTools and prints what its Memory tab would show, as JSON:
// devtools.mjs FILE [NEWER]; with two files also what Comparison shows.
import {HeapSnapshotLoader} from 'chrome-devtools-frontend/front_end/entrypoints/heap_snapshot_worker/HeapSnapshotLoader.ts';
import {SecondaryInitManager} from 'chrome-devtools-frontend/front_end/entrypoints/heap_snapshot_worker/HeapSnapshot.ts';
import * as Model from 'chrome-devtools-frontend/front_end/models/heap_snapshot/heap_snapshot.ts';
import {createReadStream} from 'node:fs';
import {MessageChannel} from 'node:worker_threads';

// Node 22 has it.
Promise.withResolvers ??= function () {
	const result = {};

	result.promise = new this((resolve, reject) => Object.assign(result, {resolve, reject}));
	return result;
};

async function load(path) {
	const loader = new HeapSnapshotLoader({sendEvent() {}});
	const {port1, port2} = new MessageChannel();

	new SecondaryInitManager(port2);
	for await (const chunk of createReadStream(path, 'utf8'))
		loader.write(chunk);
	loader.close();
	const snapshot = await loader.buildSnapshot(port1);

	port1.close();
	port2.close();
	return snapshot;
}

function classes(snapshot) {
	const aggregates = snapshot.aggregatesWithFilter(new Model.HeapSnapshotModel.NodeFilter());
	const rows = {};

	for (const aggregate of Object.values(aggregates))
		rows[aggregate.name] = {count: aggregate.count, self: aggregate.self, retained: aggregate.maxRet, distance: aggregate.distance};
	return rows;
}

function comparison(before, after) {
	const definitions = before.interfaceDefinitions();
	const diff = after.calculateSnapshotDiff('before', before.aggregatesForDiff(definitions));
	const rows = {};

	for (const row of Object.values(diff))
		rows[row.name] = {added: row.addedCount, removed: row.removedCount, delta: row.sizeDelta};
	return rows;
}

const [path, newer] = process.argv.slice(2);
const snapshot = await load(path);
const result = {nodes: snapshot.nodeCount, totalSize: snapshot.totalSize, classes: classes(snapshot)};

if (newer)
	result.comparison = comparison(snapshot, await load(newer));
console.log(JSON.stringify(result, null, 1));
