import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackGzip } from './gzip.ts';
import { unpackLz4 } from './lz4.ts';
import { unpackSnappy } from './snappy.ts';
import type { Unpack } from './unpack.ts';
import { loadZstd } from './zstd.ts';

const unpackZstd = await loadZstd();

/** Records of batches that librdkafka 2 compressed. Each record is JSON with the name of its codec. */
const PACKED = {
  gzip:
    'H4sIAAAAAAAAA5vBwcDAwNjFUa2UnJ+SmqxkpaCUXpVZoKSjoJQJ5JgA6ZLUihKQeEypgUGqIZi0HGUPP7ZSLcMMYGpgwp0a' +
    'LEdTw4hhA1MDAGfQBWQcBAAA',
  snappy:
    'kQTQnggAAAABkAh7ImNvZGVjIjogInNuYXBweSIsICJpIjogMTUsICJ0ZXh0IjogIlx1MDBlMVwBBgQ5XAEG/gwA/gwA/gwA' +
    '/gwA/gwA/gwA/gwAOgwACCJ9AA==',
  lz4:
    'BCJNGGBAgkIAAADwF5YIAAAAAYgIeyJjb2RlYyI6ICJsejQiLCAiaSI6IDgsICJ0ZXh0FwBhXHUwMGUxBgAROQYADwwA/7tQ' +
    'ZTkifQAAAAAA',
  zstd:
    'KLUv/QBYtQMAokgVGaApjQGfhZ9dtukUZlP+i75SZa5X+qOfb2WDQJVZinG7u7u7u7u7u7u7u7u7u7u7u7u7uwhBEISzcymB' +
    '0tkh0M4Vzo5T0kFxdi5BiiG5hWkAqsosAVGoEfDrsf8G8JXdEqjf/7v+nwHroAUkaP0OkeRlFQ==',
};

const UNPACK: Record<keyof typeof PACKED, Unpack> = {
  gzip: unpackGzip,
  snappy: unpackSnappy,
  lz4: unpackLz4,
  zstd: unpackZstd,
};
const CODECS = Object.keys(PACKED) as (keyof typeof PACKED)[];
const packed = (codec: keyof typeof PACKED) => Buffer.from(PACKED[codec], 'base64');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

describe.each(CODECS)('%s', (codec) => {
  const unpack = UNPACK[codec];

  it('decompresses batches from a producer in another language', () => {
    const records = text(unpack(packed(codec), 1_000_000));
    expect(records).toContain(`{"codec": "${codec}"`);
    expect(records).toContain('\\u00e1\\u00e9'.repeat(40));
  });

  it('rejects data that decompresses to more than the limit', () => {
    const { length } = unpack(packed(codec), 10_000_000);
    expect(() => unpack(packed(codec), length - 1)).toThrow();
  });

  it('any bytes give an error or a result within the limit', () => {
    fc.assert(
      fc.property(fc.nat(), fc.uint8Array({ maxLength: 40 }), (at, damage) => {
        const bytes = packed(codec);
        Buffer.from(damage).copy(bytes, at % bytes.length);
        expect(unpackedLength(unpack, bytes)).toBeLessThanOrEqual(100_000);
      }),
    );
  });
});

function unpackedLength(unpack: Unpack, bytes: Uint8Array): number {
  try {
    return unpack(bytes, 100_000).length;
  } catch {
    return 0;
  }
}

it("decompresses the blocks of the Java client's snappy frame", () => {
  const block = packed('snappy');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(block.length);
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const one = unpackSnappy(block, 10_000);
  const framed = Buffer.concat([header, length, block, length, block]);
  expect(text(unpackSnappy(framed, 10_000))).toBe(text(one) + text(one));
  expect(() => unpackSnappy(framed, one.length * 2 - 1)).toThrow();
});

it('rejects a decompression bomb', () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect(() => unpackGzip(bomb, 1_000_000)).toThrow();
});

it.each([0x7fffffff, 0xffffffff, 0x00500000])('lz4 immediately rejects a block of %i bytes', (length) => {
  const frame = Buffer.from('04224d18607073000000000000', 'hex');
  frame.writeUInt32LE(length, 7);
  expect(() => unpackLz4(frame, 128 * 1024 ** 2)).toThrow('an LZ4 block is cut off');
});

describe('zstd refuses at once', () => {
  const FRAME = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00]);
  const WINDOW_OF_128_MIB = 0x88;
  const LAST_BLOCK = 1;
  const header = (type: number, length: number, last = LAST_BLOCK) => {
    const bytes = Buffer.alloc(3);
    bytes.writeUIntLE(last | (type << 1) | (length << 3), 0, 3);
    return bytes;
  };
  const start = Buffer.concat([FRAME, Buffer.from([WINDOW_OF_128_MIB])]);

  it('100,000 frames that each ask for a window of 128 MiB', () => {
    const frame = Buffer.concat([start, header(0, 0)]);
    const frames = Buffer.alloc(frame.length * 100_000, frame);
    expect(() => unpackZstd(frames, 1_000_000)).toThrow('not valid Zstandard');
  });

  it('100,000 empty blocks in a window of 128 MiB', () => {
    const blocks = Buffer.alloc(3 * 100_000, header(0, 0, 0));
    expect(() => unpackZstd(Buffer.concat([start, blocks]), 1_000_000)).toThrow('not valid Zstandard');
  });

  it('a block of 15 bytes that declares 30,000 sequences of 65 KiB each', () => {
    const literals = [0x08, 0x41];
    const sequences = [0x80 + (30_000 >> 8), 30_000 & 0xff];
    const eachOf65KiB = [0x54, 0, 2, 52];
    const block = Buffer.from([...literals, ...sequences, ...eachOf65KiB, 0, 0, 0, 0, 0, 0, 1]);
    const frame = Buffer.concat([start, header(2, block.length), block]);
    expect(() => unpackZstd(frame, 128 * 1024 ** 2)).toThrow('not valid Zstandard');
  });
});
