import { type Settings, Stage } from './stage.ts';

/** What one measurement found, by the figure's name with its unit. */
export type Figures = Readonly<Record<string, number>>;

export interface Side {
  readonly name: string;
  measure(): Promise<Figures>;
}

/** Two or more ways of doing the same work. */
export interface Comparison {
  readonly name: string;
  /** Starts what the sides share. The first side is what the others are held against. */
  prepare(stage: Stage): Promise<readonly Side[]>;
}

export interface Measured {
  readonly comparison: string;
  /** In the order of the sides, the figures of each round. */
  readonly sides: readonly { readonly name: string; readonly rounds: readonly Figures[] }[];
}

/** Measures the sides in turn, A B A B, so that what else the machine does falls on all of them alike. */
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
