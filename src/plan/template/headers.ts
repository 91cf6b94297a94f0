import type { Request } from '../plan.ts';

/**
 * Returns the headers of a request, and the type of its body if no header names one. The type of a multipart body replaces
 * the header, because the type has the boundary between the parts (HTTPHC4Impl.java,
 * setupHttpEntityEnclosingRequestData).
 */
export function headersOf({ headers, bodyType }: Pick<Request, 'headers' | 'bodyType'>): [string, string][] {
  const own = Object.entries(headers);
  if (bodyType === undefined) return own;
  if (bodyType.startsWith('multipart/'))
    return [...own.filter(([name]) => !isContentType(name)), ['Content-Type', bodyType]];
  return namesType(headers) ? own : [...own, ['Content-Type', bodyType]];
}

/** Whether a header names the type of the body. Even an empty header does (HttpCore's RequestContent.java). */
function namesType(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some(isContentType);
}

function isContentType(name: string): boolean {
  return name.toLowerCase() === 'content-type';
}
