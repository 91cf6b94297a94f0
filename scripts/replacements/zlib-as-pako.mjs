/** Replaces the package pako in dist/. hdr-histogram-js loads pako, but uses the zlib of Node. */
export { deflateSync as deflate, inflateSync as inflate } from 'node:zlib';
