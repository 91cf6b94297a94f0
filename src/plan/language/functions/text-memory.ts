const MOST_CHARACTERS = 64 * 1024 ** 2;

/** What a text takes besides its characters, in characters. */
const CHARACTERS_OF_ENTRY = 100;

/** Remembers texts while there is room. A plan can name any number of files at run time. */
export class TextMemory {
  readonly #texts = new Map<string, string | null>();
  #room = MOST_CHARACTERS;

  get(key: string): string | null | undefined {
    return this.#texts.get(key);
  }

  /** Does nothing if there is no room for the text. */
  add(key: string, text: string | null): void {
    const characters = key.length + (text?.length ?? 0) + CHARACTERS_OF_ENTRY;
    if (characters > this.#room) return;
    this.#room -= characters;
    this.#texts.set(key, text);
  }
}
