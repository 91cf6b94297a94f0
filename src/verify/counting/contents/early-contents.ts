import type { Identity } from '../../../message/identity.ts';
import { type Content, type FoundField, textOf } from '../../../message/reading/content-hash.ts';
import type { Place } from '../../../queue/message.ts';

/** Limit for the memory of the contents that are kept. Later messages are compared too, but cannot be shown. */
const MAX_BYTES = 2 ** 25;
/**
 * Memory that each message and each field needs in addition to its characters (measured in Node 20: 424 and 56 bytes).
 */
const BYTES_OF_MESSAGE = 512;
const BYTES_OF_FIELD = 64;
const BYTES_OF_CHARACTER = 2;
/** Maximum number of characters of a message that are kept, in order to show them. */
const KEPT_OF_ONE = 1_000;

interface EarlyContent {
  readonly content: Content;
  readonly place: Place;
}

/** Contents of messages that a live reader gets before their rows. Only the row shows whether a content differs. */
export class EarlyContents {
  readonly #byMessage = new Map<string, EarlyContent[]>();
  #bytes = 0;

  add(identity: Identity, { hash, fields, text }: Content, { partition, offset }: Place): void {
    const size = sizeOf({ hash, fields, text: text.slice(0, KEPT_OF_ONE) });
    if (this.#bytes + size > MAX_BYTES) return;
    const content = { hash, fields: fields.map(ownedField), text: owned(text.slice(0, KEPT_OF_ONE)) };
    this.#bytes += size;
    const key = keyOf(identity);
    const known = this.#byMessage.get(key) ?? [];
    known.push({ content, place: { partition, offset } });
    this.#byMessage.set(key, known);
  }

  take(identity: Identity): readonly EarlyContent[] {
    if (this.#byMessage.size === 0) return [];
    const key = keyOf(identity);
    const known = this.#byMessage.get(key) ?? [];
    this.#byMessage.delete(key);
    for (const { content } of known) this.#bytes -= sizeOf(content);
    return known;
  }
}

function sizeOf({ fields, text }: Content): number {
  const characters = fields.reduce((sum, field) => sum + (textOf(field)?.length ?? 0), text.length);
  return BYTES_OF_MESSAGE + BYTES_OF_FIELD * fields.length + BYTES_OF_CHARACTER * characters;
}

function keyOf({ group, thread, loop, request }: Identity): string {
  return `${group}-${thread}-${loop}-${request}`;
}

function ownedField(field: FoundField): FoundField {
  return 'text' in field ? { text: owned(field.text) } : field;
}

/**
 * Returns a copy of the text. In V8, a part of a text keeps the whole text in memory, and a text that was joined keeps
 * all its parts.
 */
function owned(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
