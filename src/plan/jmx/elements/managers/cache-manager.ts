import type { CacheManager } from '../../../managers/managers.ts';
import type { ManagerReader } from './manager-reader.ts';

/** CacheManager.java, DEFAULT_MAX_SIZE. */
const STANDARD_SIZE = '5000';
/** The largest size that qbl keeps in memory for each thread. */
const MOST_SIZE = 5000;

/** Reads a cache manager (CacheManager.java). */
export function cacheManager(reader: ManagerReader): CacheManager {
  if (reader.isTrue('useExpires'))
    reader.refuse('useExpires=true is not supported: expected a cache manager that sends every request');
  const size = reader.element.properties.has('maxSize') ? reader.text('maxSize') : STANDARD_SIZE;
  return {
    maxSize: reader.context.number(reader.element, 'maxSize', size, MOST_SIZE, 1),
    forgets: reader.forgetting('CacheManager.controlledByThread', 'clearEachIteration'),
  };
}
