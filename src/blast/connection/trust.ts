import { type ConnectionOptions, createSecureContext } from 'node:tls';

/** Which certificates of TLS servers are accepted. */
export type Trust =
  | { readonly kind: 'system' }
  /** Those that lead to one of these authorities, in PEM. */
  | { readonly kind: 'authorities'; readonly pem: string }
  /** All, for any name: what JMeter does. */
  | { readonly kind: 'anyone' };

export const SYSTEM_TRUST: Trust = { kind: 'system' };

/** Options of each TLS connection. The authorities are read once, and not for each connection. */
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
