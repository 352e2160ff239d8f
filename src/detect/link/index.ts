export { decodeRedirect } from './decode/index.ts';
export { judgeLinks, type LinkOptions } from './judge-links.ts';
