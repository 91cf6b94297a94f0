import { z } from 'zod';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';

const BENEFITS = ['availability', 'scalability', 'cost'] as const;

const compareRow = z
  .object({
    /** `benefit: figure` for the figure that shows a benefit; further figures of it follow, indented by two spaces. */
    name: z.string(),
    unit: z.string(),
    /** Which benefit the figure shows at a glance; absent of those that only explain others. */
    benefit: z.enum(BENEFITS).optional(),
    /** One for each column; null: there is no such figure. */
    cells: z.array(z.union([z.number(), z.string(), z.null()])).readonly(),
  })
  .readonly();

const compareRecord = z
  .object({
    schema: z.literal('qbl.compare/1'),
    title: z.string(),
    /** What was measured; a column whose name ends in `predicted` is the model's of the one before it. */
    columns: z.array(z.string()).readonly(),
    rows: z.array(compareRow).readonly(),
    /** What has to be known to read it, as sentences. */
    notes: z.array(z.string()).readonly(),
  })
  .readonly();

/** A table of figures side by side; docs/run-folder.md explains each to its readers. */
export type CompareRecord = z.infer<typeof compareRecord>;
export type CompareRow = z.infer<typeof compareRow>;

/**
 * Null when nothing was compared within the run.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readCompare(folder: RunFolder): Promise<CompareRecord | null> {
  return readJsonIfThere(runFiles(folder).compare, compareRecord);
}

/** The same of several runs; null unless this is the last of them. */
export function readScaling(folder: RunFolder): Promise<CompareRecord | null> {
  return readJsonIfThere(runFiles(folder).scaling, compareRecord);
}

export async function writeCompare(folder: RunFolder, record: CompareRecord): Promise<void> {
  await replaceJson(runFiles(folder).compare, record);
}

/** Into the folder of the last of the runs. */
export async function writeScaling(folder: RunFolder, record: CompareRecord): Promise<void> {
  await replaceJson(runFiles(folder).scaling, record);
}
