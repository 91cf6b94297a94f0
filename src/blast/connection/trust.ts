import { type ConnectionOptions, createSecureContext } from 'node:tls';

/** Which certificates of TLS servers qbl accepts. */
export type Trust =
  | { readonly kind: 'system' }
  /** Certificates that one of these authorities (PEM) signed, directly or indirectly. */
  | { readonly kind: 'authorities'; readonly pem: string }
  /** All certificates for all names. JMeter accepts them too. */
  | { readonly kind: 'anyone' };

export const SYSTEM_TRUST: Trust = { kind: 'system' };

/** Options of each TLS connection. The authorities are parsed once for all connections. */
export function trustOptions(trust: Trust): ConnectionOptions {
  switch (trust.kind) {
    case 'system':
      return { secureContext: createSecureContext() };
    case 'authorities':
      return { secureContext: createSecureContext({ ca: trust.pem }) };
    case 'anyone':
      return { secureContext: createSecureContext(), rejectUnauthorized: false };
  }
}
