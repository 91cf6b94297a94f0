/**
 * Builds a module with all modules of src/ that it imports, because Node 20 cannot run TypeScript. For example,
 * `node scripts/build-module.mjs scripts/plan-schema.mjs` writes `.qbl/plan-schema.mjs`.
 */
import { basename, extname } from 'node:path';
import process from 'node:process';
import { build } from 'rolldown';
import { forNode } from '../rolldown.config.js';

const [, , module] = process.argv;
const file = `.qbl/${basename(module, extname(module))}.mjs`;
await build({ ...forNode, input: module, output: { file, format: 'esm', codeSplitting: false } });
