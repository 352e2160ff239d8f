import type { Evidence } from '../finding.ts';

/**
 * What an evidence speaks of. `hard` stands whatever else is true; `identifier` adds up; `geometry` and `word` can be
 * outweighed by `innocence`, which weighs against nothing else: every piece of innocence can be bought by a sender.
 */
export type EvidenceKind = 'hard' | 'identifier' | 'geometry' | 'word' | 'innocence';

/** Names are stable: `explain` and `scan --json` print them. The README of this folder says what each means. */
export const weights = {
  rule: { kind: 'hard', weight: 100 },
  'rule.probable': { kind: 'hard', weight: 70 },
  selector: { kind: 'hard', weight: 100 },
  needless: { kind: 'hard', weight: 100 },
  tail: { kind: 'hard', weight: 100 },
  crowd: { kind: 'hard', weight: 100 },
  'file-share': { kind: 'hard', weight: 100 },
  recipient: { kind: 'hard', weight: 100 },
  'recipient.hash': { kind: 'hard', weight: 100 },
  'shared.unsubscribe': { kind: 'hard', weight: 70 },
  'shared.return-path': { kind: 'hard', weight: 70 },
  'shared.message-id': { kind: 'hard', weight: 70 },
  'shared.links': { kind: 'hard', weight: 70 },
  'same-url': { kind: 'hard', weight: 60 },
  'token.strong': { kind: 'identifier', weight: 40 },
  'token.weak': { kind: 'identifier', weight: 20 },
  address: { kind: 'identifier', weight: 60 },
  numbers: { kind: 'identifier', weight: 20 },
  appended: { kind: 'identifier', weight: 60 },
  signed: { kind: 'identifier', weight: 10 },
  'size.zero': { kind: 'geometry', weight: 120 },
  'size.tiny': { kind: 'geometry', weight: 60 },
  'size.thin': { kind: 'geometry', weight: 40 },
  hidden: { kind: 'geometry', weight: 60 },
  'hidden.ancestor': { kind: 'geometry', weight: 60 },
  'hidden.tiny': { kind: 'geometry', weight: 120 },
  'hidden.outlook': { kind: 'geometry', weight: 15 },
  'position.last': { kind: 'geometry', weight: 40 },
  'position.first': { kind: 'geometry', weight: 30 },
  frame: { kind: 'word', weight: 20 },
  'path.script': { kind: 'word', weight: 20 },
  'name.report': { kind: 'word', weight: 60 },
  'name.nothing': { kind: 'geometry', weight: 40 },
  'path.report': { kind: 'word', weight: 25 },
  'word.url': { kind: 'word', weight: 15 },
  'word.attribute': { kind: 'word', weight: 15 },
  asset: { kind: 'innocence', weight: -60 },
  stored: { kind: 'innocence', weight: -40 },
  picture: { kind: 'innocence', weight: -60 },
  alt: { kind: 'innocence', weight: -15 },
  link: { kind: 'innocence', weight: -20 },
  repeated: { kind: 'innocence', weight: -60 },
  'size.visible': { kind: 'innocence', weight: -60 },
} as const satisfies Record<string, { kind: EvidenceKind; weight: number }>;

export type EvidenceName = keyof typeof weights;

export interface Weighed extends Evidence {
  readonly name: EvidenceName;
}

export function evidence(name: EvidenceName, detail?: string): Weighed {
  const { weight } = weights[name];
  return detail === undefined ? { name, weight } : { name, weight, detail };
}

function sumOf(all: readonly Weighed[], kinds: readonly EvidenceKind[]): number {
  let sum = 0;
  for (const one of all) if (kinds.includes(weights[one.name].kind)) sum += one.weight;
  return sum;
}

/** Several signs of one smallness (a 1x1 image in a hidden cell) are nearly one sign: the strongest counts, each further one adds 10. */
function geometryOf(all: readonly Weighed[]): number {
  const found = all.filter((one) => weights[one.name].kind === 'geometry').map((one) => one.weight);
  return found.length === 0 ? 0 : Math.max(...found) + 10 * (found.length - 1);
}

/** The sum by which certainty is read off; innocence can take geometry and words down to nothing, and not further. */
export function scoreOf(all: readonly Weighed[]): number {
  const soft = geometryOf(all) + sumOf(all, ['word', 'innocence']);
  return sumOf(all, ['hard', 'identifier']) + Math.max(0, soft);
}
