import type { Plan } from '../plan/plan.ts';

/** Headers and URL parameters that authenticate, by what is in their names. */
const SECRET_PART = /auth|cookie|key|token|secret|passw|passphrase|session|signature|credential|jwt|pwd/i;
/** Too short to be looked for inside of other words: `X-Pin`, and not `X-Shipping`. */
const SECRET_WORD = /^(pin|otp|pass|sid|sig|mfa|bearer)$/i;
/** A parameter of a URL, its value at last. The text may be a template of a plan, which no URL parser takes. */
const PARAMETER = /([?&;])([^=&;#\s]+)=([^&;#\s]*)/g;
const MASK = '***';

/** Whether a value of this name may stand in no file. `redacted` are further names, in any case. */
function isSecretName(name: string, redacted: readonly string[]): boolean {
  return (
    SECRET_PART.test(name) ||
    name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).some((word) => SECRET_WORD.test(word)) ||
    redacted.some((other) => other.toLowerCase() === name.toLowerCase())
  );
}

/** The value of a header as it may stand in a file; one that is a URL, such as that of `Location`, without its secrets. */
export function maskedValue(name: string, value: string, redacted: readonly string[]): string {
  return isSecretName(name, redacted) ? MASK : maskedUrl(value, redacted);
}

/** A URL as it may stand in a file: the values of parameters that authenticate are masked. */
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

/** The plan as it may stand in a file: values that authenticate are masked in its headers and URLs. */
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

/** Whether a file that holds the URLs of the plan would hold a secret. */
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
