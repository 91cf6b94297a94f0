import type { Plan } from '../plan/plan.ts';

/** Parts of names that mark headers and URL parameters as secret. */
const SECRET_PART = /auth|cookie|key|token|secret|passw|passphrase|session|signature|credential|jwt|pwd/i;
/** These names are too short to search for inside other words: `X-Pin` matches, but `X-Shipping` must not. */
const SECRET_WORD = /^(pin|otp|pass|sid|sig|mfa|bearer)$/i;
/** A parameter of a URL, with its value last. The text may be a plan's template, which no URL parser accepts. */
const PARAMETER = /([?&;])([^=&;#\s]+)=([^&;#\s]*)/g;
const MASK = '***';

/** Whether a value with this name must be masked. `redacted` are additional names, in any case. */
function isSecretName(name: string, redacted: readonly string[]): boolean {
  return (
    SECRET_PART.test(name) ||
    name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).some((word) => SECRET_WORD.test(word)) ||
    redacted.some((other) => other.toLowerCase() === name.toLowerCase())
  );
}

/**
 * A header's value that is safe to write to a file. If the value is a URL, such as in `Location`, only its secrets are
 * masked.
 */
export function maskedValue(name: string, value: string, redacted: readonly string[]): string {
  return isSecretName(name, redacted) ? MASK : maskedUrl(value, redacted);
}

/** A URL that is safe to write to a file: the values of secret parameters are masked. */
export function maskedUrl(url: string, redacted: readonly string[]): string {
  return url.replace(PARAMETER, (whole, mark: string, name: string) =>
    isSecretName(decoded(name), redacted) ? `${mark}${name}=${MASK}` : whole,
  );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The plan in a form that is safe to write to a file: secret values in headers and URLs are masked. */
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

/** Whether the plan's URLs contain a secret. */
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
