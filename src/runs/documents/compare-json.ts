import { z } from '../../schema/zod.ts';
import { replaceJson } from '../json/json-file.ts';
import { readJsonIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

/** Name of the column with the figures of the run without a queue. */
export const DIRECT_COLUMN = 'direct';

const BENEFITS = ['availability', 'scalability', 'cost'] as const;

const compareRow = z
  .object({
    /**
     * Name of the figure. The main figure of a benefit is named `benefit: figure`. The names of the other figures of
     * the same benefit start with two spaces.
     */
    name: z.string(),
    unit: z.string(),
    /** The benefit of a queue that the figure shows. Absent if the figure only explains other figures. */
    benefit: z.enum(BENEFITS).optional(),
    /** One value for each column. Null if the figure has no value for the column. */
    cells: z.array(z.union([z.number(), z.string(), z.null()])).readonly(),
  })
  .readonly();

const compareRecord = z
  .object({
    schema: z.literal('qbl.compare/1'),
    title: z.string(),
    /**
     * Names of the columns. A column whose name ends in `predicted` has the model's prediction for the column to its
     * left.
     */
    columns: z.array(z.string()).readonly(),
    rows: z.array(compareRow).readonly(),
    /** Sentences that help to read the table. */
    notes: z.array(z.string()).readonly(),
  })
  .readonly();

/** A table that compares figures. docs/run-folder.md explains each field. */
export type CompareRecord = z.infer<typeof compareRecord>;
export type CompareRow = z.infer<typeof compareRow>;

/**
 * Reads compare.json. Null if the run was not compared with anything.
 * @throws QblError 'usage' if the file is damaged, or from another version
 */
export function readCompare(folder: RunFolder): Promise<CompareRecord | null> {
  return readJsonIfThere(runFiles(folder).compare, compareRecord);
}

/**
 * Reads scaling.json, which compares several runs. Only the folder of the last of these runs has the file.
 * Null for any other run.
 */
export function readScaling(folder: RunFolder): Promise<CompareRecord | null> {
  return readJsonIfThere(runFiles(folder).scaling, compareRecord);
}

export async function writeCompare(folder: RunFolder, record: CompareRecord): Promise<void> {
  await replaceJson(runFiles(folder).compare, record);
}

/** Writes scaling.json, which compares several runs, into the folder of the last of them. */
export async function writeScaling(folder: RunFolder, record: CompareRecord): Promise<void> {
  await replaceJson(runFiles(folder).scaling, record);
}
