declare module 'lz4js' {
  const lz4: {
    /** The most that a frame unpacks to: what it says, or what its blocks can hold. Throws for no frame. */
    decompressBound(frame: Uint8Array): number;
    /** Returns the unpacked length. */
    decompressFrame(frame: Uint8Array, target: Uint8Array): number;
  };
  export default lz4;
}
