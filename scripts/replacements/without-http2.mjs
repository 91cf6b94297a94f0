/** Replaces node:http2 in dist/. undici loads node:http2 at its start, but qbl speaks only HTTP/1.1. */
export const constants = {};
