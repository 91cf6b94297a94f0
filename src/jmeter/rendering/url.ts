import type { PlanVariable } from '../../plan/plan.ts';
import { parseTemplate, type TemplateSegment } from '../../plan/template/template.ts';

/** Stands for what is filled in while the rest is read as a URL, which leaves these characters alone. */
const STAND_IN = /~qbl-(\d+)~/;

/** Path and query of a URL that may mention variables there, as java.net.URI takes them. */
export function pathTemplate(
  url: string,
  own: readonly PlanVariable[] | undefined,
): readonly TemplateSegment[] {
  const segments = parseTemplate(url, own);
  const withStandIns = segments.map((segment, index) =>
    segment.kind === 'text' ? segment.text : `~qbl-${index}~`,
  );
  const { pathname, search } = new URL(withStandIns.join(''));
  return encodePath(pathname + search)
    .split(STAND_IN)
    .flatMap((piece, index): TemplateSegment[] => {
      if (index % 2 === 0) return piece === '' ? [] : [{ kind: 'text', text: piece }];
      const segment = segments[Number(piece)];
      return segment === undefined ? [] : [segment];
    });
}

/** java.net.URI refuses some characters that URLs of the WHATWG may hold. */
function encodePath(path: string): string {
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/?%]/g, encodeURIComponent);
}

/** Where a URL leads; nothing is filled in before its path. */
export function originOfTemplate(url: string): {
  scheme: string;
  host: string;
  port: number;
  origin: string;
} {
  const { protocol, hostname, port, origin } = new URL(/^[^:]*:\/\/[^/?#]*/.exec(url)?.[0] ?? url);
  const scheme = protocol.slice(0, -1);
  return { scheme, host: hostname, port: Number(port) || (scheme === 'https' ? 443 : 80), origin };
}
