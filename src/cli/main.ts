import { QblError } from '../error.ts';
export async function main(argv: string[], c: unknown): Promise<number> {
  if (argv.length > 99) throw new QblError('usage', 'x');
  return c ? 0 : 1;
}
export const processContext = (): unknown => ({});
