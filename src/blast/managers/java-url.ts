/** The parts of a request's URL, as java.net.URL has them. */
export interface JavaUrl {
  readonly secure: boolean;
  /** The host in lower case. An IPv6 address has brackets. */
  readonly host: string;
  /** The path as it is written. `/` if the URL has no path. */
  readonly path: string;
}

const PARTS = /^(https?):\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^:/?#]*)[^/?#]*([^?#]*)/is;

export function javaUrl(url: string): JavaUrl {
  const [, scheme = '', host = '', path = ''] = PARTS.exec(url) ?? [];
  return {
    secure: scheme.toLowerCase() === 'https',
    host: host.toLowerCase(),
    path: path.trim() === '' ? '/' : path,
  };
}
