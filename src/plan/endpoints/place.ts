import { spanAt } from '../../message/json/json-span.ts';
import type { JsonPointer } from '../../message/json/pointer.ts';
import { defaultFindPlaces, type FindPlace, IN_BODY, type Placement } from '../../message/placement.ts';
import type { WrittenPlan } from '../override.ts';
import { placementOf } from '../placements.ts';
import type { Content, Plan, Request } from '../plan.ts';
import { BodyError, standInText } from '../template/body-template.ts';
import { TemplateError } from '../template/template.ts';
import type { EndpointPreset, Envelope } from './preset.ts';

/**
 * Returns the plan in the form that the endpoint needs. The plan's own headers and rules stay, and so does a body that
 * already has the endpoint's envelope (the JSON around a message). The pointers of the plan begin at the message. The
 * pointers of the returned plan begin at the envelope.
 */
export function placedAt(preset: EndpointPreset, plan: WrittenPlan): Plan {
  const identity = plan.identity ?? preset.identity ?? IN_BODY;
  const find = plan.find ?? findAt(preset, plan, identity);
  const content = plan.content === undefined ? undefined : contentAt(preset, plan.content);
  return {
    ...plan,
    identity,
    ...(find === undefined ? {} : { find }),
    ...(content === undefined ? {} : { content }),
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map((request) => requestAt(preset, plan, identity, request)),
    })),
  };
}

/**
 * Returns a request in the form that the endpoint needs. A request without a body sends no message, so it
 * stays unchanged.
 */
function requestAt(preset: EndpointPreset, plan: WrittenPlan, ofPlan: Placement, request: Request): Request {
  const { body } = request;
  if (body === null) return request;
  const { envelope, outcome } = preset;
  const placement = placementOf({ identity: ofPlan }, request);
  const wraps = envelope !== null && needsEnvelope(envelope, plan, request);
  const placed = envelope === null ? placement : intoEnvelope(envelope, placement, wraps);
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...request,
    headers: headersAt(preset, placement, request.headers),
    body: wraps ? `${envelope.before}${body.trim()}${envelope.after}` : body,
    ...(placed === placement ? {} : { identity: placed }),
  };
}

/** True if the body has only the message, so that the envelope (the JSON around a message) must be added. */
function needsEnvelope({ mark }: Envelope, plan: Pick<Plan, 'variables'>, { body }: Request): boolean {
  return body !== null && !hasField(body, mark, plan);
}

/**
 * Returns true if the body has a value at the pointer. Returns false for a body with a mistake. The mistake is
 * reported with the mistakes of all other templates.
 */
export function hasField(
  body: string,
  pointer: JsonPointer,
  { variables = [] }: Pick<Plan, 'variables'>,
): boolean {
  try {
    return spanAt(standInText(body, variables), pointer) !== null;
  } catch (error) {
    if (error instanceof BodyError || error instanceof TemplateError) return false;
    throw error;
  }
}

/**
 * Returns where the identity is in the whole envelope (the JSON around the message). The plan says where the identity is
 * in the message. If the plan itself contains the envelope, its pointers already begin at the envelope. Then only an
 * empty pointer changes: in a plan, it means the message.
 */
function intoEnvelope({ message }: Envelope, placement: Placement, wraps: boolean): Placement {
  if (placement.kind !== 'body' && placement.kind !== 'field') return placement;
  if (!wraps && placement.pointer.length > 0) return placement;
  return { ...placement, pointer: [...message, ...placement.pointer] };
}

/**
 * Returns the headers of a request to a product with a preset. The plan's media type `application/json` describes only
 * the message, so the product's media type for the whole body replaces it. A header for the token is not added here,
 * because all plans get their tokens in one later step.
 */
function headersAt(
  preset: EndpointPreset,
  placement: Placement,
  written: Request['headers'],
): Request['headers'] {
  const { contentType, headers, identity, envelope } = preset;
  const token = isIdentity(preset, placement) && identity?.kind === 'header' ? identity.name : null;
  const kept = Object.entries(written).filter(
    ([name, value]) => envelope === null || !isContentType(name) || !isJson(value),
  );
  const added = Object.entries({ 'Content-Type': contentType, ...headers }).filter(
    ([name]) => name !== token && !kept.some(([each]) => each.toLowerCase() === name.toLowerCase()),
  );
  return Object.fromEntries([...kept, ...added]);
}

export function isContentType(name: string): boolean {
  return name.toLowerCase() === 'content-type';
}

export function isJson(mediaType: string): boolean {
  return /^\s*application\/json\s*(?:;|$)/i.test(mediaType);
}

/**
 * Returns the places of the tokens in the messages of the queue. Undefined if the tokens are at the place where the
 * plan sends them.
 */
function findAt(
  preset: EndpointPreset,
  plan: WrittenPlan,
  ofPlan: Placement,
): readonly FindPlace[] | undefined {
  const { envelope, find = [] } = preset;
  if (envelope?.isKept === true) return undefined;
  const places = plan.threadGroups
    .flatMap(({ requests }) => requests.map((request) => placementOf({ identity: ofPlan }, request)))
    .flatMap((placement) =>
      isIdentity(preset, placement) ? find : defaultFindPlaces(inMessage(envelope, placement)),
    );
  return places.length === 0 ? undefined : places;
}

/**
 * Returns the placement with a pointer that begins at the message and not at the envelope (the JSON around a message).
 * A pointer that already begins at the message stays unchanged.
 */
function inMessage(envelope: Envelope | null, placement: Placement): Placement {
  if (envelope === null || placement.kind !== 'field') return placement;
  const { message } = envelope;
  if (!isInside(message, placement.pointer)) return placement;
  return { ...placement, pointer: placement.pointer.slice(message.length) };
}

/** True if the identity travels in the header that the preset chooses for identities. */
function isIdentity({ identity }: EndpointPreset, placement: Placement): boolean {
  return (
    identity?.kind === 'header' &&
    placement.kind === 'header' &&
    placement.name.toLowerCase() === identity.name
  );
}

/**
 * Returns where the compared content is in the body that is sent, and where it is in the message of the queue. The two
 * places differ if the endpoint removes the envelope (the JSON around a message), even an envelope that the plan wrote.
 */
function contentAt({ envelope }: EndpointPreset, content: Content): Content {
  if (envelope === null || content.kind === 'none') return content;
  const { message, isKept } = envelope;
  if (content.kind === 'whole')
    return isKept ? content : { kind: 'fields', fields: [{ sent: message, found: [] }] };
  const fields = content.fields.map(({ sent, found }) => ({
    sent: inEnvelope(message, sent),
    found: isKept ? inEnvelope(message, found) : inEnvelope(message, found).slice(message.length),
  }));
  return { kind: 'fields', fields };
}

/**
 * Returns a pointer that begins at the request body, from a pointer that begins at the message in that body. A pointer
 * that already begins at the request body stays unchanged.
 */
function inEnvelope(message: JsonPointer, pointer: JsonPointer): JsonPointer {
  return isInside(message, pointer) ? pointer : [...message, ...pointer];
}

function isInside(message: JsonPointer, pointer: JsonPointer): boolean {
  return message.every((part, index) => pointer[index] === part);
}
