import type { Identity } from '../../../message/identity.ts';
import { type Content, textOf } from '../../../message/reading/content-hash.ts';
import type { Place } from '../../../queue/queue.ts';

/** Limit for the characters that are kept. Later messages are compared too, but cannot be shown. */
const MAX_CHARACTERS = 2 ** 24;
/** More of a message is not shown. */
const KEPT_OF_ONE = 1_000;

interface EarlyContent {
  readonly content: Content;
  readonly place: Place;
}

/** Contents of messages that a live reader gets before their rows. Only the row shows whether a content differs. */
export class EarlyContents {
  readonly #byMessage = new Map<string, EarlyContent[]>();
  #characters = 0;

  add(identity: Identity, { hash, fields, text }: Content, { partition, offset }: Place): void {
    const content = { hash, fields, text: owned(text.slice(0, KEPT_OF_ONE)) };
    const size = sizeOf(content);
    if (this.#characters + size > MAX_CHARACTERS) return;
    this.#characters += size;
    const key = keyOf(identity);
    const known = this.#byMessage.get(key) ?? [];
    known.push({ content, place: { partition, offset } });
    this.#byMessage.set(key, known);
  }

  /** Removes and returns the contents of a message. */
  take(identity: Identity): readonly EarlyContent[] {
    if (this.#byMessage.size === 0) return [];
    const key = keyOf(identity);
    const known = this.#byMessage.get(key) ?? [];
    this.#byMessage.delete(key);
    for (const { content } of known) this.#characters -= sizeOf(content);
    return known;
  }
}

function sizeOf({ fields, text }: Content): number {
  return fields.reduce((sum, field) => sum + (textOf(field)?.length ?? 0), text.length);
}

function keyOf({ group, thread, loop, request }: Identity): string {
  return `${group}-${thread}-${loop}-${request}`;
}

/** A copy. In V8, a part of a text keeps the whole text in memory. */
function owned(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
