/** Number of requests on each connection. */
export interface Loops {
  readonly loops: number;
  readonly seconds?: never;
}

/** The condition that ends a load. */
export type Bound = Loops | { readonly seconds: number };

export interface Settings {
  /** Number of measurements of each compared program. */
  readonly rounds: number;
  /** Duration of a measurement that is limited by time. */
  readonly seconds: number;
  /** Number of messages that `verify` reads. */
  readonly messages: number;
  /** Number of requests that each connection sends in a measurement that is limited by number. */
  readonly loops: number;
  /** For how long the load tool sends to a proxy, or how many requests: first as a warm-up, then in the measurement. */
  readonly proxyLoad: { readonly warmUp: Bound; readonly measured: Bound };
  /** Whether missing tools are downloaded and built, which takes minutes. */
  readonly buildsPeers: boolean;
}

export const FULL: Settings = {
  rounds: 5,
  seconds: 5,
  messages: 100_000,
  loops: 3_000,
  proxyLoad: { warmUp: { seconds: 1 }, measured: { seconds: 5 } },
  buildsPeers: true,
};

/** A curve has many points, so each measurement is shorter. */
export const FULL_CURVES: Settings = {
  ...FULL,
  rounds: 3,
  seconds: 2,
  proxyLoad: { warmUp: { seconds: 1 }, measured: { seconds: 2 } },
};

/**
 * Settings for a quick check that everything works. The figures of a quick check are too inexact to use. Loads are
 * limited by number, because a busy proxy may answer nothing in a second.
 */
export const QUICK: Settings = {
  rounds: 1,
  seconds: 1,
  messages: 2_000,
  loops: 20,
  proxyLoad: { warmUp: { loops: 1 }, measured: { loops: 20 } },
  buildsPeers: false,
};
