import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the licenses of all packages whose code is in the bundle. Each license must be distributed together with the
 * code of its package.
 * @param {string} fileName
 * @returns {import('rolldown').Plugin}
 */
export function licenses(fileName) {
  return {
    name: 'licenses',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      const folders = new Set(chunks.flatMap(({ moduleIds }) => moduleIds.flatMap(packageFolder)));
      const source = [...folders]
        .sort()
        .map(licenseOf)
        .join(`\n${'-'.repeat(80)}\n\n`);
      this.emitFile({ type: 'asset', fileName, source });
    },
  };
}

/** The folder of the package that contains the module. Empty for a module of qbl. */
function packageFolder(module) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module) ?? [];
}

function licenseOf(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  // Some packages name their license only in package.json.
  const text =
    file === undefined ? `Author: ${author.name ?? author}` : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}
