/** Says how a process ended, after the name of the process: `ended with exit code 1`, or `was killed (SIGKILL)`. */
export function exitText(code: number | null, signal: string | null): string {
  return signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was killed (${signal})`;
}
