import type { Authorization } from '../../plan/managers/managers.ts';
import { javaTarget } from '../java-urls/java-target.ts';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/**
 * Returns the value of the header Authorization for a URL. Null if no user is known for the URL. The first user counts
 * whose URL is the beginning of the request's URL without the query (AuthManager.java, getAuthForURL).
 */
export function authorizationFor(url: string, authorizations: readonly Authorization[]): string | null {
  const [, scheme = '', host = '', port = ''] =
    /^([^:]*):\/\/([^/?#]*?)(?::(\d*))?(?=[/?#]|$)/.exec(url) ?? [];
  const path = decodedPath(javaTarget(url));
  const name = `${scheme.toLowerCase()}://${host}`;
  const standard = DEFAULT_PORTS[scheme.toLowerCase()];
  const forms =
    port === '' || port === standard
      ? [`${name}${path}`, `${name}:${standard}${path}`]
      : [`${name}:${port}${path}`];
  const known = authorizations.find((each) => forms.some((form) => form.startsWith(each.url)));
  return known === undefined ? null : `Basic ${basicCredentials(known)}`;
}

/** HttpClient writes each character beyond ASCII as a question mark (BasicScheme.java). */
function basicCredentials({ user, password }: Authorization): string {
  return Buffer.from(`${user}:${password}`.replace(/[^\0-\x7f]/gu, '?'), 'latin1').toString('base64');
}

function decodedPath(target: string): string {
  const [path = ''] = target.split('?');
  return path.replace(/(?:%[\da-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString(),
  );
}
