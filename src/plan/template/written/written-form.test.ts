import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChecksumInput } from '../../../message/bytes/checksum-input.ts';
import { jsonTemplate, messageWriter } from '../body-template.ts';
import type { TemplateSegment } from '../template.ts';
import { writtenBytes } from './written-bytes.ts';
import { writtenForm } from './written-form.ts';
import { writtenPattern } from './written-pattern.ts';

const text = (text: string): TemplateSegment => ({ kind: 'text', text });
const thread: TemplateSegment = { kind: 'variable', name: 'thread' };
const loop: TemplateSegment = { kind: 'variable', name: 'loop' };
const run: TemplateSegment = { kind: 'variable', name: 'run' };
const own: TemplateSegment = {
  kind: 'own',
  variable: { kind: 'counter', name: 'n', start: 1, end: 9, increment: 1, format: '', perThread: false },
};

/** Returns the MD5 of the canonical form. Null if the fields do not match the plan. */
function checksumOf(form: ReturnType<typeof writtenForm>, value: string | Buffer): string | null {
  const input = new ChecksumInput();
  const bytes = Buffer.from(value);
  return form?.(bytes, bytes.length, input) === true ? input.checksum() : null;
}

describe('writtenForm', () => {
  it('recognises fields that are written exactly as in the plan', () => {
    const { addCanonical } = jsonTemplate('{"b": ${thread}, "a": "${loop} ${thread}ñ"}\n');
    expect(checksumOf(addCanonical, '{"b": 7, "a": "3 7ñ",')).toBe(hash('md5', '{"a":"3 7ñ","b":7}'));
    expect(checksumOf(addCanonical, '{"b": 7, "a": "3 8ñ",')).toBeNull();
    expect(checksumOf(addCanonical, '{"b":7, "a": "3 7ñ",')).toBeNull();
  });

  it('is absent if the plan writes its fields in canonical form', () => {
    expect(jsonTemplate('{"a":1,"b":"x"}').addCanonical).toBeUndefined();
  });

  it('recognises a value that the text after it does not end', () => {
    const head = [text('{ "a": "'), run, text('-'), thread, text('",')];
    const canonical = [text('{"a":"'), run, text('-'), thread, text('"}')];
    expect(writtenBytes(head, canonical)).toBeNull();
    const form = writtenForm(head, canonical);
    expect(checksumOf(form, '{ "a": "r-1-7",')).toBe(hash('md5', '{"a":"r-1-7"}'));
    expect(checksumOf(form, '{ "a": "r_1_7",')).toBeNull();
  });
});

const pieces = fc.constantFrom(
  text(' '),
  text('ñ,'),
  text('"'),
  text('1'),
  text('-a'),
  thread,
  loop,
  run,
  own,
);
const templates = fc.array(pieces, { minLength: 1, maxLength: 8 });
const fill = fc.constantFrom('1', '12', '', 'a', '-', 'ñ', '"', ' ');

describe('writtenBytes', () => {
  it('recognises the same bytes as the regular expression', () => {
    fc.assert(
      fc.property(templates, fc.infiniteStream(fill), fc.string({ maxLength: 2 }), (head, values, end) => {
        const form = writtenBytes(head, head);
        fc.pre(form !== null);
        const value = head
          .map((piece) => (piece.kind === 'text' ? piece.text : values.next().value))
          .join('');
        const pattern = writtenPattern(head, head);
        for (const bytes of [value, value + end])
          expect(checksumOf(form ?? undefined, bytes)).toBe(checksumOf(pattern, bytes));
      }),
    );
  });

  it('recognises the bodies that a plan sends', () => {
    const template = jsonTemplate('{\n "id": "${uuid}", "b": [${thread}], "a": "l ${loop} t ${thread}" }');
    const identity = { run: 'r', group: 1, thread: 4, loop: 2, request: 1 };
    const value = Buffer.from(messageWriter(template)(identity, 1.5));
    const end = value.indexOf('"qbl"');
    const input = new ChecksumInput();
    expect(template.addCanonical?.(value, end, input)).toBe(true);
  });
});
