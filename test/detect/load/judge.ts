import type { DetectInput, HeaderValue, ScannedText } from '../../../src/detect/input.ts';
import type { PixelFinding } from '../../../src/detect/finding.ts';
import { judgeLoads } from '../../../src/detect/load/index.ts';
import { scanHtml } from '../../../src/html/index.ts';
import { compileRules, type Rule } from '../../../src/rules/index.ts';

export const reader = 'Bob.Jansen@uni.example';

export interface Given {
  readonly html: string;
  /** `Name: value` lines. */
  readonly fields?: readonly string[];
  readonly recipients?: readonly string[];
  readonly sender?: string;
  readonly rules?: readonly Rule[];
  readonly kind?: ScannedText['kind'];
}

function field(line: string): HeaderValue {
  const colon = line.indexOf(':');
  return {
    name: line.slice(0, colon).toLowerCase(),
    value: line.slice(colon + 1).trim(),
    span: { start: 0, end: line.length },
  };
}

export function inputOf(given: Given): DetectInput {
  const scan = scanHtml(given.html, {});
  return {
    texts: [
      { part: '1', reading: 0, kind: given.kind ?? 'html', text: given.html, places: scan.places, scan },
    ],
    fields: (given.fields ?? []).map(field),
    recipients: given.recipients ?? [reader],
    sender: given.sender ?? '',
    rules: compileRules(given.rules ?? [], 'test'),
  };
}

export function pixelsIn(given: Given): readonly PixelFinding[] {
  return judgeLoads(inputOf(given)).filter((finding) => finding.kind === 'pixel');
}

/** `certain`, `probable`, `possible`, `personal` or `none`: the verdict on the only load of an html text, or on the first with `load` in its URL. */
export function verdictOn(given: Given, load = ''): string {
  const finding = pixelsIn(given).find(
    (one) => one.where.kind === 'place' && one.where.place.value.includes(load),
  );
  if (finding === undefined) return 'none';
  return finding.personal ? 'personal' : finding.certainty;
}

export function namesOn(given: Given, load = ''): readonly string[] {
  const finding = pixelsIn(given).find(
    (one) => one.where.kind === 'place' && one.where.place.value.includes(load),
  );
  return finding?.evidence.map((one) => one.name) ?? [];
}

/** A page with text around what is tested, so that it is neither first nor last. */
export function amid(html: string): string {
  return `<body><p>Dear reader,</p>${html}<p>Kind regards</p></body>`;
}

export const hostRule: Rule = {
  kind: 'pixel',
  id: 'test.host',
  operator: 'Tracker Inc.',
  source: 'test',
  match: { hosts: ['tracker.example', '*.tracker.example'] },
  must: ['https://tracker.example/x'],
};
