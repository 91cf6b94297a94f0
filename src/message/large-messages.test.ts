import { expect, it, vi } from 'vitest';
import { JsonObject } from './json/json.ts';
import { parseJson } from './json/parse-json.ts';
import { MessageReader } from './reading/read.ts';
import { writeMessage } from './write.ts';

const hashed = vi.hoisted(() => ({ bytes: 0 }));

/** Counts the bytes that are hashed, because a measured time would depend on the machine. */
vi.mock('node:crypto', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:crypto')>();
  const { createHash } = original;
  const hash = (algorithm: string, data: string | Buffer): string => {
    hashed.bytes += Buffer.byteLength(data);
    return createHash(algorithm).update(data).digest('hex');
  };
  const counting = (algorithm: string) => {
    const made = createHash(algorithm);
    const update = (data: string | Buffer) => {
      hashed.bytes += Buffer.byteLength(data);
      return createHash(algorithm).update(data);
    };
    return Object.assign(made, { update });
  };
  return { ...original, hash, createHash: counting };
});

const FIELD_BYTES = 1_000_000;
const FIELDS = `{"text":"${'x'.repeat(FIELD_BYTES)}"}`;

it('does not hash a large damaged message again for each run ID that damage could have changed', () => {
  const parsed = parseJson(FIELDS);
  if (!('value' in parsed && parsed.value instanceof JsonObject)) throw new TypeError('no object');
  const body = { shape: parsed.value };
  const reader = new MessageReader(new Map([['mine', { of: () => body, all: () => [body] }]]));
  const identity = { run: 'mine', group: 1, thread: 1, loop: 1, request: 1 };
  const sent = writeMessage(FIELDS, identity, 1700000000000.25);
  hashed.bytes = 0;
  const reading = reader.read(Buffer.from(sent.replace('xxx', 'xyx')));
  expect(reading).toMatchObject({ kind: 'message', condition: 'corrupt', identity });
  expect(hashed.bytes).toBeGreaterThan(FIELD_BYTES);
  expect(hashed.bytes).toBeLessThan(10 * FIELD_BYTES);
});
