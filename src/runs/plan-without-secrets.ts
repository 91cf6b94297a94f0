import type { Plan, Request } from '../plan/plan.ts';
import type { Assertion } from '../samples/assertions/assertion.ts';
import { type HideSecrets, hidingSecretsOf } from './hide-secrets.ts';
import { maskedUrl, maskedValue } from './secrets.ts';

/**
 * Returns a plan as it may be written to a file. Secret values in headers and URLs are masked, also where an assertion
 * repeats them. The variables of threads are left out, because any of them can be a secret.
 */
export function withoutSecrets(plan: Plan, redacted: readonly string[] = []): Plan {
  const { threadVariables: _, ...shown } = plan;
  return {
    ...shown,
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map((request) => shownRequest(request, redacted)),
    })),
  };
}

function shownRequest(request: Request, redacted: readonly string[]): Request {
  const { url, headers, assertions } = request;
  const hide = hidingSecretsOf(request, redacted);
  return {
    ...request,
    url: maskedUrl(url, redacted),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, maskedValue(name, value, redacted)]),
    ),
    ...(assertions === undefined
      ? {}
      : { assertions: assertions.map((assertion) => shownAssertion(assertion, hide)) }),
  };
}

function shownAssertion(assertion: Assertion, hide: HideSecrets): Assertion {
  switch (assertion.kind) {
    case 'response':
      return {
        ...assertion,
        patterns: assertion.patterns.map((pattern) => hide(pattern)),
        message: hide(assertion.message),
      };
    case 'json':
      return { ...assertion, path: hide(assertion.path), text: hide(assertion.text) };
    default:
      return assertion;
  }
}
