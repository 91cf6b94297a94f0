import { type ConnectionOptions, createSecureContext } from 'node:tls';

/** Which certificates of TLS servers qbl accepts. */
export type Trust =
  /**
   * Certificates that an authority of Node's own list signed, or one of the file that NODE_EXTRA_CA_CERTS names. Node does
   * not read the list of the system.
   */
  | { readonly kind: 'node' }
  /** Certificates that one of these authorities (PEM) signed, directly or indirectly. */
  | { readonly kind: 'authorities'; readonly pem: string }
  /** All certificates for all names. JMeter accepts them too. */
  | { readonly kind: 'anyone' };

export const NODE_TRUST: Trust = { kind: 'node' };

/** Options of each TLS connection. The authorities are parsed once for all connections. */
export function trustOptions(trust: Trust): ConnectionOptions {
  switch (trust.kind) {
    case 'node':
      return { secureContext: createSecureContext() };
    case 'authorities':
      return { secureContext: createSecureContext({ ca: trust.pem }) };
    case 'anyone':
      return { secureContext: createSecureContext(), rejectUnauthorized: false };
  }
}
