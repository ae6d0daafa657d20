// SPDX-License-Identifier: MIT
// Makes one HTML file of the page, its styles and the libraries it uses: bundle.mjs OUTPUT
import {build} from 'esbuild';
import {readFileSync, writeFileSync} from 'node:fs';

const made = await build({
	entryPoints: ['page.mjs'],
	bundle: true,
	minify: true,
	format: 'iife',
	legalComments: 'eof',
	outdir: 'out',
	write: false,
	loader: {'.css': 'css'},
});
const text = (ending) => made.outputFiles.filter(({path}) => path.endsWith(ending)).map((file) => file.text).join('\n');

writeFileSync(process.argv[2], readFileSync('page.html', 'utf8')
	.replace('/*STYLE*/', () => text('.css'))
	.replace('/*SCRIPT*/', () => text('.js').replaceAll('</script', '<\\/script')));
