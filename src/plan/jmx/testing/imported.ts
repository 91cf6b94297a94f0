import { IN_BODY } from '../../../message/placement.ts';
import type { Plan, Request, ThreadGroup } from '../../plan.ts';
import { importJmx } from '../import.ts';

export function planOf(text: string, properties = {}): Plan {
  return { identity: IN_BODY, ...importJmx('some.jmx', text, properties, () => {}).plan };
}

export function groupOf(text: string, properties = {}): ThreadGroup {
  const [group] = planOf(text, properties).threadGroups;
  if (group === undefined) throw new Error('no group');
  return group;
}

export function requestOf(text: string, properties = {}): Request {
  const [request] = groupOf(text, properties).requests;
  if (request === undefined) throw new Error('no request');
  return request;
}
