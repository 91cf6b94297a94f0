/**
 * The result of a verification, for terminal, page and CI. Texts have no control characters, and lists are limited.
 */
export interface VerdictFacts {
  /** The verdict. `running` is used only on a live page. */
  readonly verdict: 'pass' | 'fail' | 'unknown' | 'unverified' | 'running';
  readonly headline: string;
  readonly reasons: readonly ReasonFact[];
  /** What a pass does not prove. Each sentence names one thing. */
  readonly notProven: readonly string[];
  /**
   * Failures that the verdict does not cover, because the verdict is only about messages. The headline also
   * mentions these failures.
   */
  readonly failures: readonly FailureFact[];
  readonly counts: readonly CountFact[];
  readonly offences: readonly OffenceFact[];
  readonly evidence: readonly EvidenceFact[];
  readonly offenders: readonly OffendersFact[];
}

export interface ReasonFact {
  readonly name: string;
  /** Number of messages. Null if the reason is not about single messages. */
  readonly count: number | null;
  readonly text: string;
}

/**
 * Requests that were not acknowledged, failed requests that ended the run, a rate that was not reached, or a process of
 * the run that ended too early or too late.
 */
export interface FailureFact {
  readonly about: 'requests' | 'end' | 'rate' | 'part';
  readonly text: string;
}

export type CountGroup = 'sent' | 'arrived' | 'deliveries' | 'service' | 'hops';

export interface CountFact {
  readonly group: CountGroup;
  readonly name: string;
  readonly count: number;
  /** True if the count shows a problem, even if the problem is only suspected. */
  readonly isOffence: boolean;
}

/** A kind of problem, and whether it happened. */
export type OffenceFact =
  | { readonly state: 'proven'; readonly name: string; readonly count: number }
  | { readonly state: 'suspected'; readonly name: string; readonly count: number }
  /** The problem is neither proven nor excluded. `why` is the reason. */
  | { readonly state: 'open'; readonly name: string; readonly why: string }
  | { readonly state: 'none'; readonly name: string };

/** A sentence about the reading: what was read, at which point latency was measured, or how far clocks differ. */
export interface EvidenceFact {
  readonly about: 'reading' | 'latency' | 'clocks';
  readonly text: string;
}

/** The messages with one kind of problem. */
export interface OffendersFact {
  readonly name: string;
  readonly total: number;
  /** The first messages, up to a limit. */
  readonly messages: readonly OffenderFact[];
}

export interface OffenderFact {
  readonly message: string;
  /** Key of the message's request among the results. Null if the results do not contain the request. */
  readonly key: string | null;
  /** Position of the message in the queue. Null if the message was not read. */
  readonly place: string | null;
}

/** What is in the hops (queues to which the service writes), as text: one row for each hop. */
export interface HopsFact {
  readonly headline: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences about the queue of each hop, and about what its latency measures. */
  readonly notes: readonly string[];
}

/** The gaps of a run as text: the times in which requests were sent and none was acknowledged. */
export interface GapsFact {
  /** A sentence about the gaps. It also says if there was no gap. */
  readonly headline: string;
  /** The names of the columns. Empty if there was no gap. */
  readonly columns: readonly string[];
  /** One row for each gap, sorted by time. */
  readonly rows: readonly (readonly string[])[];
  /**
   * A sentence about shorter times without an acknowledged request, which are not shown. Null if all times are shown.
   */
  readonly more: string | null;
}
