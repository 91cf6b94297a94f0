import { ExpressionError } from './expression.ts';
import { javaInt } from './java-int.ts';

/** The fields of an HTTP Request that make its URL. */
export interface UrlFields<Text> {
  readonly protocol: Text;
  readonly domain: Text;
  readonly port: Text;
  readonly path: Text;
  /** The parameters as a query. Empty if the URL gets none. */
  readonly query: Text;
}

/** The fields for a URL with which JMeter sends nothing. The sample then fails. */
export class UnsentError extends ExpressionError {
  /** The Java class of the exception that JMeter gets. */
  readonly exception: string;
  /** The URL in the sample. Null if JMeter has no URL. The sample then has no label either. */
  readonly url: string | null;

  constructor(exception: string, message: string, url: string | null) {
    super(message);
    this.exception = exception;
    this.url = url;
  }

  /** Returns the error of a request whose URL is known. */
  at(url: string): UnsentError {
    return new UnsentError(this.exception, this.message, url);
  }
}

/** A server of a URL that Java, Node and a URL template read alike. */
const PLAIN_SERVER = /^(?:\[[\da-f:.]+\]|[^\s/?#@\\:|{}^"<>[\]`]+)$/i;
/** Characters in a server name from which Java makes another URL. */
const PART_OF_URL = /[?#@:[\]]/;

/** Whether a server name needs no further look when it becomes part of a URL. */
export function isPlainServer(domain: string): boolean {
  return PLAIN_SERVER.test(domain);
}

/**
 * Returns the URL of a request. A path that is a full URL replaces all other fields (HTTPSamplerBase.java, getUrl).
 * @throws UnsentError if JMeter sends nothing
 * @throws ExpressionError if qbl does not know what JMeter sends
 */
export function javaUrl({ protocol, domain, port, path, query }: UrlFields<string>): string {
  const target = path.replaceAll(' ', '%20');
  if (/^https?:\/\//.test(target)) return target;
  const scheme = protocol.trim().toLowerCase() || 'http';
  if (scheme !== 'http' && scheme !== 'https')
    throw new ExpressionError(`expected the protocol http or https, not "${protocol}"`);
  const separator = target.includes('?') ? '&' : '?';
  const file = `${target.startsWith('/') ? target : `/${target}`}${query === '' ? '' : `${separator}${query}`}`;
  const place = portText(port.trim(), scheme);
  if (domain === '') throw withoutServer(`${scheme}:${place === '' ? '' : `//${place}`}${file}`);
  if (!isPlainServer(domain)) checkServer(domain);
  return `${scheme}://${domain}${place}${file}`;
}

/** Returns the port as part of the URL. JMeter leaves out the default port, and a port that is 0 or no number. */
function portText(port: string, protocol: string): string {
  const number = javaInt(port);
  return number === 0 || number === (protocol === 'https' ? 443 : 80) ? '' : `:${number}`;
}

function withoutServer(url: string): UnsentError {
  const message = `URI does not specify a valid host name: ${url}`;
  return new UnsentError('org.apache.http.client.ClientProtocolException', message, url);
}

/** Source: sun.net.util.IPAddressUtil, checkHost. */
function checkServer(domain: string): void {
  const control = /\p{Cc}/u.exec(domain)?.[0];
  const illegal = control === undefined ? "'/'" : `control char (code=${control.charCodeAt(0)})`;
  if (control !== undefined || domain.includes('/'))
    throw new UnsentError(
      'java.net.MalformedURLException',
      `Illegal character found in host: ${illegal}`,
      null,
    );
  if (PART_OF_URL.test(domain)) throw new ExpressionError(`expected the name of a server, not "${domain}"`);
}
