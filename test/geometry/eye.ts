import type { Browser, CDPSession, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { htmlOf, type MadeDocument } from './documents.ts';

/** What is seen of a picture: nothing, a line or dot that nobody looks at, or a picture; `absent`: its element is not on the page. */
export type Sight = 'absent' | 'unseen' | 'speck' | 'seen';

/** A picture of one loud colour, which nothing else on a page has. */
const COLOUR = encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60"><rect width="120" height="60" fill="#f0f"/></svg>',
);
const loudPicture = `data:image/svg+xml,${COLOUR}`;
/** Put into the tag that bears it. */
const mark = ' data-bears-it';

const frameHeightPx = 160;
const widthsPx = [800, 400];
/** Of each frame, as much is photographed. */
const tileWidthPx = 280;
const fewPixels = 4;
const maxLinePx = 4;
/** Documents that are looked at together. */
export const BATCH = 24;

/** Puts documents into frames, each at every width, and waits for what they load. */
const showAll = String.raw`async ([htmls, widths, height]) => {
  document.body.replaceChildren();
  document.body.style.margin = 0;
  const frames = htmls.flatMap((html) => widths.map((width) => ({ html, width })));
  await Promise.all(frames.map(({ html, width }) => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'position:absolute;left:-5000px;top:0;border:0;transform-origin:0 0;width:' + width + 'px;height:' + height + 'px';
    document.body.append(frame);
    frame.contentDocument.open();
    frame.contentWindow.addEventListener('load', resolve);
    frame.contentDocument.write(html);
    frame.contentDocument.close();
    setTimeout(resolve, 2000);
  })));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}`;

/** Scrolls each frame to its picture, as far as it can be scrolled to, and puts those that may show it below one another. */
const lineUp = String.raw`([height, tile]) => {
  let top = 0;
  return [...document.querySelectorAll('iframe')].map((frame) => {
    const inner = frame.contentDocument;
    const bearer = inner.querySelector('[data-bears-it]');
    frame.style.display = 'block';
    frame.style.left = '-5000px';
    if (bearer === null) return -2;
    const box = bearer.getBoundingClientRect();
    if (bearer !== inner.body) {
      if (box.width * box.height === 0) return -1;
      frame.contentWindow.scrollTo(box.x - 40, box.y - 40);
      const now = bearer.getBoundingClientRect();
      if (now.x >= frame.clientWidth + 40 || now.y >= height + 40 || now.right <= -40 || now.bottom <= -40) return -1;
    }
    const { x, width } = bearer.getBoundingClientRect();
    const scale = Math.min(1, tile / (width + 80));
    frame.style.transform = 'scale(' + scale + ')';
    frame.style.left = (40 - x) * scale + 'px';
    frame.style.top = top + 'px';
    top += height;
    return top - height;
  });
}`;

function sightIn({ width, data }: PNG, top: number): Sight {
  let count = 0;
  let [left, first, right, last] = [width, Infinity, -1, -1];
  const end = (top + frameHeightPx) * width * 4;
  for (let at = top * width * 4; at < end; at += 4) {
    if (Math.min(data[at] ?? 0, data[at + 2] ?? 0) - (data[at + 1] ?? 0) <= 8) continue;
    const pixel = at / 4;
    const x = pixel % width;
    const y = (pixel - x) / width;
    count += 1;
    left = Math.min(left, x);
    right = Math.max(right, x);
    first = Math.min(first, y);
    last = Math.max(last, y);
  }
  if (count <= fewPixels) return 'unseen';
  return right - left < maxLinePx || last - first < maxLinePx ? 'speck' : 'seen';
}

const order: readonly Sight[] = ['absent', 'unseen', 'speck', 'seen'];

/** A window of Chromium in which documents are looked at. */
export class Eye {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async open(browser: Browser): Promise<Eye> {
    const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
    const page = await context.newPage();
    return new Eye(page, await context.newCDPSession(page));
  }

  /** How much of its picture each document shows, at the width that shows most of it and wherever one scrolls to; `BATCH` at most. */
  async look(all: readonly MadeDocument[]): Promise<readonly Sight[]> {
    const htmls = all.map((made) => htmlOf(made, loudPicture, mark));
    await this.#page.evaluate(`(${showAll})(${JSON.stringify([htmls, widthsPx, frameHeightPx])})`);
    const tops: readonly number[] = await this.#page.evaluate(
      `(${lineUp})([${frameHeightPx}, ${tileWidthPx}])`,
    );
    const height = Math.max(...tops) + frameHeightPx;
    const picture = height < frameHeightPx ? undefined : await this.#shoot(height);
    const sights = tops.map((top): Sight => {
      if (top < -1) return 'absent';
      return top < 0 || picture === undefined ? 'unseen' : sightIn(picture, top);
    });
    return all.map((_, at) => {
      const own = sights.slice(at * widthsPx.length, (at + 1) * widthsPx.length);
      return own.reduce((a, b) => (order.indexOf(a) > order.indexOf(b) ? a : b));
    });
  }

  async #shoot(height: number): Promise<PNG> {
    const clip = { x: 0, y: 0, width: tileWidthPx, height, scale: 1 };
    const { data } = await this.#session.send('Page.captureScreenshot', {
      clip,
      captureBeyondViewport: true,
      optimizeForSpeed: true,
    });
    return PNG.sync.read(Buffer.from(data, 'base64'));
  }
}
