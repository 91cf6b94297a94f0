import type { RequestManagers } from '../../../managers/managers.ts';
import type { TestElement } from '../../tree.ts';
import type { ImportContext, Variables } from '../context.ts';
import { authorizationsOf } from './auth-manager.ts';
import { cacheManager } from './cache-manager.ts';
import { cookieManager } from './cookie-manager.ts';
import { checkDnsCacheManager } from './dns-cache-manager.ts';
import { ManagerReader } from './manager-reader.ts';

/** The names of the elements that are managers, except the header manager. */
export const MANAGERS = ['CookieManager', 'CacheManager', 'AuthManager', 'DNSCacheManager'] as const;
export type ManagerName = (typeof MANAGERS)[number];

/**
 * Adds a manager to the managers of a level. A manager that is there already stays, because in JMeter the outermost
 * manager counts (tried with JMeter 5.6.3).
 */
export function withManager(
  name: ManagerName,
  element: TestElement,
  managers: RequestManagers,
  variables: Variables,
  context: ImportContext,
): RequestManagers {
  const reader = new ManagerReader(element, variables, context);
  switch (name) {
    case 'CookieManager':
      return { cookies: context.ownManagers.addCookies(cookieManager(reader)), ...managers };
    case 'CacheManager':
      return { cache: context.ownManagers.addCache(cacheManager(reader)), ...managers };
    case 'AuthManager':
      return { authorizations: authorizationsOf(reader), ...managers };
    case 'DNSCacheManager':
      checkDnsCacheManager(reader);
      return managers;
  }
}
