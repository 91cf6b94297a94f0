import { BrokerError } from '../error.ts';

/** Something on the disk that no crash explains. */
export interface Damage {
  readonly path: string;
  /** Completes `<path> …`, such as `is damaged at byte 61: the checksum is wrong`. */
  readonly what: string;
  /** Keeps what is intact, moves the rest aside, and says what it did. */
  readonly mend: () => Promise<string>;
}

/** Resolves when the damage is mended. */
export type OnDamage = (damage: Damage) => Promise<void>;

/** A start changes nothing that is damaged: the user decides. */
export const refuseDamage: OnDamage = async ({ path, what }) => {
  throw new BrokerError('data-damaged', `${path} ${what}.`);
};

/** A repair mends all that it finds, and reports each. */
export function mendDamage(report: (line: string) => void): OnDamage {
  return async ({ path, what, mend }) => {
    report(`${path} ${what}: ${await mend()}`);
  };
}
