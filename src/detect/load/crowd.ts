import type { Place } from '../../html/place.ts';
import type { DetectInput } from '../input.ts';

/**
 * Different URLs of loads that are judged in a message; nobody's mail has as many. Judging one takes as long as hundreds of characters of a
 * newsletter, and a sender who could have any number judged would buy the time of the whole message with them.
 */
const maxUrls = 10_000;

/** Tells the loads with the first so many URLs from the crowd behind them. */
export class FirstUrls {
  /** undefined where the message has no more. */
  readonly #seen: Set<string> | undefined;

  constructor({ texts }: DetectInput) {
    let urls = 0;
    for (const { places } of texts) for (const place of places) urls += place.urls.length;
    if (urls > maxUrls) this.#seen = new Set();
  }

  /** Whether the place has a URL that is one too many. To be asked in the order of the texts. */
  isCrowd({ urls, channel }: Place): boolean {
    const seen = this.#seen;
    if (seen === undefined || channel === 'tail') return false;
    const fresh = urls.filter((href) => !seen.has(href));
    if (seen.size + fresh.length > maxUrls) return fresh.length > 0;
    for (const href of fresh) seen.add(href);
    return false;
  }
}
