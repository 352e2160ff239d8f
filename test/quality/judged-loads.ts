import type { PixelFinding } from '../../src/detect/finding.ts';
import { judgeLoads } from '../../src/detect/load/index.ts';
import type { RuleSet } from '../../src/rules/index.ts';
import { detectInput, distinctLoads, shortHash, type DistinctLoad, type ReadMail } from './distinct-loads.ts';
import type { Label, Labelled } from './labels.ts';

export type Tier = 'certain' | 'probable' | 'possible' | 'personal' | 'none';

/** A labelled load and what the detector says of it: the worst of its places. */
export interface JudgedLoad {
  readonly label: Label;
  readonly load: DistinctLoad;
  readonly tier: Tier;
  readonly finding: PixelFinding | undefined;
}

const order: readonly Tier[] = ['none', 'personal', 'possible', 'probable', 'certain'];

export function tierOf(finding: PixelFinding | undefined): Tier {
  if (finding === undefined) return 'none';
  return finding.personal ? 'personal' : finding.certainty;
}

/** What the default policy takes away. */
export function isActedOn(tier: Tier): boolean {
  return tier === 'certain' || tier === 'probable';
}

/** The labelled loads of a message with their verdicts. */
export function judgedLoads(
  mail: ReadMail,
  rules: RuleSet,
  labels: ReadonlyMap<string, Labelled>,
): readonly JudgedLoad[] {
  const byPlace = new Map<unknown, PixelFinding>();
  for (const finding of judgeLoads(detectInput(mail, rules))) {
    if (finding.kind === 'pixel' && finding.where.kind === 'place') byPlace.set(finding.where.place, finding);
  }
  const judged: JudgedLoad[] = [];
  for (const load of distinctLoads(mail)) {
    const label = labels.get(shortHash(load.url));
    if (label === undefined) continue;
    let finding: PixelFinding | undefined;
    for (const { place } of load.places) {
      const found = byPlace.get(place);
      if (order.indexOf(tierOf(found)) > order.indexOf(tierOf(finding))) finding = found;
    }
    judged.push({ label: label.agreed, load, tier: tierOf(finding), finding });
  }
  return judged;
}
