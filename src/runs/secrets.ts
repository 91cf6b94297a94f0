import type { Plan } from '../plan/plan.ts';

/** Headers that authenticate, by what is in their names. */
const SECRET_HEADER = /auth|cookie|key|token|secret|passw|session|signature|credential/i;

/** The plan as it may stand in a file: the values of headers that authenticate are masked. */
export function withoutSecrets(plan: Plan): Plan {
  return {
    ...plan,
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map((request) => ({ ...request, headers: masked(request.headers) })),
    })),
  };
}

function masked(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADER.test(name) ? '***' : value]),
  );
}
