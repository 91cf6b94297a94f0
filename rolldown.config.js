import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';
import { licenses } from './scripts/licenses.mjs';

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/**
 * The settings for code that runs in Node.
 * @satisfies {import('rolldown').RolldownOptions}
 */
export const forNode = {
  platform: 'node',
  // npm installs these packages with qbl. The code of all other packages becomes part of dist/.
  external: Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
  resolve: {
    alias: { pako: replacement('zlib-as-pako.mjs'), 'node:http2': replacement('without-http2.mjs') },
  },
  // Without this setting, rolldown warns that hdr-histogram-js uses eval. The eval call only looks for zlib.
  checks: { eval: false },
};

export default defineConfig([
  {
    ...forNode,
    input: 'src/cli/main.ts',
    plugins: [licenses('THIRD-PARTY-LICENSES.txt')],
    output: {
      dir: 'dist',
      cleanDir: true,
      // Node loads a program of many files faster with `require` than with `import`: see docs/bench.md.
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
    },
  },
  {
    input: { page: 'src/report/page/main.ts' },
    platform: 'browser',
    output: { dir: 'dist', format: 'iife' },
  },
]);

/** @param {string} file a module that replaces a module of a package */
function replacement(file) {
  return fileURLToPath(new URL(`scripts/replacements/${file}`, import.meta.url));
}
