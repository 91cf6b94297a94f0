import type { ServiceSettings } from '../runs/documents/service-json.ts';
import type { Service } from '../size/service/service.ts';

/**
 * A service as it was told to be, for a model; null where that tells nothing of what it can do.
 * @param firstArrivalMs its outages are counted from there
 */
export function modelledService(settings: ServiceSettings, firstArrivalMs: number): Service | null {
  const { ratePerSecond, instances, concurrency, work, failShare, maxAttempts, outages } = settings;
  if (ratePerSecond === null && work === null) return null;
  return {
    ...{ ratePerSecond, instances, concurrency, work, failShare, maxAttempts },
    outages: outages.map(({ fromMs, toMs }) => ({
      fromMs: firstArrivalMs + fromMs,
      toMs: firstArrivalMs + toMs,
    })),
  };
}
