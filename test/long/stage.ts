import { isDeepStrictEqual } from 'node:util';
import type { Identity } from '../../src/message/identity.ts';
import { writeMessage } from '../../src/message/write.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Delivery } from '../../src/queue/queue.ts';
import { type Change, type Copy, identitiesOf, type Play, type Stranger } from './play.ts';

/** What stands in the queue: the bytes, and what really became of them, which only the stage knows. */
export interface Entry {
  readonly delivery: Delivery;
  readonly truth:
    | { readonly kind: 'ours'; readonly identity: Identity; readonly change: Change }
    | { readonly kind: 'stranger'; readonly stranger: Stranger['kind'] };
}

const FIELDS = { a: 1, deep: { list: [1, { x: 'é"\\' }], flag: true }, text: 'avería' };
const CANONICAL = '{"a":1,"deep":{"flag":true,"list":[1,{"x":"é\\"\\\\"}]},"text":"avería"}';
const SENT_AT = 1_700_000_000_000.25;

export const planOf = ({ threads, loops, requests }: Play): Plan => ({
  name: 'P',
  rate: null,
  identity: true,
  threadGroups: [
    {
      name: 'G',
      threads,
      loops,
      durationMs: null,
      rampUpMs: 0,
      onSampleError: 'continue',
      requests: Array.from({ length: requests }, (_, i) => ({
        name: `R${i + 1}`,
        url: 'http://localhost/',
        method: 'POST',
        headers: {},
        body: CANONICAL,
        timeoutMs: 0,
      })),
    },
  ],
});

/** Plays the play: what the queue has in the end, partition by partition, in the order of arrival. */
export function queueOf(play: Play): Entry[] {
  const partitions: { due: number; value: Buffer | null; latencyMs: number; truth: Entry['truth'] }[][] = [
    [],
    [],
  ];
  const arrive = (
    partition: number,
    due: number,
    value: Buffer | null,
    latencyMs: number,
    truth: Entry['truth'],
  ) => partitions[partition]?.push({ due, value, latencyMs, truth });
  const identities = identitiesOf(play);
  const sent = play.killedAfter ?? identities.length;
  for (const [i, identity] of identities.slice(0, sent).entries()) {
    for (const copy of play.scenes[i]?.copies ?? []) {
      arrive(copy.partition, i + copy.delay, textOf(identity, copy), copy.latencyMs, {
        kind: 'ours',
        identity,
        change: copy.change,
      });
    }
  }
  for (const { kind, partition, at } of play.strangers) {
    arrive(partition, at, strangerOf(kind), 0, { kind: 'stranger', stranger: kind });
  }
  return partitions.flatMap((arrivals, partition) =>
    arrivals
      .toSorted((a, b) => a.due - b.due)
      .map(({ value, latencyMs, truth }, offset) => ({
        delivery: {
          partition,
          offset,
          value,
          receivedAtMs: SENT_AT + latencyMs,
          redelivered: false,
          timestamp: null,
        },
        truth,
      })),
  );
}

function textOf(identity: Identity, { change }: Copy): Buffer {
  const sent = writeMessage(CANONICAL, identity, SENT_AT);
  return Buffer.from(changed(change, sent));
}

/** The changes of a proxy, written on the parsed message, so that they do not depend on how it was written. */
function changed(change: Change, sent: string): string {
  const object = JSON.parse(sent);
  switch (change) {
    case 'none':
      return sent;
    case 'rewritten':
      return JSON.stringify(
        { qbl: object.qbl, text: object.text, deep: object.deep, a: object.a },
        null,
        1,
      ).replaceAll('é', '\\u00e9');
    case 'enveloped':
      return JSON.stringify({ meta: { a: 1 }, payload: [object] });
    case 'stringified':
      return JSON.stringify({ payload: sent });
    case 'enriched':
      return JSON.stringify({ ...object, receivedAt: 'now', 'qbl-proxy': {} });
    case 'enrichedDeep':
      return JSON.stringify({ ...object, deep: { ...object.deep, added: null } });
    case 'valueChanged':
      return JSON.stringify({ ...object, text: 'averia' });
    case 'fieldDropped':
      return JSON.stringify({ deep: object.deep, text: object.text, qbl: object.qbl });
    case 'timeChanged':
      return sent.replace(String(SENT_AT), String(SENT_AT + 1));
    case 'runChanged':
      return sent.replace('"played"', '"plaxed"');
    case 'keyBroken':
      return sent.replace('"sentAt"', '"sentAs"');
    case 'timeBroken':
      return sent.replace('"sentAt":"', '"sentAt":"x');
    case 'identityStripped':
      return JSON.stringify(FIELDS);
  }
}

function strangerOf(kind: Stranger['kind']): Buffer | null {
  const identity = { run: 'played', group: 1, thread: 1, loop: 1, request: 1 };
  switch (kind) {
    case 'otherRun':
      return Buffer.from(writeMessage(CANONICAL, { ...identity, run: 'other' }, SENT_AT));
    case 'noJson':
      return Buffer.from([0xff, 0x00, 0x7b]);
    case 'null':
      return null;
    case 'beyondPlan':
      return Buffer.from(writeMessage(CANONICAL, { ...identity, loop: 99 }, SENT_AT));
    case 'otherThread':
      return Buffer.from(writeMessage(CANONICAL, { ...identity, thread: 77 }, SENT_AT));
  }
}

if (!isDeepStrictEqual(JSON.parse(CANONICAL), FIELDS))
  throw new Error('the canonical form is not that of the fields');
