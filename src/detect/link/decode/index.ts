export { decodeRedirect } from './decode-redirect.ts';
