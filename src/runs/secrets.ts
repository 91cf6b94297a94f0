import type { Plan } from '../plan/plan.ts';
import { decoded } from './escapes.ts';

/** A header or URL parameter is secret if its name contains one of these parts. */
const SECRET_PART = /auth|cookie|key|token|secret|passw|passphrase|session|signature|credential|jwt|pwd/i;
/** These names are secret only as whole words: `X-Pin` is secret, but `X-Shipping` is not. */
const SECRET_WORD = /^(pin|otp|pass|sid|sig|mfa|bearer)$/i;
/** Matches a parameter of a URL with its value. A URL can be a template of a plan, which URL parsers do not accept. */
const PARAMETER = /([?&;])([^=&;#\s]+)=([^&;#\s]*)/g;
export const MASK = '***';

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

/** Returns the values of secret parameters in a URL, as they are written in the URL. */
export function secretParameters(url: string, redacted: readonly string[]): string[] {
  return [...url.matchAll(PARAMETER)].flatMap(([, , name = '', value = '']) =>
    isSecretName(decoded(name), redacted) ? [value] : [],
  );
}

/** Returns the secret values in a header: the whole value, or secret parameters if the value is a URL. */
export function secretsOfHeader(name: string, value: string, redacted: readonly string[]): string[] {
  return isSecretName(name, redacted) ? [value] : secretParameters(value, redacted);
}

export function hasSecretUrl(plan: Plan, redacted: readonly string[]): boolean {
  return plan.threadGroups.some(({ requests }) =>
    requests.some(({ url }) => maskedUrl(url, redacted) !== url),
  );
}
