import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import type { Encoding } from '../language/java-encoding.ts';
import { CsvFile } from './csv-file.ts';

async function fileWith(content: string | Buffer, encoding: Encoding = 'utf-8'): Promise<CsvFile> {
  const folder = await tempFolder();
  await writeFile(join(folder, 'a.csv'), content);
  return new CsvFile({ file: 'a.csv', folder, encoding });
}

function linesOf(file: CsvFile): string[] {
  const lines: string[] = [];
  for (let line = file.readLine(); line !== null; line = file.readLine()) lines.push(line);
  return lines;
}

it.each([
  ['', []],
  ['a', ['a']],
  ['a\r\nb\rc\n\nd\n', ['a', 'b', 'c', '', 'd']],
  ['\uFEFFa\n\uFEFFb', ['a', '\uFEFFb']],
  ['\r\n', ['']],
])('reads the lines of %j', async (text, lines) => {
  expect(linesOf(await fileWith(text))).toEqual(lines);
});

it('reads lines, line ends and characters at the borders of the parts that it reads', async () => {
  for (const length of [8189, 8190, 8191, 8192, 8193]) {
    const long = 'x'.repeat(length);
    expect(linesOf(await fileWith(`${long}€\r\n€${long}\r\nz`))).toEqual([`${long}€`, `€${long}`, 'z']);
  }
});

it('reads a byte that the encoding does not have as the replacement character', async () => {
  expect(linesOf(await fileWith(Buffer.from([0x61, 0xff]), 'us-ascii'))).toEqual(['a\uFFFD']);
  expect(linesOf(await fileWith(Buffer.from([0x61, 0xff]), 'iso-8859-1'))).toEqual(['aÿ']);
  expect(linesOf(await fileWith(Buffer.from([0x61, 0xe2, 0x82])))).toEqual(['a\uFFFD']);
});

it('reads lines and records with quoted values from one position', async () => {
  const file = await fileWith('a,b\r\n"c\r\nd","e"\r\nf');
  expect([file.readLine(), file.readRecord(','), file.ended]).toEqual(['a,b', ['c\r\nd', 'e'], false]);
  expect([file.readRecord(','), file.ended, file.readRecord(',')]).toEqual([['f'], true, []]);
});

it('refuses a line without an end, before it fills the memory', async () => {
  const file = await fileWith('x'.repeat(1_100_000));
  expect(() => file.readLine()).toThrow('it has a line with more than 1,048,576 characters');
  const quoted = await fileWith(`"${',\n'.repeat(600_000)}`);
  expect(() => quoted.readRecord(',')).toThrow('it has a line with more than 1,048,576 characters');
});

it.each([
  ['a device', '/dev/zero'],
  ['a folder', '/'],
])('refuses %s', (_, file) => {
  expect(() => new CsvFile({ file, folder: '.', encoding: 'utf-8' })).toThrow(
    `cannot read the file "${file}" of a CSV Data Set: expected a file`,
  );
});

it('looks for a file in the working folder first', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'package.json'), 'beside the test plan');
  expect(new CsvFile({ file: 'package.json', folder, encoding: 'utf-8' }).readLine()).toBe('{');
});
