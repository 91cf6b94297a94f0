import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { evidenceBed } from './support/evidence-bed.ts';
import { qbl } from './support/qbl.ts';

const bed = evidenceBed();
const BYTES = 20_000_000;
/**
 * Heap size of Node for these tests. If qbl limits the values of a message, a JSON bomb takes about 100 MB of the heap
 * at the same time, and without the limit more than 500 MB. Node ends a process only if the memory that is still in use
 * does not fit. So a slow garbage collection on a busy machine does not fail the test.
 */
const HEAP_MEGABYTES = 300;

/** A message in the framing of AWS Glue: version 3, compression 5 (zlib), and a UUID. */
function framed(content: string): Buffer {
  return Buffer.concat([Buffer.from([3, 5]), Buffer.alloc(16), deflateSync(content)]);
}

test.each([
  ['arrays in arrays', '['.repeat(BYTES)],
  ['objects', `[${'{},'.repeat(BYTES / 3)}1]`],
  ['objects in a text', JSON.stringify(`{"qbl":[${'{},'.repeat(BYTES / 3)}1]}`)],
])('verify needs little memory for a compressed message of many values: %s', async (_, content) => {
  await bed.send('bombed');
  await bed.produce(framed(content));
  const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MEGABYTES}` };
  const { code, stdout, stderr } = await qbl(['verify', 'bombed'], { folder: bed.directory, env });
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/foreign +1$/m);
});
