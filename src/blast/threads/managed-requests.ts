import type { Outgoing } from '../exchange/exchange.ts';
import type { TargetRequest } from '../exchange/request.ts';
import { ThreadManagers } from '../managers/thread-managers.ts';
import type { LoadGroup } from './load-group.ts';

/** The requests of one thread with the headers of managers. */
export class ManagedRequests {
  readonly #managers: ThreadManagers;
  /** Each request with its last headers, which often stay the same for many messages. */
  readonly #last = new WeakMap<
    TargetRequest,
    { readonly headers: string; readonly request: TargetRequest }
  >();

  private constructor(managers: ThreadManagers) {
    this.#managers = managers;
  }

  /** Returns the managed requests of a thread. Null if no request of the group has a manager. */
  static of({ managers, plan }: Pick<LoadGroup, 'managers' | 'plan'>): ManagedRequests | null {
    if (managers === null) return null;
    return new ManagedRequests(new ThreadManagers(managers, plan.newConnectionEachLoop === true));
  }

  /** Adds the headers of the managers, which then look at the response. */
  withHeaders(outgoing: Outgoing): Outgoing {
    const { request } = outgoing;
    if (request.managers === null || request.unsent !== null) return outgoing;
    return {
      ...outgoing,
      request: this.#withHeaders(request),
      onResponse: (status, headers) => this.#managers.received(request, status, headers),
    };
  }

  startLoop(): void {
    this.#managers.startLoop();
  }

  /** Throws QblError('usage') if a response needs something that JMeter does and qbl does not. */
  check(): void {
    this.#managers.check();
  }

  #withHeaders(request: TargetRequest): TargetRequest {
    const added = this.#managers.headersFor(request);
    if (added.length === 0) return request;
    const headers = added.flat().join('\n');
    const last = this.#last.get(request);
    if (last?.headers === headers) return last.request;
    const changed = request.withHeaders(added);
    this.#last.set(request, { headers, request: changed });
    return changed;
  }
}
