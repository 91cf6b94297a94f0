import { isDeepStrictEqual } from 'node:util';
import type { Identity } from '../../src/message/identity.ts';
import { IN_BODY, NO_IDENTITY } from '../../src/message/placement.ts';
import { writeMessage } from '../../src/message/write.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Delivery } from '../../src/queue/reader.ts';
import {
  type Change,
  type Copy,
  identitiesOf,
  type Other,
  type Play,
  type Stranger,
  TIMES_OF_OTHERS,
} from './play.ts';
import { isTokenKind, type TokenDeed } from './tokens/token-play.ts';
import { type Message, type TokenStage, tokenStage } from './tokens/token-stage.ts';

/** A message in the queue, with the true facts about it. Only the simulation knows these facts. */
export interface Entry {
  readonly delivery: Delivery;
  readonly truth:
    | { readonly kind: 'ours'; readonly identity: Identity; readonly change: Change }
    | {
        readonly kind: 'token';
        readonly identity: Identity;
        readonly deed: TokenDeed;
        /** The other message, for a change that mixes two messages. */
        readonly other: Identity;
      }
    | { readonly kind: 'stranger'; readonly stranger: Stranger['kind'] }
    | { readonly kind: 'other'; readonly other: Other };
}

const FIELDS = { a: 1, deep: { list: [1, { x: 'é"\\' }], flag: true }, text: 'avería' };
const CANONICAL = '{"a":1,"deep":{"flag":true,"list":[1,{"x":"é\\"\\\\"}]},"text":"avería"}';
const FIRST: Identity = { run: 'played', group: 1, thread: 1, loop: 1, request: 1 };
/** Start of the run according to the sender's clock. */
export const BEGAN_AT = 1_700_000_000_000;
const STEP_MS = 10_000;

/**
 * Returns the start time of the request of this scene, the history of one message. The row of its sample has the same
 * start time.
 */
export function startOf(scene: number): number {
  return BEGAN_AT + STEP_MS * scene;
}

/** Returns the time at which the last request ended, in epoch milliseconds. */
export function endOf(play: Play): number {
  return startOf(Math.max(0, sentBy(play) - 1)) + 1;
}

export function sentBy(play: Play): number {
  return play.killedAfter ?? identitiesOf(play).length;
}

const sentAt = (scene: number): number => startOf(scene) + 0.25;

export function planOf(play: Play): Plan {
  if (isTokenKind(play.identity)) return tokenPlay(play).plan;
  const plan = bodyPlanOf(play);
  return play.identity === 'none' ? { ...plan, identity: NO_IDENTITY } : plan;
}

const bodyPlanOf = ({ threads, loops, requests }: Play): Plan => ({
  name: 'P',
  rate: null,
  identity: IN_BODY,
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

/** Plays the history, and returns the final content of the queue, by partition and in order of arrival. */
export function queueOf(play: Play): Entry[] {
  const partitions: { due: number; message: Message; receivedAtMs: number; truth: Entry['truth'] }[][] = [
    [],
    [],
  ];
  const arrive = (
    partition: number,
    due: number,
    message: Message,
    receivedAtMs: number,
    truth: Entry['truth'],
  ) => partitions[partition]?.push({ due, message, receivedAtMs, truth });
  const proxy = proxyOf(play);
  const identities = identitiesOf(play);
  const sent = sentBy(play);
  for (const [i, identity] of identities.slice(0, sent).entries()) {
    for (const copy of play.scenes[i]?.copies ?? []) {
      const { message, truth } = proxy.copy(identity, copy, sentAt(i));
      arrive(copy.partition, i + copy.delay, message, sentAt(i) + copy.latencyMs, truth);
    }
  }
  for (const { kind, partition, at } of play.strangers) {
    arrive(partition, at, proxy.stranger(kind), endOf(play), { kind: 'stranger', stranger: kind });
  }
  for (const other of play.others) {
    const message = proxy.other(other);
    if (message !== null) arrive(other.partition, other.at, message, endOf(play), { kind: 'other', other });
  }
  return partitions.flatMap((arrivals, partition) =>
    arrivals
      .toSorted((a, b) => a.due - b.due)
      .map(({ message, receivedAtMs, truth }, offset) => ({
        delivery: {
          ...message,
          partition,
          offset,
          receivedAtMs,
          redelivered: false,
          timestamp: null,
        },
        truth,
      })),
  );
}

/** Writes the messages of a history as its proxy does, and as other senders do. */
interface Proxy {
  copy(
    identity: Identity,
    copy: Copy,
    sentAtMs: number,
  ): { readonly message: Message; readonly truth: Entry['truth'] };
  stranger(kind: Stranger['kind']): Message;
  /**
   * Returns a message of another execution. Null if it could not be distinguished from a message of the run.
   */
  other(other: Other): Message | null;
}

function proxyOf(play: Play): Proxy {
  return isTokenKind(play.identity) ? tokenProxy(play, tokenPlay(play).stage) : bodyProxy(play);
}

function bodyProxy(play: Play): Proxy {
  const plain = (value: Buffer | null): Message => ({
    value: play.identity === 'none' && value !== null ? Buffer.from(CANONICAL) : value,
  });
  return {
    copy: (identity, copy, sentAtMs) => ({
      message: plain(textOf(identity, copy, sentAtMs)),
      truth: { kind: 'ours', identity, change: copy.change },
    }),
    stranger: (kind) => plain(strangerOf(kind)),
    other: (other) => {
      const text = otherOf(play, other);
      return text === null ? null : plain(text);
    },
  };
}

function tokenProxy(play: Play, stage: TokenStage): Proxy {
  const identities = identitiesOf(play);
  const identityOf = (scene: number) => identities[scene % identities.length] ?? FIRST;
  return {
    copy: (identity, { deed }) => {
      const other = identityOf(deed.other);
      return {
        message: stage.changed(identity, deed, other),
        truth: { kind: 'token', identity, deed, other },
      };
    },
    stranger: (kind) => tokenStrangerOf(kind, stage),
    other: ({ scene, when }) =>
      stage.honest(scene === 'beyond' ? { ...FIRST, loop: 98 } : identityOf(scene), TIMES_OF_OTHERS[when]),
  };
}

/**
 * Returns the plan of a history with tokens.
 * @throws Error if its identity is not a token
 */
function tokenPlay(play: Play) {
  if (!isTokenKind(play.identity)) throw new Error('the identity of this play is no token');
  return tokenStage(bodyPlanOf(play), play.identity, play.content, BEGAN_AT);
}

/** The hash that the sender writes into the row of a message. Null if the sender writes no hash. */
export function contentHashOf(play: Play, identity: Identity, laterMs: number): string | null {
  return isTokenKind(play.identity) ? tokenPlay(play).stage.contentHash(identity, laterMs) : null;
}

/**
 * Creates a message of another execution. Null if it could not be distinguished from a message of the run, such as a
 * scene whose row was lost in a kill.
 */
function otherOf(play: Play, { scene, when }: Other): Buffer | null {
  const isKilled = play.killedAfter !== null;
  if (
    scene === 'beyond' ? isKilled || when === 'among' : scene >= sentBy(play) - (isKilled ? play.rowsLost : 0)
  )
    return null;
  const ms = TIMES_OF_OTHERS[when];
  const own = scene === 'beyond' ? 0 : scene;
  const from = when === 'among' ? startOf(own) : ms < 0 ? BEGAN_AT : endOf(play);
  const identity = identitiesOf(play)[own];
  if (identity === undefined) return null;
  const beyond = scene === 'beyond' ? { ...identity, loop: 98 } : identity;
  return Buffer.from(writeMessage(CANONICAL, beyond, from + ms + own / 8));
}

function textOf(identity: Identity, { change }: Copy, sentAtMs: number): Buffer {
  const sent = writeMessage(CANONICAL, identity, sentAtMs);
  return Buffer.from(changed(change, sent));
}

/** Applies a proxy's change to the parsed message, so that it does not depend on how the message was written. */
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
      return sent.replace(/"sentAt":"(\d+)/, (_, at) => `"sentAt":"${Number(at) + 1}`);
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

function tokenStrangerOf(kind: Stranger['kind'], stage: TokenStage): Message {
  switch (kind) {
    case 'otherRun':
      return stage.honest({ ...FIRST, run: 'other' });
    case 'noJson':
    case 'null':
      return { value: strangerOf(kind) };
    case 'beyondPlan':
      return stage.beyondPlan({ ...FIRST, loop: 99 });
    case 'otherThread':
      return stage.beyondPlan({ ...FIRST, thread: 77 });
  }
}

function strangerOf(kind: Stranger['kind']): Buffer | null {
  switch (kind) {
    case 'otherRun':
      return Buffer.from(writeMessage(CANONICAL, { ...FIRST, run: 'other' }, sentAt(0)));
    case 'noJson':
      return Buffer.from([0xff, 0x00, 0x7b]);
    case 'null':
      return null;
    case 'beyondPlan':
      return Buffer.from(writeMessage(CANONICAL, { ...FIRST, loop: 99 }, sentAt(0)));
    case 'otherThread':
      return Buffer.from(writeMessage(CANONICAL, { ...FIRST, thread: 77 }, sentAt(0)));
  }
}

if (!isDeepStrictEqual(JSON.parse(CANONICAL), FIELDS)) throw new Error('CANONICAL does not match FIELDS');
