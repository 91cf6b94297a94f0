import { IN_BODY, type Placement } from '../../message/placement.ts';
import type { Mistake } from '../mistakes/mistake.ts';
import type { WrittenPlan } from '../override.ts';
import { placementOf } from '../placements.ts';
import type { Request } from '../plan.ts';
import { hasField, isContentType, isJson } from './place.ts';
import type { EndpointPreset } from './preset.ts';

type Path = readonly PropertyKey[];

/** Returns a mistake for each thing in the plan that the endpoint cannot do. */
export function endpointMistakes(name: string, preset: EndpointPreset, plan: WrittenPlan): Mistake[] {
  const identity = plan.identity ?? preset.identity ?? IN_BODY;
  return plan.threadGroups.flatMap(({ requests }, g) =>
    requests.flatMap((request, r) => {
      const path = ['threadGroups', g, 'requests', r];
      return request.body === null
        ? []
        : [
            ...identityMistakes(name, preset, placementOf({ identity }, request), request, path),
            ...headerMistakes(name, preset, request, path),
            ...bodyMistakes(name, preset, plan, request, path),
          ];
    }),
  );
}

function identityMistakes(
  name: string,
  { passesHeaders }: EndpointPreset,
  { kind }: Placement,
  request: Request,
  path: Path,
): Mistake[] {
  if (passesHeaders || kind !== 'header') return [];
  const message = `${name} puts no headers of a request into the queue: expected body, field:/pointer or template`;
  return [{ path: request.identity === undefined ? ['identity'] : [...path, 'identity'], message }];
}

function headerMistakes(
  name: string,
  { envelope, contentType }: EndpointPreset,
  { headers }: Request,
  path: Path,
): Mistake[] {
  if (envelope === null) return [];
  return Object.entries(headers)
    .filter(([header, value]) => isContentType(header) && !isJson(value) && !isSameType(value, contentType))
    .map(([header]) => ({
      path: [...path, 'headers', header],
      message: `${name} needs ${contentType}: remove the header, or the endpoint`,
    }));
}

function isSameType(written: string, needed: string): boolean {
  return written.split(';')[0]?.trim().toLowerCase() === needed;
}

function bodyMistakes(
  name: string,
  { envelope }: EndpointPreset,
  plan: WrittenPlan,
  { body }: Request,
  path: Path,
): Mistake[] {
  if (envelope?.second === undefined || body === null) return [];
  if (!hasField(body, envelope.second, plan)) return [];
  return [
    {
      path: [...path, 'body'],
      message: `expected one record: qbl sends one message with each request to ${name}`,
    },
  ];
}
