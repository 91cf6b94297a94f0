/** Where a request is sent: one connection a thread for each of these. */
export interface Origin {
  readonly secure: boolean;
  /** A name or an address, without the brackets of IPv6. */
  readonly hostname: string;
  readonly port: number;
  /** As `http://localhost:3000`. */
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
