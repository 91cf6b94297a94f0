import { z } from 'zod';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';

const BENEFITS = ['availability', 'scalability', 'cost'] as const;

const compareRow = z
  .object({
    /** `benefit: figure` for the main figure of a benefit. Its other figures follow, indented by two spaces. */
    name: z.string(),
    unit: z.string(),
    /** The benefit that the figure shows. Absent for figures that only explain others. */
    benefit: z.enum(BENEFITS).optional(),
    /** One value for each column. Null if the column has no such figure. */
    cells: z.array(z.union([z.number(), z.string(), z.null()])).readonly(),
  })
  .readonly();

const compareRecord = z
  .object({
    schema: z.literal('qbl.compare/1'),
    title: z.string(),
    /** The columns. A column whose name ends in `predicted` holds the model's prediction for the column before it. */
    columns: z.array(z.string()).readonly(),
    rows: z.array(compareRow).readonly(),
    /** Notes that help to read the table, as sentences. */
    notes: z.array(z.string()).readonly(),
  })
  .readonly();

/** A table that compares figures. docs/run-folder.md explains each field. */
export type CompareRecord = z.infer<typeof compareRecord>;
export type CompareRow = z.infer<typeof compareRow>;

/**
 * Reads compare.json. Null if the run compared nothing.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readCompare(folder: RunFolder): Promise<CompareRecord | null> {
  return readJsonIfThere(runFiles(folder).compare, compareRecord);
}

/** Reads scaling.json, which compares several runs. Null unless this is the last of them. */
export function readScaling(folder: RunFolder): Promise<CompareRecord | null> {
  return readJsonIfThere(runFiles(folder).scaling, compareRecord);
}

export async function writeCompare(folder: RunFolder, record: CompareRecord): Promise<void> {
  await replaceJson(runFiles(folder).compare, record);
}

/** Writes scaling.json into the folder of the last of the runs. */
export async function writeScaling(folder: RunFolder, record: CompareRecord): Promise<void> {
  await replaceJson(runFiles(folder).scaling, record);
}
