import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadPlan } from './load.ts';
import { plan, planFolder } from './testing/plan-folder.ts';

const { pathOf, load, mistakesOf } = planFolder();

describe('a wrong plan', () => {
  it('gets all mistakes reported at once, with lines and expected values', async () => {
    const text = plan('    threads: many\n    colour: red').replace('http://localhost/send', 'ftp://x');
    expect(await mistakesOf(text)).toBe(
      [
        '/plan.yaml has 3 mistakes:',
        '/plan.yaml:4 threadGroups[1].threads: expected a whole number from 1 to 100,000, not "many"',
        '/plan.yaml:5 threadGroups[1].colour: a plan has no such field',
        '/plan.yaml:8 threadGroups[1].requests[1].url: expected a URL with http:// or https://',
      ].join('\n'),
    );
  });

  it('gets mistakes of bodies and variables reported together with those of its structure', async () => {
    const text = plan('    threads: 0\n    rampup: 1s', '\'{"a": }\'').replace('/send', '/${nothing}');
    expect((await mistakesOf(text)).split('\n')).toEqual([
      '/plan.yaml has 4 mistakes:',
      '/plan.yaml:4 threadGroups[1].threads: expected a whole number from 1 to 100,000, not 0',
      '/plan.yaml:5 threadGroups[1].rampup: a plan has no such field: did you mean rampUp?',
      expect.stringMatching(/^\/plan.yaml:8 threadGroups\[1\].requests\[1\].url: \$\{nothing\} is unknown/),
      expect.stringMatching(
        /requests\[1\].body: the body is not JSON \(unexpected "}" in line 1 of the body\)/,
      ),
    ]);
  });

  it('may write a duration of zero as a number', async () => {
    for (const zero of ['0', '"0"', '0s'])
      expect((await load(plan(`    rampUp: ${zero}`))).threadGroups[0]?.rampUpMs, zero).toBe(0);
    expect(await mistakesOf(plan('    rampUp: 1'))).toMatch(/rampUp: expected a duration .* not 1$/m);
  });

  it('gets an error of one line if it is nested too deeply', async () => {
    const deep = `name: ${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    expect(await mistakesOf(deep)).toMatch(/^\/plan.yaml: the file is nested too deeply to be a plan$/);
  });

  it.each([
    ['no YAML', 'a: [', /^\/plan.yaml:\d+ /],
    ['a custom tag', 'name: !!js/function x', /^\/plan.yaml:1 /],
    ['a key twice', 'name: a\nname: b\nthreadGroups: []', /^\/plan.yaml:2 the key "name" is repeated/],
    ['a key twice, as an alias', 'name: &n name\n*n : b\n', /^\/plan.yaml:2 the key "name" is repeated/],
    ['an alias without its anchor', 'name: *n', /^\/plan.yaml:1 expected &n before the alias \*n$/],
    ['a merge', plan('    <<: {threads: 2}'), /^\/plan.yaml:4 merging with << is not supported/],
    ['a mapping as a key', '{a: b}: c', /^\/plan.yaml:1 expected a text as the key$/],
    ['nothing', '', /^\/plan.yaml:1 the plan: /],
    ['no thread group', 'threadGroups: []', /:1 threadGroups: expected at least one thread group/],
    ['neither loops nor duration', plan('').replace('    loops: 1\n', ''), /expected loops or a duration/],
    [
      'a header that frames the message',
      plan('').replace('name: R', 'name: R\n        headers: {Content-Length: "1"}'),
      /Content-Length/,
    ],
    ['a wrong duration', plan('    rampUp: 10'), /:4 threadGroups\[1\].rampUp: expected a duration/],
    [
      'a control character',
      plan('').replace('name: R', 'name: "a\\e[2J"'),
      /requests\[1\].name: expected 1 to 200 char/,
    ],
    ['an empty file', '', /^\/plan.yaml:1 the plan: expected a mapping, such as qbl init writes, not null$/],
    ['text that is not YAML', 'a: [1\n', /^\/plan.yaml:2 wrong indentation, or a missing \] or \}/],
  ])('is refused because of %s', async (_, text, message) => {
    expect(await mistakesOf(text)).toMatch(message);
  });

  it.each([
    ["'[1]'", /the body is an array: expected an object/],
    ["'hello'", /not JSON/],
    [`'{"qbl": 1}'`, /"qbl" is reserved/],
    [`'{"a": \${nothing}}'`, /\$\{nothing\} is unknown/],
    [`'{"a\${run}": 1}'`, /a key contains a variable/],
    [`'{"a": 12345678901234567890}'`, /more digits/],
    [`'{"a": \${run}}'`, /put it in quotes/],
    ['null', /expected a JSON object, which carries/],
  ])('is refused because of the body %s, with its line', async (body, message) => {
    const text = await mistakesOf(plan('', body));
    expect(text).toMatch(message);
    expect(text).toMatch(/^\/plan.yaml:\d+ threadGroups\[1\].requests\[1\].body: /);
  });

  it.each([
    ['{1: a, "1": b}', /^\/plan.yaml:7 the key "1" is repeated/],
    ['{"1": a, 0x1: b}', /^\/plan.yaml:7 the key "1" is repeated/],
    ['{__proto__: a}', /^\/plan.yaml:7 the name __proto__ is not supported$/],
  ])('is refused because of the headers %s', async (headers, message) => {
    const text = plan('').replace('name: R', `name: R\n        headers: ${headers}`);
    expect(await mistakesOf(text)).toMatch(message);
  });

  it.each([
    ['\\n', 'a line break'],
    ['\\r', 'a line break'],
    ['\\t', 'a tab'],
    ['\\e', 'the control character U+001B'],
  ])('is refused because of %s in a URL, and names it', async (character, name) => {
    const text = plan('').replace('http://localhost/send', `"http://localhost/${character}send"`);
    expect(await mistakesOf(text)).toBe(
      `/plan.yaml:7 threadGroups[1].requests[1].url: expected a URL without ${name}`,
    );
  });

  it.each(['.nan', '.inf', '-.inf', '1e999'])('is refused because of the number %s', async (number) => {
    for (const text of [
      plan(`    threads: ${number}`),
      plan(`    rampUp: ${number}`),
      `rate: ${number}\n${plan('')}`,
      `outcome: {acked: [{json: {/a: {oneOf: [${number}]}}}]}\n${plan('')}`,
    ]) {
      const line = text.split('\n').findIndex((each) => each.includes(number)) + 1;
      expect(await mistakesOf(text)).toBe(
        `/plan.yaml:${line} expected a finite number, not ${number}; if it is a text, put it in quotes`,
      );
    }
  });

  it('gets no words of a library, whatever is wrong', async () => {
    const words =
      /Invalid|Too (?:small|big)|received|[<>]=|zod|YAML\.|stream|scalar|flow|implicit|unresolved|indicator|token(?!s only)/i;
    const fields = [
      ...['name', 'threadGroups', 'rate', 'endpoint', 'identity', 'find', 'content', 'outcome', 'hops'],
      ...['hopRule', 'hopWithin', 'outcome.acked', 'threadGroups.0', 'threadGroups.0.requests'],
      ...['name', 'loops', 'duration', 'rampUp', 'onSampleError'].map((field) => `threadGroups.0.${field}`),
      ...['', '.name', '.url', '.method', '.headers', '.body', '.identity', '.timeout', '.outcome'].map(
        (field) => `threadGroups.0.requests.0${field}`,
      ),
    ];
    for (const field of fields) {
      for (const value of [null, true, -7, 1.5, '', '\n', [], [null], [[]], [{}], {}, { a: 1 }, { a: {} }]) {
        const written = parse(plan(''));
        const path = field.split('.');
        const parent = path.slice(0, -1).reduce((outer, key) => (outer[key] ??= {}), written);
        parent[path.at(-1) ?? ''] = value;
        expect(await mistakesOf(stringify(written)), `${field}: ${JSON.stringify(value)}`).not.toMatch(words);
      }
    }
    const damaged = fc.record({
      at: fc.nat(200),
      removed: fc.nat(3),
      added: fc.string({ unit: fc.constantFrom(...'{}[]&*!|%@#-:?, \n\t\\"\''), maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(damaged, async ({ at, removed, added }) => {
        const text = plan('    threads: 2');
        const changed = text.slice(0, at) + added + text.slice(at + removed);
        expect(await mistakesOf(changed)).not.toMatch(words);
      }),
      { numRuns: 500 },
    );
  });

  it('cannot hide a huge document behind aliases', async () => {
    const lists = Array.from({ length: 9 }, (_, i) => `x${i + 1}: &x${i + 1} [${`*x${i},`.repeat(9)}]`);
    expect(await mistakesOf(['x0: &x0 [a]', ...lists].join('\n'))).toMatch(/alias/i);
  });

  it('is refused quickly if it is far too large or has very many mistakes', async () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `a${i}: b`).join('\n');
    expect((await mistakesOf(keys)).split('\n')).toHaveLength(101);
    expect(await mistakesOf(`${keys}\na7: c`)).toBe(
      '/plan.yaml:100001 the key "a7" is repeated: expected each key once',
    );
    const escapes = 'a: "\\z"\n'.repeat(100_000);
    expect((await mistakesOf(escapes)).split('\n')).toHaveLength(101);
  });

  it('is refused if it is not UTF-8, instead of sent with wrong letters', async () => {
    for (const encoding of ['latin1', 'utf16le'] as const) {
      const path = pathOf(`${encoding}.yaml`);
      await writeFile(path, Buffer.from(plan('').replace('name: R', 'name: Café'), encoding));
      await expect(loadPlan(path)).rejects.toThrow(
        `cannot read the plan "${path}": expected text in UTF-8; save it in that encoding`,
      );
    }
  });

  it('is reported with a hint how to create one if the file is missing', async () => {
    await expect(loadPlan(pathOf('none.yaml'))).rejects.toMatchObject({ exitCode: 2 });
  });
});
