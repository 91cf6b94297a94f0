/** undici has types only for its index, and not for the file that qbl imports. */
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}
