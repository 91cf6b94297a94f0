import { type Settings, Stage } from './stage.ts';

/** The result of one measurement. Each key is the name of a figure with its unit. */
export type Figures = Readonly<Record<string, number>>;

export interface Side {
  readonly name: string;
  measure(): Promise<Figures>;
}

/** Compares two or more programs (the sides) that do the same work. */
export interface Comparison {
  readonly name: string;
  /**
   * Starts the processes that all sides share, and returns the sides. All other sides are compared with the first side.
   */
  prepare(stage: Stage): Promise<readonly Side[]>;
}

export interface Measured {
  readonly comparison: string;
  /** The figures of each round, for each side in order. */
  readonly sides: readonly { readonly name: string; readonly rounds: readonly Figures[] }[];
}

/** Measures the sides in turn, A B A B. So other load on the machine affects all sides equally. */
export async function measure({ name, prepare }: Comparison, settings: Settings): Promise<Measured> {
  const stage = await Stage.open(settings);
  try {
    const sides = (await prepare(stage)).map((side) => ({ ...side, rounds: [] as Figures[] }));
    for (let round = 0; round < settings.rounds; round++) {
      for (const side of sides) side.rounds.push(await side.measure());
    }
    return { comparison: name, sides: sides.map((side) => ({ name: side.name, rounds: side.rounds })) };
  } finally {
    await stage.close();
  }
}
