import { htmlOf, type MadeDocument } from './documents.ts';
import { BATCH, type Eye, type Sight } from './eye.ts';
import { smallest } from './smaller.ts';
import { judge, type Verdict } from './verdict.ts';

const url = 'https://tracker.example/p';
const sayHidden: ReadonlySet<Verdict> = new Set(['hidden', 'zero', 'tiny']);

/** `lost`: seen, and called hidden; `slips`: the other way round. */
export type Fault = 'lost' | 'slips';

export interface Seen {
  readonly made: MadeDocument;
  readonly sight: Sight;
  readonly verdict: Verdict;
  readonly why: string;
  readonly fault: Fault | undefined;
}

function faultOf(sight: Sight, verdict: Verdict): Fault | undefined {
  if (sight === 'seen' && sayHidden.has(verdict)) return 'lost';
  return sight === 'unseen' && verdict === 'shown' ? 'slips' : undefined;
}

/**
 * What is seen and what is judged of each. Many clients drop style sheets: what is not seen without them is called hidden, whatever a sheet
 * makes of it, and that is no fault.
 */
export async function compare(eye: Eye, all: readonly MadeDocument[]): Promise<readonly Seen[]> {
  const sights = await eye.look(all);
  const seen = all.map((made, at): Seen => {
    const sight = sights[at] ?? 'absent';
    const { verdict, why } = judge(htmlOf(made, url), url);
    return { made, sight, verdict, why, fault: faultOf(sight, verdict) };
  });
  const doubted = seen.filter(({ fault, made }) => fault === 'lost' && made.rules.length > 0);
  if (doubted.length === 0) return seen;
  const plain = await eye.look(doubted.map(({ made }) => ({ ...made, rules: [] })));
  const designed = new Set(doubted.filter((_, at) => plain[at] !== 'seen'));
  return seen.map((one) => (designed.has(one) ? { ...one, fault: undefined } : one));
}

/** The smallest document that has the same fault. */
export async function leastOf(eye: Eye, { made, fault }: Seen): Promise<MadeDocument> {
  return smallest(made, async (several) => {
    const suspects = several.filter((one) => {
      const { verdict } = judge(htmlOf(one, url), url);
      return fault === 'lost' ? sayHidden.has(verdict) : verdict === 'shown';
    });
    const same = new Set<MadeDocument>();
    for (let at = 0; at < suspects.length; at += BATCH) {
      for (const one of await compare(eye, suspects.slice(at, at + BATCH)))
        if (one.fault === fault) same.add(one.made);
    }
    return several.map((one) => same.has(one));
  });
}
