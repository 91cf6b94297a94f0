declare module 'lz4js' {
  const lz4: {
    /**
     * Decompresses a block into the target. Returns the position in the target where the content ends, even if the
     * target is too small for it.
     */
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
