import { createHash } from 'node:crypto';
import { scanParts } from '../../src/clean/scan-parts.ts';
import type { DetectInput, HeaderValue, ScannedText } from '../../src/detect/input.ts';
import type { Place } from '../../src/html/place.ts';
import { fieldText, readMessage, type Message } from '../../src/message/index.ts';
import { defaultCoreLimits } from '../../src/policy/index.ts';
import type { RuleSet } from '../../src/rules/index.ts';

/** What goes whatever it names (hint, ping, refresh) and what no client runs (script) is not judged, and so not labelled. */
const judged = new Set(['image', 'style', 'font', 'frame', 'media', 'object']);

/** A URL that a message loads, with the places where it does. */
export interface DistinctLoad {
  readonly url: string;
  readonly places: readonly { readonly text: ScannedText; readonly place: Place }[];
}

export interface ReadMail {
  readonly message: Message;
  readonly texts: readonly ScannedText[];
  readonly fields: readonly HeaderValue[];
}

export function readMail(octets: Buffer): ReadMail {
  const limits = defaultCoreLimits;
  const message = readMessage(octets, { maxParts: limits.parts, maxDepth: limits.nesting, nested: 'keep' });
  const texts = scanParts(message, limits, 'full').texts.map((text) => text.scanned);
  const fields = message.fields.map((field) => ({
    name: field.name,
    value: fieldText(message, field),
    span: field.span,
  }));
  return { message, texts, fields };
}

/** Every distinct judged load, in the order of first appearance. */
export function distinctLoads(mail: ReadMail): readonly DistinctLoad[] {
  const byUrl = new Map<string, { text: ScannedText; place: Place }[]>();
  for (const text of mail.texts) {
    for (const place of text.places) {
      const url = place.urls[0];
      if (url === undefined || !judged.has(place.channel)) continue;
      const places = byUrl.get(url);
      if (places === undefined) byUrl.set(url, [{ text, place }]);
      else places.push({ text, place });
    }
  }
  return [...byUrl].map(([url, places]) => ({ url, places }));
}

/** As the detector gets it from `cleanMessage` without an envelope. */
export function detectInput(mail: ReadMail, rules: RuleSet): DetectInput {
  return { texts: mail.texts, fields: mail.fields, recipients: [], sender: '', rules };
}

/** How labels name messages and URLs: 16 hex digits of SHA-256. */
export function shortHash(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 16);
}
