import type { Plan } from '../../plan/plan.ts';
import { parseTemplate, type TemplateSegment } from '../../plan/template/template.ts';

/** Placeholder for a variable while the rest of the URL is parsed. URL parsers do not change this text. */
const STAND_IN = /~qbl-(\d+)~/;

const NOT_IN_JAVA_URL = /[^\w\-.~!$&'()*+,;=:@/?%[\]\u00a1-\uffff]/g;
const ORIGIN = /^[^:]*:\/\/[^/?#]*/;

/** Path and query of a URL in the form that java.net.URI accepts. They can contain variables. */
export function pathTemplate(
  url: string,
  { variables, javaUrls }: Pick<Plan, 'variables' | 'javaUrls'>,
): readonly TemplateSegment[] {
  if (javaUrls) return javaPath(url, variables);
  const segments = parseTemplate(url, variables);
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

/** Returns path and query of a URL for JMeter, which sends them as `blast` sends the URL. */
function javaPath(url: string, variables: Plan['variables']): TemplateSegment[] {
  const segments = parseTemplate(url.replace(ORIGIN, '').replace(/#.*$/s, ''), variables);
  return segments.map((segment) =>
    segment.kind === 'text'
      ? { kind: 'text', text: segment.text.replace(NOT_IN_JAVA_URL, encodeURIComponent) }
      : segment,
  );
}

/** Encodes characters that WHATWG URLs can contain but that java.net.URI rejects. */
function encodePath(path: string): string {
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/?%]/g, encodeURIComponent);
}

/** The origin of a URL. It cannot contain variables. */
export function originOfTemplate(url: string): {
  scheme: string;
  host: string;
  port: number;
  origin: string;
} {
  const { protocol, hostname, port, origin } = new URL(ORIGIN.exec(url)?.[0] ?? url);
  const scheme = protocol.slice(0, -1);
  return { scheme, host: hostname, port: Number(port) || (scheme === 'https' ? 443 : 80), origin };
}
