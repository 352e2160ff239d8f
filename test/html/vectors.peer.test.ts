import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanOfTracker } from './apply.ts';
import { Watcher, whyNoChromium } from './chromium.ts';
import type { Shown } from './chromium.ts';
import { families, isXml, showsAlone } from './vector-files.ts';
import { cleanedDocument } from './whole-way.ts';

const missing = whyNoChromium();
if (missing !== undefined) console.log(`vectors are not shown in a browser: ${missing}`);

/** Hosts of loads that vectors have beside the tracker's, which stay. */
const OTHERS = /^https:\/\/(?:good|g\d)\.example\//;
const TYPE = 'text/html; charset=utf-8';

describe.skipIf(missing !== undefined)('no vector makes a request once its loads are taken out', () => {
  let watcher: Watcher | undefined;

  beforeAll(async () => {
    watcher = await Watcher.start(['load', 'scroll', 'print'], 300);
  });
  afterAll(() => watcher?.stop());

  async function requests(documents: readonly Shown[], alone: boolean): Promise<readonly string[]> {
    const all = (await watcher?.requests(documents, alone)) ?? ['no browser'];
    return all.filter((url) => !OTHERS.test(url));
  }

  it.for(families())('$family: $about', { timeout: 120_000 }, async ({ rows }) => {
    for (const alone of [false, true]) {
      const documents = rows
        .filter((row) => showsAlone(row.html) === alone)
        .map((row) => ({
          id: row.id,
          body: cleanOfTracker(row.html, { xml: isXml(row) }),
          contentType: row.contentType ?? TYPE,
        }));
      expect(await requests(documents, alone)).toEqual([]);
    }
  });

  it('nor on the whole way of a message', { timeout: 120_000 }, async () => {
    const documents = families()
      .filter((one) => one.family !== 'xml')
      .flatMap((one) => one.rows)
      .filter((row, index) => index % 3 === 0 && !showsAlone(row.html))
      .map((row) => ({ id: row.id, body: cleanedDocument(Buffer.from(row.html), TYPE), contentType: TYPE }));
    expect(await requests(documents, false)).toEqual([]);
  });
});
