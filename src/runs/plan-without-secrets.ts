import type { FilledText, Part } from '../plan/language/filled-text.ts';
import type { PlanVariable } from '../plan/language/plan-variables.ts';
import type { Authorization, Managers } from '../plan/managers/managers.ts';
import type { Plan, Request } from '../plan/plan.ts';
import type { Assertion } from '../samples/assertions/assertion.ts';
import type { Extractor } from '../samples/extractors/extractor.ts';
import { type HideSecrets, hidingSecretsOf } from './hide-secrets.ts';
import { MASK, maskedUrl, maskedValue } from './secrets.ts';

/**
 * Returns a plan as it may be written to a file. Secret values in headers, URLs, cookies and users are masked, also where
 * an assertion repeats them. The variables of threads are left out, because any of them can be a secret. So can be every
 * constant in a text that is evaluated for each message.
 */
export function withoutSecrets(plan: Plan, redacted: readonly string[] = []): Plan {
  const { threadVariables: _, managers, variables, ...shown } = plan;
  return {
    ...shown,
    ...(variables === undefined ? {} : { variables: variables.map(shownVariable) }),
    ...(managers === undefined ? {} : { managers: shownManagers(managers) }),
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map((request) => shownRequest(request, managers, redacted)),
    })),
  };
}

function shownVariable(variable: PlanVariable): PlanVariable {
  return variable.kind === 'text' ? { ...variable, text: withoutLiterals(variable.text) } : variable;
}

function withoutLiterals(text: FilledText): FilledText {
  return text.map((part): Part => {
    if ('literal' in part) return { literal: MASK };
    if ('change' in part) return { ...part, text: withoutLiterals(part.text) };
    if ('call' in part) return { ...part, parameters: part.parameters.map(withoutLiterals) };
    if (!('url' in part)) return part;
    const { protocol, domain, port, path, query } = part.url;
    return {
      url: {
        protocol,
        domain,
        port,
        path: withoutLiterals(path),
        query: withoutLiterals(query),
      },
    };
  });
}

function shownRequest(
  request: Request,
  managers: Managers | undefined,
  redacted: readonly string[],
): Request {
  const { url, headers, assertions, extractors, managers: own } = request;
  const hide = hidingSecretsOf({ url, headers: { ...headers, ...secretsOf(request, managers) } }, redacted);
  return {
    ...request,
    url: maskedUrl(url, redacted),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, maskedValue(name, value, redacted)]),
    ),
    ...(own?.authorizations === undefined
      ? {}
      : {
          managers: { ...own, authorizations: own.authorizations.map((each) => shownUser(each, redacted)) },
        }),
    ...(assertions === undefined
      ? {}
      : { assertions: assertions.map((assertion) => shownAssertion(assertion, hide)) }),
    ...(extractors === undefined
      ? {}
      : { extractors: extractors.map((extractor) => shownExtractor(extractor, redacted)) }),
  };
}

function shownManagers(managers: Managers): Managers {
  const cookies = managers.cookies.map((manager) => ({
    ...manager,
    cookies: manager.cookies.map((cookie) => ({ ...cookie, value: MASK })),
  }));
  return { ...managers, cookies };
}

function shownUser({ url }: Authorization, redacted: readonly string[]): Authorization {
  return { url: maskedUrl(url, redacted), user: MASK, password: MASK };
}

/** Returns the secrets of the managers of a request, as headers with names of secrets. */
function secretsOf({ managers: own }: Request, managers: Managers | undefined): Record<string, string> {
  const cookies = managers?.cookies[own?.cookies ?? -1]?.cookies ?? [];
  const users = own?.authorizations ?? [];
  return Object.fromEntries([
    ...cookies.map(({ value }, at) => [`Cookie-${at}`, value]),
    ...users.flatMap(({ user, password }, at) => [
      [`Credential-${at}`, user],
      [`Password-${at}`, password],
    ]),
  ]);
}

/** The default value of an extractor is secret if the name of its variable is the name of a secret. */
function shownExtractor(extractor: Extractor, redacted: readonly string[]): Extractor {
  const { name, standard } = extractor;
  if (standard === null || standard === '') return extractor;
  return { ...extractor, standard: maskedValue(name, standard, redacted) };
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
