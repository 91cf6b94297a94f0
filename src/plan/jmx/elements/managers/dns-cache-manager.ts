import type { ManagerReader } from './manager-reader.ts';

/** Refuses a DNS cache manager with addresses of its own. Without them, it only remembers addresses. */
export function checkDnsCacheManager(reader: ManagerReader): void {
  if (reader.entries('DNSCacheManager.hosts').length > 0)
    reader.refuse('DNSCacheManager.hosts is not supported: expected no static hosts');
  const servers = reader.entries('DNSCacheManager.servers');
  if (reader.isTrue('DNSCacheManager.isCustomResolver') && servers.length > 0)
    reader.refuse('DNSCacheManager.servers is not supported: expected no DNS servers');
}
