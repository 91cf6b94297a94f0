import type { Request } from '../plan/plan.ts';
import { decoded, type Reading, readings } from './escapes.ts';
import { MASK, secretParameters, secretsOfHeader } from './secrets.ts';

/** Minimum length of a secret that is searched in other texts. A shorter secret would be found by chance. */
const LEAST_SECRET_CHARACTERS = 4;
/**
 * Minimum length of a part that is searched in other texts. Examples of parts are the token behind `Bearer`, and one
 * cookie.
 */
const LEAST_PART_CHARACTERS = 8;
const PART_SEPARATORS = /[\s;,="]+/;
const BASIC_CREDENTIALS = /^Basic\s+(\S+)$/i;

/**
 * Masks secret values wherever they appear in a text.
 * @param isCut whether the end of the text is missing. The last characters are then also masked if a secret begins with
 *   them.
 */
export type HideSecrets = (text: string, isCut?: boolean) => string;

/** A part of a text, from the first index up to the second one. */
type Range = readonly [start: number, end: number];

/**
 * Returns a function that masks the secret values of a request's headers and URL. It is for texts from the server,
 * because a server may repeat what it got, also in an encoded form.
 * @param earlierUrls the URLs that led to this request by redirects, whose secrets are masked too
 */
export function hidingSecretsOf(
  { url, headers }: Pick<Request, 'url' | 'headers'>,
  redacted: readonly string[],
  earlierUrls: readonly string[] = [],
): HideSecrets {
  let forms: readonly string[] | undefined;
  let shortest = LEAST_SECRET_CHARACTERS;
  return (text, isCut = false) => {
    if (text.length < shortest && !isCut) return text;
    if (forms === undefined) {
      forms = formsOf([
        ...[url, ...earlierUrls].flatMap((each) => secretParameters(each, redacted)),
        ...Object.entries(headers).flatMap(([name, value]) => secretsOfHeader(name, value, redacted)),
      ]);
      // An escaped secret is never shorter than the secret. So a text that is shorter than every secret contains no
      // secret. Without secrets, `shortest` is infinity.
      shortest = Math.min(...forms.map(({ length }) => length));
    }
    return withMasks(text, placesOf(forms, text, isCut));
  };
}

/**
 * Returns the forms in which a server may repeat the secrets, such as Base64. Escaped forms are not needed, because
 * `readings` replaces escapes by their characters.
 */
function formsOf(secrets: readonly string[]): string[] {
  const texts = secrets
    .flatMap((secret) => [
      secret,
      decoded(secret),
      decoded(secret.replaceAll('+', ' ')),
      ...passwordsOf(secret),
    ])
    .flatMap((secret) => [secret, secret.replaceAll(' ', '+')])
    .flatMap(withParts);
  return [...new Set([...texts, ...texts.flatMap(inBase64)])];
}

/** Returns the credentials of the header value `Basic …`, and the password in them. */
function passwordsOf(secret: string): string[] {
  const [, encoded] = BASIC_CREDENTIALS.exec(secret) ?? [];
  if (encoded === undefined) return [];
  const credentials = Buffer.from(encoded, 'base64').toString();
  return [credentials, credentials.slice(credentials.indexOf(':') + 1)];
}

function withParts(value: string): string[] {
  const parts = value.split(PART_SEPARATORS).filter(({ length }) => length >= LEAST_PART_CHARACTERS);
  return value.length < LEAST_SECRET_CHARACTERS ? [] : [value, ...parts];
}

function inBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}

function placesOf(forms: readonly string[], text: string, isCut: boolean): Range[] {
  return readings(text, isCut).flatMap((reading) => [
    ...rangesOf(forms, reading),
    ...(isCut ? rangesAtEnd(forms, reading, text.length) : []),
  ]);
}

function rangesOf(forms: readonly string[], { text, startOf }: Reading): Range[] {
  return forms.flatMap((form) => {
    const ranges: Range[] = [];
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1))
      ranges.push([startOf(at), startOf(at + form.length)]);
    return ranges;
  });
}

/** Returns the ranges at the end of a cut text that may be the beginning of a secret. */
function rangesAtEnd(forms: readonly string[], { text, startOf }: Reading, end: number): Range[] {
  return forms.flatMap((form) => {
    let length = Math.min(form.length - 1, text.length);
    while (length > 0 && !text.endsWith(form.slice(0, length))) length--;
    return length === 0 ? [] : [[startOf(text.length - length), end]];
  });
}

/** Masks all ranges at once. If ranges were masked one by one, a mask could divide another secret and leave its rest. */
function withMasks(text: string, ranges: readonly Range[]): string {
  let masked = '';
  let from = 0;
  for (const [start, end] of [...ranges].sort(([one], [other]) => one - other)) {
    if (start >= from) masked += text.slice(from, start) + MASK;
    from = Math.max(from, end);
  }
  return masked + text.slice(from);
}
