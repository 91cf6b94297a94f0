import { isHeaderName } from '../header-name.ts';
import { type JsonPointer, parsePointer, pointerText } from './json/pointer.ts';

/** Where the identity of a message travels. */
export type Placement =
  /** The messages carry no identity, so they can only be counted. */
  | { readonly kind: 'none' }
  /**
   * The identity is under the reserved key of an object in the body, with the time of sending and a checksum.
   */
  | { readonly kind: 'body'; readonly pointer: JsonPointer }
  /** The identity is a token in a header of the request. */
  | { readonly kind: 'header'; readonly name: string }
  /** The identity is a token that replaces the value of a field of the body. */
  | { readonly kind: 'field'; readonly pointer: JsonPointer }
  /** The identity is a token wherever the plan writes `${qbl.id}`. */
  | { readonly kind: 'template' };

export const IN_BODY: Placement = { kind: 'body', pointer: [] };
export const NO_IDENTITY: Placement = { kind: 'none' };

export const PLACEMENT_EXPECTED =
  'expected body, body:/pointer, header:Name, field:/pointer, template or none';

/** Parses a placement, which says where the identity travels. Null if the text names no placement. */
export function parsePlacement(text: string): Placement | null {
  if (text === 'none') return NO_IDENTITY;
  if (text === 'body') return IN_BODY;
  if (text === 'template') return { kind: 'template' };
  const [, kind, rest = ''] = /^(body|header|field):(.*)$/s.exec(text) ?? [];
  if (kind === 'header') return isHeaderName(rest) ? { kind, name: rest } : null;
  const pointer = rest === '' ? null : parsePointer(rest);
  if (pointer === null || (kind !== 'body' && kind !== 'field')) return null;
  return { kind, pointer };
}

export function placementText(placement: Placement): string {
  switch (placement.kind) {
    case 'none':
    case 'template':
      return placement.kind;
    case 'header':
      return `header:${placement.name}`;
    case 'body':
    case 'field':
      return placement.pointer.length === 0
        ? placement.kind
        : `${placement.kind}:${pointerText(placement.pointer)}`;
  }
}

export function isToken({ kind }: Placement): boolean {
  return kind === 'header' || kind === 'field' || kind === 'template';
}

/** Where a token is looked for in a message of the queue, in AsyncAPI's notation of a correlation ID's location. */
export type FindPlace =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'payload'; readonly pointer: JsonPointer }
  | { readonly kind: 'key' };

export const FIND_EXPECTED = 'expected $message.header#/name, $message.payload#/pointer or $message.key';

/**
 * Parses a place where a token is looked for. Null if the text names no place. Source: AsyncAPI 3.0, "Runtime
 * Expression".
 */
export function parseFindPlace(text: string): FindPlace | null {
  if (text === '$message.key') return { kind: 'key' };
  const [, source, fragment = ''] = /^\$message\.(header|payload)#(.*)$/s.exec(text) ?? [];
  const pointer = parsePointer(fragment);
  if (pointer === null || pointer.length === 0) return null;
  if (source === 'payload') return { kind: 'payload', pointer };
  const [name = '', ...more] = pointer;
  return source === 'header' && more.length === 0 && name !== '' ? { kind: 'header', name } : null;
}

export function findPlaceText(place: FindPlace): string {
  if (place.kind === 'key') return '$message.key';
  if (place.kind === 'header') return `$message.header#${pointerText([place.name])}`;
  return `$message.payload#${pointerText(place.pointer)}`;
}

/**
 * Returns the places where a token is looked for if the plan does not say so. They are the place where the
 * token was sent, and a header with the same name.
 */
export function defaultFindPlaces(placement: Placement): readonly FindPlace[] {
  if (placement.kind === 'header') return [{ kind: 'header', name: placement.name }];
  if (placement.kind !== 'field') return [];
  const name = placement.pointer.at(-1) ?? '';
  return [
    { kind: 'payload', pointer: placement.pointer },
    { kind: 'header', name },
  ];
}
