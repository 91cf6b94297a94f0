/** A text in which the escapes of one kind (JSON, URL or HTML) are replaced by the characters that they stand for. */
export interface Reading {
  readonly text: string;
  /** Returns where a character of this text begins in the original text. */
  readonly startOf: (index: number) => number;
}

interface Escape {
  /** The character with which each escape of this kind begins. */
  readonly mark: string;
  /** Matches one escaped character. */
  readonly whole: RegExp;
  /** Matches the first part of an escape at the end of a text that was cut. */
  readonly unfinished: RegExp;
  readonly resolve: (escaped: string) => string;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Escapes of JSON, of URLs and of HTML. */
const ESCAPES: readonly Escape[] = [
  {
    mark: '\\',
    whole: /\\(?:u[\da-fA-F]{4}|["\\/bfnrt])/g,
    unfinished: /\\(?:u[\da-fA-F]{0,3})?$/,
    resolve: (escaped) => JSON.parse(`"${escaped}"`),
  },
  {
    mark: '%',
    // The first byte of a UTF-8 character says how many bytes follow.
    whole:
      /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi,
    unfinished: /(?:%[c-f][\da-f](?:%[89ab][\da-f])*)?(?:%[\da-f]?)?$/i,
    resolve: decoded,
  },
  {
    mark: '&',
    whole: /&(?:amp|lt|gt|quot|apos|#\d{1,5}|#x[\da-f]{1,4});/gi,
    unfinished: /&(?:[a-z]{0,4}|#\d{0,5}|#x[\da-f]{0,4})$/i,
    resolve: (escaped) => character(escaped.slice(1, -1).toLowerCase()),
  },
];

/** Returns the text of a URL without its percent-encoding, or the same text if the encoding is not valid. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Returns several readings of a text: the text as it is, and one reading for each kind of escape in the text. Such a
 * reading has the characters that the escapes stand for.
 * @param isCut whether the text may end inside an escape, which is then left out
 */
export function readings(text: string, isCut: boolean): Reading[] {
  const asIs: Reading = { text, startOf: (index) => index };
  const used = ESCAPES.filter(({ mark }) => text.includes(mark));
  return [asIs, ...used.map((kind) => resolved(text, kind, isCut))];
}

function resolved(text: string, { whole, unfinished, resolve }: Escape, isCut: boolean): Reading {
  const starts: number[] = [];
  let plain = '';
  let from = 0;
  const add = (part: string, startOf: (index: number) => number) => {
    for (let index = 0; index < part.length; index++) starts.push(startOf(index));
    plain += part;
  };
  const addLiterally = (part: string) => add(part, (index) => from + index);
  for (const { 0: escaped, index: at } of text.matchAll(whole)) {
    addLiterally(text.slice(from, at));
    add(resolve(escaped), () => at);
    from = at + escaped.length;
  }
  const rest = text.slice(from);
  addLiterally(isCut ? rest.replace(unfinished, '') : rest);
  return { text: plain, startOf: (index) => starts[index] ?? text.length };
}

function character(entity: string): string {
  if (!entity.startsWith('#')) return NAMED[entity] ?? '';
  return String.fromCharCode(
    entity.startsWith('#x') ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1)),
  );
}
