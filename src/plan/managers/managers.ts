/**
 * JMeter's managers: elements that add headers to requests, and remember what responses said. Only a .jmx file defines
 * them. Each thread remembers for itself.
 */
export interface Managers {
  readonly cookies: readonly CookieManager[];
  readonly caches: readonly CacheManager[];
}

/** When a thread forgets what responses said. `new user`: at each loop that is another user. */
export const FORGETTING = ['never', 'each loop', 'new user'] as const;
export type Forgetting = (typeof FORGETTING)[number];

/** Source: JMeter's CookieManager.java. */
export interface CookieManager {
  /** The cookies that each thread has at the start. */
  readonly cookies: readonly Cookie[];
  readonly forgets: Forgetting;
}

export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
  /** True if the cookie is sent only over https. */
  readonly secure: boolean;
  /** True if the cookie is also sent to hosts below its domain. */
  readonly forSubdomains: boolean;
}

/** Remembers the versions of resources. Source: JMeter's CacheManager.java. */
export interface CacheManager {
  /** The largest number of resources that a thread remembers. */
  readonly maxSize: number;
  readonly forgets: Forgetting;
}

/** The managers that apply to a request. */
export interface RequestManagers {
  /** Index of a cookie manager in the plan. */
  readonly cookies?: number;
  /** Index of a cache manager in the plan. */
  readonly cache?: number;
  readonly authorizations?: readonly Authorization[];
}

/** A user and a password for all URLs that begin with a text. Source: JMeter's AuthManager.java. */
export interface Authorization {
  readonly url: string;
  /** The user, with a domain and a backslash before it if there is a domain. */
  readonly user: string;
  readonly password: string;
}
