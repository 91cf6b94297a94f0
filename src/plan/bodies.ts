import { type BodyWriter, jsonTemplate, messageWriter, plainWriter } from './body-template.ts';
import type { Plan } from './plan.ts';

/** The writers of a plan's bodies, by the index of thread group and request, from 0; null: no body. */
export function bodyWriters(plan: Plan): (group: number, request: number) => BodyWriter | null {
  const writers = plan.threadGroups.map((group) =>
    group.requests.map(({ body }) => writerOf(body, plan.identity)),
  );
  return (group, request) => writers[group]?.[request] ?? null;
}

function writerOf(body: string | null, identity: boolean): BodyWriter | null {
  if (body === null) return null;
  return identity ? messageWriter(jsonTemplate(body)) : plainWriter(body);
}
