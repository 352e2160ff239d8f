import { isSpace } from './characters.ts';

/** References that print nothing: what preheaders are padded with. */
const BLANK_REFERENCE =
  /^&(?:nbsp|zwnj|zwj|shy|ensp|emsp|thinsp|lrm|rlm|hairsp|numsp|#(?:0*(?:160|173|847|8192|8193|8194|8195|8196|8197|8198|8199|8200|8201|8202|8203|8204|8205|8206|8207|8232|8233|8239|8288|12288|65279)|x0*(?:a0|ad|34f|200[0-9a-f]|202[89f]|2060|3000|feff)));/i;
const BLANKS = new Set([0xa0, 0xad, 0x34f, 0x2028, 0x2029, 0x202f, 0x2060, 0x3000, 0xfeff]);

/** Whether [start, end) prints nothing. Looks at no more characters than it must. */
export function isBlankText(text: string, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isSpace(code) || BLANKS.has(code) || (code >= 0x2000 && code <= 0x200f)) {
      at += 1;
      continue;
    }
    if (code !== 0x26) return false;
    const reference = BLANK_REFERENCE.exec(text.slice(at, Math.min(end, at + 16)));
    if (reference === null) return false;
    at += reference[0].length;
  }
  return true;
}
