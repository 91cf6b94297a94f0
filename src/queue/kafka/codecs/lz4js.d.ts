declare module 'lz4js' {
  const lz4: {
    /** Returns where the unpacked bytes end in the target, also where they are more than fit into it. */
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
