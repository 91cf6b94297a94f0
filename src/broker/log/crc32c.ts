/**
 * Castagnoli's polynomial with its bits in reverse order (RFC 3720, appendix B.4). Kafka's record batches use it
 * (KIP-98).
 */
const POLYNOMIAL = 0x82f63b78;
const SLICES = 8;

const TABLE = buildTable();

/**
 * Returns the CRC-32C of all bytes of the buffer, as an unsigned number. The method is slicing-by-8 (Kounavis and
 * Berry, 2005).
 */
export function crc32c(buffer: Buffer): number {
  let crc = -1;
  let position = 0;
  for (const end = buffer.length - 7; position < end; position += 8) crc = eightBytes(crc, buffer, position);
  for (; position < buffer.length; position++) crc = at((crc ^ byte(buffer, position)) & 255) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function eightBytes(crc: number, buffer: Buffer, position: number): number {
  return (
    at(1792 + ((crc ^ byte(buffer, position)) & 255)) ^
    at(1536 + (((crc >>> 8) ^ byte(buffer, position + 1)) & 255)) ^
    at(1280 + (((crc >>> 16) ^ byte(buffer, position + 2)) & 255)) ^
    at(1024 + (((crc >>> 24) ^ byte(buffer, position + 3)) & 255)) ^
    at(768 + byte(buffer, position + 4)) ^
    at(512 + byte(buffer, position + 5)) ^
    at(256 + byte(buffer, position + 6)) ^
    at(byte(buffer, position + 7))
  );
}

function at(index: number): number {
  return TABLE[index] as number;
}

function byte(buffer: Buffer, position: number): number {
  return buffer[position] as number;
}

function buildTable(): Int32Array {
  const table = new Int32Array(SLICES * 256);
  for (let value = 0; value < 256; value++) {
    let crc = value;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    table[value] = crc;
  }
  for (let index = 256; index < table.length; index++) {
    const previous = table[index - 256] as number;
    table[index] = (table[previous & 255] as number) ^ (previous >>> 8);
  }
  return table;
}
