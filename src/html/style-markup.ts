import { decodeReferences } from './references.ts';
import type { DeclaredEntities } from './references.ts';
import { Decoder } from './source.ts';
import type { Source } from './source.ts';

/**
 * What the content of a `style` element is where that element is no raw text (svg, math, XHTML): character references are decoded, comments
 * and tags are none of the sheet. undefined where that makes no difference.
 */
export function styleAsMarkup(sheet: Source, declared: DeclaredEntities): Source | undefined {
  const text = sheet.text;
  if (!text.includes('&') && !text.includes('<')) return undefined;
  const built = new Decoder({ ...sheet, doubtful: true });
  let copied = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', Math.max(copied, at + 1))) {
    if (text.startsWith('![CDATA[', at + 1)) {
      built.copy(copied, at);
      copied = at + 9;
      continue;
    }
    const isComment = text.startsWith('!--', at + 1);
    const end = text.indexOf(isComment ? '-->' : '>', at);
    if (end < 0) break;
    built.copy(copied, at);
    copied = end + (isComment ? 3 : 1);
  }
  built.copy(copied, text.length);
  const bare = built.finish();
  return decodeReferences(bare, 0, bare.text.length, [{ kind: 'raw' }], declared, true);
}
