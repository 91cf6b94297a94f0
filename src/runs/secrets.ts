import type { Plan, Request } from '../plan/plan.ts';

/** A header or URL parameter is secret if its name contains one of these parts. */
const SECRET_PART = /auth|cookie|key|token|secret|passw|passphrase|session|signature|credential|jwt|pwd/i;
/** These names are secret only as whole words: `X-Pin` is secret, but `X-Shipping` is not. */
const SECRET_WORD = /^(pin|otp|pass|sid|sig|mfa|bearer)$/i;
/** Matches a parameter of a URL with its value. A URL can be a template of a plan, which URL parsers do not accept. */
const PARAMETER = /([?&;])([^=&;#\s]+)=([^&;#\s]*)/g;
const MASK = '***';
/** Minimum length of a secret that is searched in other texts. A shorter secret would be found by chance. */
const LEAST_SECRET_CHARACTERS = 4;
/**
 * Minimum length of a part that is searched in other texts. Examples of parts are the token behind `Bearer`, and one
 * cookie.
 */
const LEAST_PART_CHARACTERS = 8;
const PART_SEPARATORS = /[\s;,="]+/;

/** Masks secret values wherever they appear in a text. */
export type HideSecrets = (text: string) => string;

/**
 * Whether a value with this name must be masked. `redacted` are the user's additional names, in any case of letters.
 */
function isSecretName(name: string, redacted: readonly string[]): boolean {
  return (
    SECRET_PART.test(name) ||
    name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).some((word) => SECRET_WORD.test(word)) ||
    redacted.some((other) => other.toLowerCase() === name.toLowerCase())
  );
}

/**
 * Returns a header's value as it may be written to a file. If the value is a URL, such as in `Location`, only its
 * secrets are masked.
 */
export function maskedValue(name: string, value: string, redacted: readonly string[]): string {
  return isSecretName(name, redacted) ? MASK : maskedUrl(value, redacted);
}

/** Returns a URL as it may be written to a file: the values of secret parameters are masked. */
export function maskedUrl(url: string, redacted: readonly string[]): string {
  return url.replace(PARAMETER, (whole, mark: string, name: string) =>
    isSecretName(decoded(name), redacted) ? `${mark}${name}=${MASK}` : whole,
  );
}

/**
 * Returns a function that masks the secret values of a request's headers and URL. It is for texts from the server,
 * because a server may repeat what it got.
 */
export function hidingSecretsOf(
  { url, headers }: Pick<Request, 'url' | 'headers'>,
  redacted: readonly string[],
): HideSecrets {
  let secrets: readonly string[] | undefined;
  return (text) => {
    if (text.length < LEAST_SECRET_CHARACTERS) return text;
    secrets ??= longestFirst([
      ...secretParameters(url, redacted),
      ...Object.entries(headers).flatMap(([name, value]) => secretTexts(name, value, redacted)),
    ]);
    return secrets.reduce((hidden, secret) => hidden.replaceAll(secret, MASK), text);
  };
}

function secretTexts(name: string, value: string, redacted: readonly string[]): string[] {
  return isSecretName(name, redacted) ? withParts(value) : secretParameters(value, redacted);
}

function secretParameters(url: string, redacted: readonly string[]): string[] {
  return [...url.matchAll(PARAMETER)].flatMap(([, , name = '', value = '']) =>
    isSecretName(decoded(name), redacted) ? [...withParts(value), ...withParts(decoded(value))] : [],
  );
}

function withParts(value: string): string[] {
  const parts = value.split(PART_SEPARATORS).filter(({ length }) => length >= LEAST_PART_CHARACTERS);
  return value.length < LEAST_SECRET_CHARACTERS ? [] : [value, ...parts];
}

/**
 * Sorts texts by length, the longest first. If a part of a secret were masked before the whole secret, the rest of the
 * secret would stay readable.
 */
function longestFirst(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((one, other) => other.length - one.length);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Returns a plan as it may be written to a file: secret values in headers and URLs are masked. */
export function withoutSecrets(plan: Plan, redacted: readonly string[] = []): Plan {
  return {
    ...plan,
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map((request) => ({
        ...request,
        url: maskedUrl(request.url, redacted),
        headers: masked(request.headers, redacted),
      })),
    })),
  };
}

export function hasSecretUrl(plan: Plan, redacted: readonly string[]): boolean {
  return plan.threadGroups.some(({ requests }) =>
    requests.some(({ url }) => maskedUrl(url, redacted) !== url),
  );
}

function masked(
  headers: Readonly<Record<string, string>>,
  redacted: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, maskedValue(name, value, redacted)]),
  );
}
