import type { Identity } from '../../../src/message/identity.ts';
import type { FindPlace, Placement } from '../../../src/message/placement.ts';
import type { Content, Plan, Request } from '../../../src/plan/plan.ts';
import { type RequestWriters, requestWriters } from '../../../src/plan/template/request-writers.ts';
import { withTokens } from '../../../src/plan/tokens/token-places.ts';
import type { Delivery } from '../../../src/queue/reader.ts';
import type { ContentKind, TokenDeed, TokenKind } from './token-play.ts';

/** A message as it reaches the queue. */
export type Message = Pick<Delivery, 'value' | 'key' | 'headers'>;

type Json = Record<string, unknown>;

/** A message that a proxy is about to write. */
interface Draft {
  readonly fields: Json;
  /** The token, as a text or a whole number. Null if the message has no token. */
  readonly token: string | number | null;
  /** A second token, in the second place of `find`. */
  readonly second?: string | number;
}

const HEADERS: Readonly<Record<'header' | 'hex' | 'key', string>> = {
  header: 'X-Request-Id',
  hex: 'X-Trace',
  key: 'X-Key',
};
/** The second place where a token outside the payload is looked for. */
const COPY: FindPlace = { kind: 'payload', pointer: ['copyOf'] };
const COMPARED = ['amount', 'note', 'request'] as const;

const stages = new Map<string, { readonly plan: Plan; readonly stage: TokenStage }>();

/**
 * Returns the plan of one kind of history, and the TokenStage that sends and stores its messages. There are few kinds,
 * so each TokenStage is created only once.
 */
export function tokenStage(plan: Plan, kind: TokenKind, content: ContentKind, startedAtMs: number) {
  const key = JSON.stringify([plan, kind, content, startedAtMs]);
  const known = stages.get(key);
  if (known !== undefined) return known;
  const withTokens = tokenPlan(plan, kind, content);
  const made = { plan: withTokens, stage: new TokenStage(withTokens, kind, content, startedAtMs) };
  stages.set(key, made);
  return made;
}

/** The part of the plan that says where tokens are and what is compared. */
function tokenPlan(plan: Plan, kind: TokenKind, content: ContentKind): Plan {
  const [group] = plan.threadGroups;
  if (group === undefined) throw new Error('a plan without groups');
  const requests = group.requests.map(
    (request, i): Request => ({
      ...request,
      headers: kind === 'hex' ? { 'X-Trace': 'trace-${qbl.hex}' } : {},
      body: `{"order": {"id": "any", "number": 1}, "amount": \${thread}, "note": "aver\\u00eda \${loop}", "request": ${i + 1}, "deep": [{"x": 1.0}, true]}`,
    }),
  );
  const find = findOf(kind);
  return withTokens({
    ...plan,
    identity: placementOf(kind),
    ...(find === null ? {} : { find }),
    content: contentOf(content),
    threadGroups: [{ ...group, requests }],
  });
}

function placementOf(kind: TokenKind): Placement {
  switch (kind) {
    case 'header':
    case 'key':
      return { kind: 'header', name: HEADERS[kind] };
    case 'hex':
      return { kind: 'template' };
    case 'field':
      return { kind: 'field', pointer: ['order', 'id'] };
    case 'number':
      return { kind: 'field', pointer: ['order', 'number'] };
  }
}

/** Returns the places where tokens are looked for. Null if the plan names no places. */
function findOf(kind: TokenKind): readonly FindPlace[] | null {
  if (kind === 'field' || kind === 'number') return null;
  return kind === 'key' ? [{ kind }, COPY] : [{ kind: 'header', name: HEADERS[kind] }, COPY];
}

function contentOf(content: ContentKind): Content {
  if (content === 'none' || content === 'whole') return { kind: content };
  const fields = COMPARED.map((name) => ({
    sent: [name],
    found: content === 'moved' ? ['data', name] : [name],
  }));
  return { kind: 'fields', fields };
}

/** Sends and stores the messages of one run, as the proxy in the history does. */
export class TokenStage {
  readonly #kind: TokenKind;
  readonly #isMoved: boolean;
  readonly #plan: Plan;
  readonly #startedAtMs: number;
  readonly #writers = new Map<string, RequestWriters>();

  constructor(plan: Plan, kind: TokenKind, content: ContentKind, startedAtMs: number) {
    this.#kind = kind;
    this.#isMoved = content === 'moved';
    this.#plan = plan;
    this.#startedAtMs = startedAtMs;
  }

  /** The hash that the sender writes into the row. Null if the sender writes no hash. */
  contentHash(identity: Identity, laterMs = 0): string | null {
    return this.#writersOf(identity.run, laterMs).contentOf(0, identity.request - 1)?.(identity, 0) ?? null;
  }

  /**
   * Returns the unchanged message of this run, of another execution that began at another time, or of another
   * run.
   */
  honest(identity: Identity, laterMs = 0): Message {
    return this.#write(this.#sent(identity, laterMs));
  }

  /**
   * Returns the message as the proxy changed it.
   * @param other the message of another scene
   */
  changed(identity: Identity, { change, at, by }: TokenDeed, other: Identity): Message {
    const sent = this.#sent(identity);
    const { fields, token } = sent;
    const compared: Json = this.#isMoved ? (fields['data'] as Json) : fields;
    const withCompared = (changes: Json): Draft => {
      const changed = { ...compared, ...changes };
      return { ...sent, fields: this.#isMoved ? { ...fields, data: changed } : changed };
    };
    const enriched = (more: Json): Draft => ({ ...sent, fields: { ...fields, ...more } });
    const withToken = (own: string | number | null): Draft => ({ ...sent, token: own });
    switch (change) {
      case 'none':
        return this.#write(sent);
      case 'rewritten':
        return this.#write({ ...sent, fields: reversed(fields) as Json }, (text) =>
          JSON.stringify(JSON.parse(text), null, 2).replaceAll('í', '\\u00ed'),
        );
      case 'framed':
        return framed(this.#write(sent));
      case 'numberRewritten':
        return this.#write(sent, (text) => text.replace(/"amount":(\d+)/, '"amount":$1.0e0'));
      case 'enveloped':
        return this.#write(sent, (text) => `{"meta":{"a":1},"payload":[${text}]}`);
      case 'stringified':
        return this.#write(sent, (text) => JSON.stringify({ payload: text }));
      case 'enriched':
        return this.#write(enriched({ receivedAt: 'now' }));
      case 'comparedChanged':
        return this.#write(withCompared({ amount: -1 }));
      case 'comparedDropped':
        return this.#write(withCompared({ note: undefined }));
      case 'otherChanged':
        return this.#write(enriched({ deep: [] }));
      case 'contentsOfOther':
        return this.#write({ ...this.#sent(other), token });
      case 'emptied':
        return { ...this.#write(sent), value: null };
      case 'noJson':
        return { ...this.#write(sent), value: Buffer.from([0xff, 0x7b, 0x00]) };
      case 'upperCase':
        return this.#write(withToken(typeof token === 'string' ? token.toUpperCase() : token));
      case 'withinText':
        return this.#write(withToken(`order-${token};1`));
      case 'oneWrongDigit':
        return this.#write(withToken(wrongDigits(token, by, at)));
      // One of the two wrong digits is in the part that names the execution. Otherwise the wrong token could differ in
      // only one digit from the token of another message.
      case 'twoWrongDigits':
        return this.#write(withToken(wrongDigits(token, by, at % 8, (at % 8) + 8)));
      case 'forgedCheck':
        return this.#write(withToken(wrongDigits(token, 5, 26, 27, 28, 29, 30, 31)));
      case 'wrongCharacter':
        return this.#write(withToken(withCharacter(token, at, () => 'x')));
      case 'stripped':
        return this.#write(withToken(null));
      case 'otherExecution':
        return this.honest(identity, -86_400_000 + at);
      case 'otherRun':
        return this.honest({ ...identity, run: 'other' });
      case 'secondTokenOfOther':
        return this.#write({ ...sent, second: this.#token(other) });
      case 'damagedThenOther':
        return this.#write({ ...withToken(wrongDigits(token, by, at)), second: this.#token(other) });
      case 'nestedTokenOfOther':
        return this.#write(enriched({ nested: this.#withToken(this.#sent(other)) }));
      case 'repeatedName':
        return this.#write(sent, (text) =>
          text.replace(/"order":(\{[^}]*\})/, (member) => `${member},${member}`),
        );
    }
  }

  /** A token that no message of the plan has. */
  beyondPlan(identity: Identity): Message {
    if (this.#kind !== 'number') return this.honest(identity);
    return this.#write({ fields: {}, token: Number.MAX_SAFE_INTEGER });
  }

  #writersOf(run: string, laterMs: number): RequestWriters {
    const key = `${run}|${laterMs}`;
    const writers =
      this.#writers.get(key) ?? requestWriters(this.#plan, { run, startedAtMs: this.#startedAtMs + laterMs });
    this.#writers.set(key, writers);
    return writers;
  }

  /** Returns the request of a message, with the token apart from the other fields. */
  #sent(identity: Identity, laterMs = 0): Draft {
    const writers = this.#writersOf(identity.run, laterMs);
    const at = identity.request - 1;
    const body: Json = JSON.parse(writers.bodyOf(0, at)?.(identity, 0) ?? '{}');
    const order = body['order'] as { id: string; number: number };
    const fields = this.#isMoved ? moved(body) : body;
    if (this.#kind === 'field' || this.#kind === 'number')
      return { fields, token: this.#kind === 'field' ? order.id : order.number };
    const headers = writers.headOf(0, at)?.(identity, 0).headers ?? {};
    return { fields, token: headers[HEADERS[this.#kind]] ?? '' };
  }

  #token(identity: Identity): string | number {
    return this.#sent(identity).token ?? '';
  }

  #withToken({ fields, token }: Draft): Json {
    if (this.#kind !== 'field' && this.#kind !== 'number') return fields;
    const order = fields['order'] as Json | undefined;
    return { ...fields, order: { ...order, [this.#kind === 'field' ? 'id' : 'number']: token ?? undefined } };
  }

  #write(draft: Draft, rewrite: (text: string) => string = (text) => text): Message {
    const { token, second } = draft;
    const inPayload = this.#kind === 'field' || this.#kind === 'number';
    const copy = second === undefined || inPayload ? {} : { copyOf: second };
    const value = Buffer.from(rewrite(JSON.stringify({ ...this.#withToken(draft), ...copy })));
    const headers = [{ name: 'other', value: 'x' }];
    if (inPayload && second !== undefined)
      headers.push({ name: this.#kind === 'field' ? 'ID' : 'Number', value: String(second) });
    if ((this.#kind === 'header' || this.#kind === 'hex') && token !== null)
      headers.push(
        { name: HEADERS[this.#kind].toLowerCase(), value: 'not a token' },
        { name: HEADERS[this.#kind].toUpperCase(), value: String(token) },
      );
    const key = this.#kind === 'key' && token !== null ? { key: Buffer.from(String(token)) } : {};
    return { value, headers: () => headers, ...key };
  }
}

/** Moves the compared fields to another place. */
function moved(body: Json): Json {
  const data = Object.fromEntries(COMPARED.map((name) => [name, body[name]]));
  const rest = Object.entries(body).filter(([name]) => !(COMPARED as readonly string[]).includes(name));
  return { ...Object.fromEntries(rest), data };
}

/** Puts the names of each object in the reverse order. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, each]) => [name, reversed(each)]),
  );
}

/** Puts a zero byte and a schema ID before the message, as Confluent's serializers do. */
function framed(message: Message): Message {
  return { ...message, value: Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), message.value ?? Buffer.of()]) };
}

/** Changes digits of the token. Positions are counted within its last 32 digits, or within all digits of a number. */
function wrongDigits(token: string | number | null, by: number, ...places: readonly number[]) {
  const base = typeof token === 'number' ? 10 : 16;
  const wrong = places.reduce<string | number | null>(
    (it, at) => withCharacter(it, at, (digit) => ((Number.parseInt(digit, base) + by) % base).toString(base)),
    token,
  );
  return typeof token === 'number' ? Number(wrong) : wrong;
}

function withCharacter(token: string | number | null, at: number, change: (digit: string) => string): string {
  const text = String(token);
  const digits = [...text.matchAll(typeof token === 'number' ? /\d/g : /[0-9a-f]/g)].map(
    ({ index }) => index,
  );
  const ofToken = digits.slice(-32);
  const index = ofToken[at % ofToken.length] ?? 0;
  return `${text.slice(0, index)}${change(text[index] ?? '0')}${text.slice(index + 1)}`;
}
