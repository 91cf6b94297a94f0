/** What a verification found, for whoever prints it: plain data, bounded, and free of control characters. */
export interface VerdictFacts {
  /** `running`: only of a page that follows its run. */
  readonly verdict: 'pass' | 'fail' | 'unknown' | 'unverified' | 'running';
  readonly headline: string;
  readonly reasons: readonly ReasonFact[];
  /** What the verdict does not cover, a sentence each. */
  readonly notProven: readonly string[];
  /** What failed whatever the verdict; the headline has it too. */
  readonly failures: readonly FailureFact[];
  readonly counts: readonly CountFact[];
  readonly offences: readonly OffenceFact[];
  readonly evidence: readonly EvidenceFact[];
  readonly offenders: readonly OffendersFact[];
}

export interface ReasonFact {
  readonly name: string;
  /** Where it is one of many messages. */
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
  /** It speaks against the run: an offence that is proven or suspected. */
  readonly isOffence: boolean;
}

/** A kind of offence, and what is known of it. */
export type OffenceFact =
  | { readonly state: 'proven'; readonly name: string; readonly count: number }
  | { readonly state: 'suspected'; readonly name: string; readonly count: number }
  /** None is proven, and none is ruled out. */
  | { readonly state: 'open'; readonly name: string; readonly why: string }
  | { readonly state: 'none'; readonly name: string };

/** What was read, what latency was measured to, and how far clocks differ. */
export interface EvidenceFact {
  readonly about: 'reading' | 'latency' | 'clocks';
  readonly text: string;
}

/** Messages of one kind of offence. */
export interface OffendersFact {
  readonly name: string;
  readonly total: number;
  /** The first of them. */
  readonly messages: readonly OffenderFact[];
}

export interface OffenderFact {
  readonly message: string;
  /** Of its request, to find it among the results; null: it is not there. */
  readonly key: string | null;
  /** Null: it was not seen. */
  readonly place: string | null;
}
