/** The results of a verification for terminal, page and CI: bounded data without control characters. */
export interface VerdictFacts {
  /** Only a live page shows `running`. */
  readonly verdict: 'pass' | 'fail' | 'unknown' | 'unverified' | 'running';
  readonly headline: string;
  readonly reasons: readonly ReasonFact[];
  /** What the verdict does not cover. One sentence for each doubt. */
  readonly notProven: readonly string[];
  /** Failures that are independent of the verdict. The headline mentions them too. */
  readonly failures: readonly FailureFact[];
  readonly counts: readonly CountFact[];
  readonly offences: readonly OffenceFact[];
  readonly evidence: readonly EvidenceFact[];
  readonly offenders: readonly OffendersFact[];
}

export interface ReasonFact {
  readonly name: string;
  /** Number of affected messages. Null if the reason is not about single messages. */
  readonly count: number | null;
  readonly text: string;
}

/** Requests that were not acknowledged, or a part of the run that ended too early. */
export interface FailureFact {
  readonly about: 'requests' | 'part';
  readonly text: string;
}

export type CountGroup = 'sent' | 'arrived' | 'deliveries' | 'service';

export interface CountFact {
  readonly group: CountGroup;
  readonly name: string;
  readonly count: number;
  /** True if the count shows a proven or suspected offence. */
  readonly isOffence: boolean;
}

/** A kind of offence, and whether it happened. */
export type OffenceFact =
  | { readonly state: 'proven'; readonly name: string; readonly count: number }
  | { readonly state: 'suspected'; readonly name: string; readonly count: number }
  /** The offence is neither proven nor excluded. */
  | { readonly state: 'open'; readonly name: string; readonly why: string }
  | { readonly state: 'none'; readonly name: string };

/** What was read, where the latency measurement ended, or how far clocks differ. */
export interface EvidenceFact {
  readonly about: 'reading' | 'latency' | 'clocks';
  readonly text: string;
}

/** Messages of one kind of offence. */
export interface OffendersFact {
  readonly name: string;
  readonly total: number;
  /** Only the first messages. */
  readonly messages: readonly OffenderFact[];
}

export interface OffenderFact {
  readonly message: string;
  /** Key of its request among the results. Null if the request is not among them. */
  readonly key: string | null;
  /** Null if the message was not seen in the queue. */
  readonly place: string | null;
}

/** The gaps of a run as text: the times in which requests were sent and none was acknowledged. */
export interface GapsFact {
  /** One sentence. If there was no gap, it says so. */
  readonly headline: string;
  /** Empty if there was no gap. */
  readonly columns: readonly string[];
  /** One row for each gap, sorted by time. */
  readonly rows: readonly (readonly string[])[];
  /** What is not shown. Null if everything is. */
  readonly more: string | null;
}
