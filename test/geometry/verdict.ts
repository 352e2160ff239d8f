import { isShownLater, LoadList } from '../../src/detect/load/load-list.ts';
import { KnownUrls } from '../../src/detect/load/known-url.ts';
import { inputOf } from '../detect/load/judge.ts';

/** What judging takes the picture for: its size where nothing hides it; `sometimes`: hidden, and shown again by what may hold. */
export type Verdict = 'hidden' | 'sometimes' | 'zero' | 'tiny' | 'thin' | 'shown' | 'no box' | 'no load';

export interface Judged {
  readonly verdict: Verdict;
  readonly why: string;
}

export function judge(html: string, url: string): Judged {
  const input = inputOf({ html });
  const { loads } = new LoadList(input, new KnownUrls(input));
  const load = loads.find(({ place }) => place.value === url);
  if (load === undefined) return { verdict: 'no load', why: '' };
  const { box } = load;
  if (box === undefined) return { verdict: 'no box', why: '' };
  const why = box.hidden ?? box.hiddenByAncestor;
  if (why !== undefined)
    return { verdict: box.shownSometimes || isShownLater(load) ? 'sometimes' : 'hidden', why };
  const { size } = box;
  if (size === 'zero' || size === 'tiny' || size === 'thin') return { verdict: size, why: '' };
  return { verdict: 'shown', why: '' };
}
