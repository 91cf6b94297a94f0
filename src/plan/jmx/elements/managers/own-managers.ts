import type { CacheManager, CookieManager, Managers } from '../../../managers/managers.ts';

/** Collects the managers of a .jmx file that remember something. Requests name them by their index. */
export class OwnManagers {
  readonly #cookies: CookieManager[] = [];
  readonly #caches: CacheManager[] = [];

  /** The managers of the plan. Undefined if there are none. */
  get all(): Managers | undefined {
    const isEmpty = this.#cookies.length === 0 && this.#caches.length === 0;
    return isEmpty ? undefined : { cookies: this.#cookies, caches: this.#caches };
  }

  addCookies(manager: CookieManager): number {
    return this.#cookies.push(manager) - 1;
  }

  addCache(manager: CacheManager): number {
    return this.#caches.push(manager) - 1;
  }
}
