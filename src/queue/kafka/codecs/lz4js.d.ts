declare module 'lz4js' {
  const lz4: {
    /** Returns where the decompressed bytes end in the target, even if they did not fit. */
    decompressBlock(
      source: Uint8Array,
      target: Uint8Array,
      sourceStart: number,
      sourceLength: number,
      targetStart: number,
    ): number;
  };
  export default lz4;
}
