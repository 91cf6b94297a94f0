import type { Work } from '../capacity/work.ts';
import type { ServiceSettings } from '../runs/documents/service-json.ts';
import type { Service } from '../size/service/service.ts';

type ModelSettings = Pick<
  ServiceSettings,
  'ratePerSecond' | 'instances' | 'concurrency' | 'work' | 'failShare' | 'maxAttempts' | 'outages'
>;

/**
 * Returns the user's own service as input for a model. If only its rate is known, the model assumes that the work takes
 * the time between two starts. Null if neither a rate nor work is known.
 * @param firstArrivalMs time of the first arrival; the times of outages are relative to this time
 */
export function usersService(settings: ModelSettings, firstArrivalMs: number): Service | null {
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

/** Work that takes no time. */
const NO_TIME: Work = { kind: 'constant', ms: 0 };

/**
 * Returns the service of `qbl consume` or `qbl direct` as input for a model. If only a rate is configured, such a service
 * needs no time for the work: it waits only for the time of its next start. Null if neither a rate nor work is configured.
 * @param firstArrivalMs time of the first arrival; the times of outages are relative to this time
 */
export function qblService(settings: ModelSettings, firstArrivalMs: number): Service | null {
  const service = usersService(settings, firstArrivalMs);
  return service === null ? null : { ...service, work: service.work ?? NO_TIME };
}
