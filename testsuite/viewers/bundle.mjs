// SPDX-License-Identifier: MIT
// Bundles a script with the viewers' own code: bundle.mjs SCRIPT OUTPUT
import {build} from 'esbuild';

// A file that DevTools generates when it is built: the languages it speaks.
const locales = {
	name: 'locales',
	setup(context) {
		context.onResolve({filter: /\/locales\.js$/}, ({path}) => ({path, namespace: 'locales'}));
		context.onLoad({filter: /.*/, namespace: 'locales'}, () => ({
			contents: `export const LOCALES = ['en-US'];
				export const BUNDLED_LOCALES = ['en-US'];
				export const DEFAULT_LOCALE = 'en-US';
				export const REMOTE_FETCH_PATTERN = '';
				export const LOCAL_FETCH_PATTERN = '';`,
		}));
	},
};

const [script, output] = process.argv.slice(2);

await build({entryPoints: [script], outfile: output, bundle: true, platform: 'node', format: 'esm', logLevel: 'error', plugins: [locales]});
