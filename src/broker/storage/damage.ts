import { BrokerError } from '../error.ts';

/** Damage to a file that no crash explains. */
export interface Damage {
  readonly path: string;
  /** Text after the path, such as `is damaged at byte 61: the checksum is wrong`. */
  readonly what: string;
  /** Keeps the intact data, moves the rest to a separate file, and resolves with a description of what was done. */
  readonly mend: () => Promise<string>;
}

/** Handles one damage. Resolves when the damage is repaired. */
export type OnDamage = (damage: Damage) => Promise<void>;

/** Throws the damage as an error. The start of a broker never changes damaged data, because the user must decide. */
export const refuseDamage: OnDamage = async ({ path, what }) => {
  throw new BrokerError('data-damaged', `${path} ${what}.`);
};

/** Repairs each damage and reports it. */
export function mendDamage(report: (line: string) => void): OnDamage {
  return async ({ path, what, mend }) => {
    report(`${path} ${what}: ${await mend()}`);
  };
}
