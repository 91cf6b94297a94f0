import { importJmx } from '../import.ts';
import { jmx, sampler, threadGroup } from './jmx.ts';

/** Returns the lines of the error, without file names and line numbers. */
export function refusalsOf(text: string, properties: Readonly<Record<string, string>> = {}): string[] {
  try {
    importJmx('some.jmx', text, properties, () => {});
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message
      .split('\n')
      .filter((line) => !line.endsWith('that qbl cannot send:'))
      .map((line) => line.replace(/^some\.jmx:\d+ /, ''));
  }
  return [];
}

export const inGroup = (...under: string[]) => refusalsOf(jmx(threadGroup({ under: [sampler(), ...under] })));
export const inRequest = (...under: string[]) =>
  refusalsOf(jmx(threadGroup({ under: [sampler({ under })] })));
