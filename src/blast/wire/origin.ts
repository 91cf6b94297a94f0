/** The server of a request. Each thread has one connection to each origin. */
export interface Origin {
  readonly secure: boolean;
  /** A host name or an address. An IPv6 address has no brackets. */
  readonly hostname: string;
  readonly port: number;
  /** The origin as a URL, for example `http://localhost:3000`. */
  readonly url: string;
}

/** Scheme, host and port of an http or https URL, with the default port filled in. */
export function originOf(url: URL): Origin {
  const secure = url.protocol === 'https:';
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    url: url.origin,
  };
}
