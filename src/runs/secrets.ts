import type { Plan } from '../plan/plan.ts';

/** Headers that authenticate, by what is in their names. */
const SECRET_HEADER = /auth|cookie|key|token|secret|passw|session|signature|credential/i;
const MASK = '***';

/** Whether the value of a header may stand in no file. `redacted` are further names, in any case. */
function isSecretHeader(name: string, redacted: readonly string[] = []): boolean {
  return SECRET_HEADER.test(name) || redacted.some((other) => other.toLowerCase() === name.toLowerCase());
}

/** The value of a header as it may stand in a file. */
export function maskedValue(name: string, value: string, redacted: readonly string[]): string {
  return isSecretHeader(name, redacted) ? MASK : value;
}

/** The plan as it may stand in a file: the values of headers that authenticate are masked. */
export function withoutSecrets(plan: Plan, redacted: readonly string[] = []): Plan {
  return {
    ...plan,
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map((request) => ({ ...request, headers: masked(request.headers, redacted) })),
    })),
  };
}

function masked(
  headers: Readonly<Record<string, string>>,
  redacted: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, maskedValue(name, value, redacted)]),
  );
}
