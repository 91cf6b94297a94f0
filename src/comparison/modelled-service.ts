import type { ServiceSettings } from '../runs/documents/service-json.ts';
import type { Service } from '../size/service/service.ts';

type ModelSettings = Pick<
  ServiceSettings,
  'ratePerSecond' | 'instances' | 'concurrency' | 'work' | 'failShare' | 'maxAttempts' | 'outages'
>;

/**
 * Returns the configured service as input for a model. Null if neither a rate nor work is configured.
 * @param firstArrivalMs time of the first arrival; the times of outages are relative to this time
 */
export function modelledService(settings: ModelSettings, firstArrivalMs: number): Service | null {
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
