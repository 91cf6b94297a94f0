import type { Request } from '../plan.ts';

/** Returns the headers of a request, and the type of its body if no header names one. */
export function headersOf({ headers, bodyType }: Pick<Request, 'headers' | 'bodyType'>): [string, string][] {
  const own = Object.entries(headers);
  return bodyType === undefined || namesType(headers) ? own : [...own, ['Content-Type', bodyType]];
}

/** Whether a header names the type of the body. Even an empty header does (HttpCore's RequestContent.java). */
export function namesType(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some(isContentType);
}

export function isContentType(name: string): boolean {
  return name.toLowerCase() === 'content-type';
}
