import { BrokerError } from '../error.ts';

/** Damage on the disk that no crash explains. */
export interface Damage {
  readonly path: string;
  /** Text after the path, such as `is damaged at byte 61: the checksum is wrong`. */
  readonly what: string;
  /** Keeps intact data, moves the rest aside, and returns a description. */
  readonly mend: () => Promise<string>;
}

/** Resolves when the damage is repaired. */
export type OnDamage = (damage: Damage) => Promise<void>;

/** A start never changes damaged data: the user decides. */
export const refuseDamage: OnDamage = async ({ path, what }) => {
  throw new BrokerError('data-damaged', `${path} ${what}.`);
};

/** A repair fixes all damage that it finds, and reports each. */
export function mendDamage(report: (line: string) => void): OnDamage {
  return async ({ path, what, mend }) => {
    report(`${path} ${what}: ${await mend()}`);
  };
}
