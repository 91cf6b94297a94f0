import type { Missing } from './missing.ts';
import type { Settings } from './settings.ts';
import { Stage } from './stage.ts';

/** The result of one measurement. Each key is the name of a figure with its unit. */
export type Figures = Readonly<Record<string, number>>;

/** A program that is measured: qbl, or a peer with which qbl is compared. */
export interface Side {
  readonly name: string;
  readonly isPeer: boolean;
  measure(): Promise<Figures>;
}

export function own(name: string, measure: Side['measure']): Side {
  return { name, isPeer: false, measure };
}

export function peer(name: string, measure: Side['measure']): Side {
  return { name, isPeer: true, measure };
}

/** Compares programs (the sides) that do the same work. */
export interface Comparison {
  readonly name: string;
  /**
   * Starts the processes that all compared programs share. Returns the compared programs: other tools first, then qbl.
   */
  prepare(stage: Stage): Promise<readonly (Side | Missing)[]>;
}

export interface MeasuredSide {
  readonly name: string;
  readonly isPeer: boolean;
  /** The figures of each round. In a round, each compared program is measured once. */
  readonly rounds: readonly Figures[];
}

export interface Measured {
  readonly comparison: string;
  readonly sides: readonly MeasuredSide[];
  readonly missing: readonly Missing[];
}

/** Measures the compared programs in turn (A B A B), so that other load on the machine affects all of them equally. */
export async function measure({ name, prepare }: Comparison, settings: Settings): Promise<Measured> {
  const stage = await Stage.open(settings);
  try {
    const prepared = await prepare(stage);
    const sides = prepared
      .filter((side) => 'measure' in side)
      .map((side) => ({ side, rounds: [] as Figures[] }));
    for (let round = 0; round < settings.rounds; round++) {
      for (const { side, rounds } of sides) rounds.push(await side.measure());
    }
    return {
      comparison: name,
      sides: sides.map(({ side, rounds }) => ({ name: side.name, isPeer: side.isPeer, rounds })),
      missing: prepared.filter((side) => 'missing' in side),
    };
  } finally {
    await stage.close();
  }
}
