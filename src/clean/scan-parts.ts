import type { ScannedText } from '../detect/input.ts';
import { scanCss, scanHtml, Spare } from '../html/index.ts';
import type { ScanCaps } from '../html/index.ts';
import { partBase, readTexts } from '../message/index.ts';
import type { Reading } from '../message/index.ts';
import type { Message, Part, Reason } from '../message/types.ts';
import type { CoreLimits } from '../policy/index.ts';
import { scanPlain } from '../text/index.ts';

/** A text of the message, how it was read and what was found in it. */
export interface ReadText {
  readonly part: Part;
  readonly reading: Reading;
  readonly scanned: ScannedText;
}

export interface PartsScan {
  readonly texts: readonly ReadText[];
  /** Parts that could not be read because of a fault of ours. */
  readonly failed: ReadonlySet<string>;
  readonly flat: ReadonlyMap<string, Reason>;
}

const flatCaps: ScanCaps = { depth: 0, attributes: 0, elements: 0, characters: 0 };

function capsOf(limits: CoreLimits): ScanCaps {
  return {
    depth: limits.htmlDepth,
    attributes: limits.htmlAttributes,
    elements: limits.htmlElements,
    characters: limits.htmlBytes,
  };
}

function scanText(message: Message, reading: Reading, caps: ScanCaps, spare: Spare): ScannedText {
  const { part, text, role } = reading;
  const common = { part: part.id, reading: reading.index, text };
  if (role === 'plain') {
    const flowed = part.contentType.params.get('format')?.toLowerCase() === 'flowed';
    const delsp = flowed && part.contentType.params.get('delsp')?.toLowerCase() === 'yes';
    return { ...common, kind: 'plain', places: scanPlain(text, { flowed, delsp }) };
  }
  const base = partBase(message, part);
  const options = base === undefined ? { spare } : { base, spare };
  if (role === 'css') return { ...common, kind: 'css', places: scanCss(text, options) };
  const scan = scanHtml(text, { ...options, caps, xml: role === 'xhtml' || role === 'svg' });
  const kind = part.role === 'calendar' ? 'calendar' : role === 'amp' ? 'amp' : 'html';
  return { ...common, kind, places: scan.places, scan };
}

/**
 * Reads every part that a client would show and finds every place in it. A fault in one part leaves that part alone and no other: it is
 * named in `failed`.
 */
export function scanParts(message: Message, limits: CoreLimits, effort: 'full' | 'flat'): PartsScan {
  const caps = effort === 'flat' ? flatCaps : capsOf(limits);
  const texts: ReadText[] = [];
  const failed = new Set<string>();
  const flat = new Map<string, Reason>();
  const spare = new Spare();
  for (const part of message.parts) {
    if (part.children.length > 0) continue;
    try {
      for (const reading of readTexts(message, part)) {
        const scanned = scanText(message, reading, caps, spare);
        texts.push({ part, reading, scanned });
        const reason = scanned.scan?.flat;
        if (reason !== undefined) flat.set(part.id, effort === 'flat' ? 'flat.time' : `flat.${reason}`);
      }
    } catch {
      failed.add(part.id);
    }
  }
  return { texts, failed, flat };
}
