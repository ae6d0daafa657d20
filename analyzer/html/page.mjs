// SPDX-License-Identifier: MIT
// The page of `memlint html`: flame graph, timeline, lines and types of one profile, compared with an older one if there is one.
import {flamegraph} from 'd3-flame-graph';
import 'd3-flame-graph/dist/d3-flamegraph.css';
import {select} from 'd3-selection';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './page.css';

const profile = JSON.parse(document.getElementById('profile').textContent);
const METRICS = {live_bytes: 'live', peak_bytes: 'at the peak', alloc_bytes: 'allocated'};

/* --- texts --- */

// As memlint writes it: 4096 KiB.
function size(bytes) {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	let unit = 0, value = bytes;

	for (; Math.abs(value) >= 10240 && unit < units.length - 1; unit++)
		value /= 1024;
	return `${unit && Math.abs(value) < 100 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const count = (number) => number.toLocaleString('en');
const place = (row) => (row.file ? `${row.file}:${row.line}` : row.key || '<unknown>');

function difference(bytes, show = size) {
	return bytes > 0 ? `+${show(bytes)}` : bytes < 0 ? show(bytes) : '';
}

/* An element with attributes and children; texts are texts, whatever stands in them. */
function element(name, attributes = {}, ...children) {
	const made = document.createElement(name);

	for (const [key, value] of Object.entries(attributes))
		key.startsWith('on') ? made.addEventListener(key.slice(2), value) : made.setAttribute(key, value);
	made.append(...children);
	return made;
}

/* --- tables that sort and search --- */

function table(columns, rows, detail) {
	const body = element('tbody'), head = element('tr'), note = element('p', {class: 'muted'});
	const search = element('input', {type: 'search', placeholder: 'search', oninput: fill, 'aria-label': 'search'});
	let sorted = columns.findIndex(({first}) => first), down = true;

	function fill() {
		const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
		const shown = rows.filter((row) => words.every((word) => columns.some(({text}) => String(text(row)).toLowerCase().includes(word))));
		const by = columns[sorted];

		shown.sort((a, b) => {
			const [x, y] = by.value ? [by.value(a), by.value(b)] : [by.text(a), by.text(b)];
			return (x < y ? -1 : x > y ? 1 : 0) * (down ? -1 : 1);
		});
		body.replaceChildren(...shown.slice(0, 1000).map((row) => element('tr', {}, ...columns.map((column) => {
			const cell = element('td', column.value ? {class: `number ${column.mark ? column.mark(row) : ''}`} : {}, column.text(row));
			const more = column.detail && detail && detail(row);

			if (more)
				cell.append(more);
			return cell;
		}))));
		note.textContent = shown.length > 1000 ? `the first 1,000 of ${count(shown.length)} rows` : `${count(shown.length)} rows`;
	}
	head.append(...columns.map((column, i) => element('th', {
		class: column.value ? 'number' : '',
		onclick() {
			down = sorted === i ? !down : Boolean(column.value);
			sorted = i;
			fill();
		},
	}, column.title)));
	fill();
	return [search, note, element('table', {}, element('thead', {}, head), body)];
}

function number(title, field, show, first = false) {
	return {title, first, value: (row) => row[field] || 0, text: (row) => show(row[field] || 0)};
}

/* --- views --- */

function flame() {
	const chart = element('div'), about = element('p', {class: 'muted'}, ' ');
	const metric = element('select', {onchange: draw, 'aria-label': 'metric'}, ...Object.entries(METRICS).map(([value, title]) => element('option', {value}, title)));

	function tree() {
		const root = {name: 'all', value: 0, children: new Map()};

		for (const row of profile.tracebacks) {
			let node = root;

			root.value += row[metric.value];
			for (const frame of [...row.traceback].reverse()) {
				const name = `${frame.function || '?'} (${frame.file}:${frame.line})`;

				if (!node.children.has(name))
					node.children.set(name, {name, value: 0, children: new Map()});
				node = node.children.get(name);
				node.value += row[metric.value];
			}
		}
		const plain = (node) => ({...node, children: [...node.children.values()].filter(({value}) => value).map(plain)});

		return plain(root);
	}
	function draw() {
		const data = tree();

		chart.replaceChildren();
		about.textContent = data.value ? ' ' : 'Nothing of it.';
		if (!data.value)
			return;
		const graph = flamegraph().width(chart.clientWidth || 1000).cellHeight(20).sort(true).inverted(true)
			.label(({data: {name, value}}) => `${name}: ${size(value)}`);

		graph.setDetailsHandler((text) => { about.textContent = text || ' '; });
		select(chart).datum(data).call(graph);
	}
	if (!profile.totals.live_bytes)
		metric.value = 'peak_bytes';
	queueMicrotask(draw);
	return [metric, chart, about];
}

/* A line and a name for each mark. */
function drawMarks(plot) {
	const {ctx, bbox: {top, height}} = plot;

	ctx.save();
	ctx.strokeStyle = ctx.fillStyle = '#d94a4a';
	ctx.setLineDash([4, 4]);
	profile.marks.forEach(({time_ns, name}, i) => {
		const x = plot.valToPos(time_ns / 1e9, 'x', true);

		ctx.beginPath();
		ctx.moveTo(x, top);
		ctx.lineTo(x, top + height);
		ctx.stroke();
		ctx.fillText(name, x + 4, top + 12 + (i % 4) * 14);
	});
	ctx.restore();
}

function timeline() {
	const points = [...profile.samples.map(({time_ns, highest_bytes}) => [time_ns / 1e9, highest_bytes]),
		...profile.snapshots.map(({time_ns, totals}) => [time_ns / 1e9, totals.live_bytes]),
		...profile.snapshots.map(({totals}) => [(totals.peak_time_ns || 0) / 1e9, totals.peak_bytes]).filter(([time]) => time)];
	const chart = element('div');

	points.sort(([a], [b]) => a - b);
	queueMicrotask(() => new uPlot({
		width: chart.clientWidth || 1000,
		height: 320,
		scales: {x: {time: false}},
		axes: [{values: (plot, ticks) => ticks.map((tick) => `${tick} s`)},
			{size: 80, incrs: Array.from({length: 50}, (none, i) => 2 ** i), values: (plot, ticks) => ticks.map(size)}],
		hooks: {draw: [drawMarks]},
		series: [{label: 'time', value: (plot, time) => (time === null ? '' : `${time.toFixed(3)} s`)},
			{label: 'bytes', stroke: '#4a90d9', fill: '#4a90d944', value: (plot, bytes) => (bytes === null ? '' : size(bytes))}],
	}, [points.map(([time]) => time), points.map(([, bytes]) => bytes)], chart));
	const row = (what, {time_ns, name, totals, live_bytes}) => ({
		what, name: name || '', seconds: time_ns / 1e9, live: totals ? totals.live_bytes : live_bytes, peak: totals ? totals.peak_bytes : 0,
	});
	const rows = [...profile.snapshots.map((entry) => row(`snapshot ${entry.reason}`, entry)), ...profile.marks.map((entry) => row('mark', entry))];

	return [chart, ...table([
		{...number('seconds', 'seconds', (seconds) => seconds.toFixed(3), true)},
		number('live', 'live', size),
		number('peak', 'peak', (bytes) => (bytes ? size(bytes) : '')),
		{title: 'what', text: ({what}) => what},
		{title: 'name', text: ({name}) => name},
	], rows)];
}

/* What the older profile had, by the same key. */
function compared(rows, old, key) {
	const before = new Map((old || []).map((row) => [key(row), row]));
	const result = rows.map((row) => ({...row, growth: row.live_bytes - (before.get(key(row))?.live_bytes || 0)}));
	const now = new Set(rows.map(key));

	for (const row of old || [])
		if (!now.has(key(row)))
			result.push({...row, live_bytes: 0, live_count: 0, peak_bytes: 0, alloc_bytes: 0, alloc_count: 0, growth: -row.live_bytes});
	return result;
}

const growth = {
	title: 'since', value: (row) => row.growth, text: (row) => difference(row.growth),
	mark: (row) => (row.growth > 0 ? 'grown' : row.growth < 0 ? 'shrunk' : ''),
};

function lines() {
	const live = profile.totals.live_bytes > 0;

	return table([
		number('live', 'live_bytes', size, live),
		...(profile.old ? [growth] : []),
		number('blocks', 'live_count', count),
		number('at the peak', 'peak_bytes', size, !live),
		number('allocated', 'alloc_bytes', size),
		number('allocs', 'alloc_count', count),
		number('temporary', 'temporary_count', count),
		{title: 'place', text: place},
		{title: 'function', text: (row) => row.function},
		{title: 'type', text: (row) => row.type},
	], compared(profile.lines, profile.old?.lines, place));
}

/* The fields of a type as a bar, to scale, holes hatched. */
function drawn(layout) {
	const bar = element('div', {class: 'layout'}), list = element('table'), bits = layout.size * 8;
	let end = 0;

	function add(offset, width, name, type) {
		const title = `${name} ${type}: ${width / 8} bytes at ${offset / 8}`;

		bar.append(element('div', {class: type ? '' : 'hole', style: `flex: ${width} 0 0`, title}, type ? name : ''));
		list.append(element('tr', {}, element('td', {class: 'number'}, String(offset / 8)), element('td', {class: 'number'}, String(width / 8)),
			element('td', {}, name), element('td', {}, type)));
	}
	for (const field of layout.fields) {
		if (field.offset_bits > end)
			add(end, field.offset_bits - end, '(hole)', '');
		if (field.offset_bits >= end)
			add(field.offset_bits, field.size_bits, field.name, field.type || ' ');
		end = Math.max(end, field.offset_bits + field.size_bits);
	}
	if (bits > end)
		add(end, bits - end, '(hole)', '');
	return element('details', {}, element('summary', {}, `layout: ${layout.size} bytes, ${layout.padding_bits / 8} of padding`), bar, list);
}

function types() {
	return table([
		number('live', 'live_bytes', size, profile.totals.live_bytes > 0),
		...(profile.old ? [growth] : []),
		number('blocks', 'live_count', count),
		number('each', 'element_size', (bytes) => (bytes ? size(bytes) : '')),
		{...number('padding', 'padding_bytes', size), text: (row) => (row.layout ? size(row.padding_bytes) : '')},
		number('slack', 'slack_bytes', size),
		number('at the peak', 'peak_bytes', size, profile.totals.live_bytes === 0),
		{title: 'type', detail: true, text: (row) => row.type || '<unknown>'},
	], compared(profile.types, profile.old?.types, ({type}) => type), ({layout}) => layout && drawn(layout));
}

/* --- the page --- */

const views = {flame: ['Flame graph', flame], timeline: ['Timeline', timeline], lines: ['Lines', lines], types: ['Types', types]};
const {totals} = profile;

// The view stands in the address, so that it can be linked to.
function show() {
	const wanted = location.hash.slice(1), name = Object.hasOwn(views, wanted) ? wanted : 'flame';

	for (const link of document.querySelectorAll('nav a'))
		link.ariaSelected = String(link.hash === `#${name}`);
	document.getElementById('view').replaceChildren(...views[name][1]());
}

document.title = `${profile.name}: memlint`;
document.getElementById('head').append(
	element('h1', {}, profile.name),
	element('div', {}, `${size(totals.live_bytes)} live in ${count(totals.live_count)} blocks, peak ${size(totals.peak_bytes)}, `
		+ `${size(totals.alloc_bytes)} allocated in ${count(totals.alloc_count)} blocks`),
	element('div', {class: 'muted'}, profile.old
		? `${profile.taken}; compared with ${profile.old.taken}: ${difference(totals.live_bytes - profile.old.totals.live_bytes) || 'no change'}`
		: profile.taken));
document.getElementById('tabs').append(...Object.entries(views).map(([name, [title]]) => element('a', {href: `#${name}`, role: 'tab'}, title)));
addEventListener('hashchange', show);
show();
