import { chromium, type Browser, type Page, type Route } from 'playwright-core';
import { PNG } from 'pngjs';
import { CHROMIUM } from '../html/chromium.ts';

/** A page of our own origin, so that a relative URL of a message asks nobody. */
const origin = 'http://message.invalid';

/** What is seen of an element: its name and its box, in CSS pixels of the page. */
export interface Seen {
  readonly tag: string;
  readonly text: string;
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** A picture is shown: an image that came, or a background. */
  readonly picture: boolean;
}

export interface Picture {
  readonly seen: readonly Seen[];
  readonly requests: ReadonlySet<string>;
  readonly screenshot: Buffer | undefined;
}

/** Nothing leaves the machine: not even names are looked up. */
export async function startChromium(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
    '--host-resolver-rules=MAP * ~NOTFOUND',
  ];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** A page without scripts in which nothing moves by itself: animations stand at their start. */
export async function stillPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 800, height: 900 },
  });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Animation.enable');
  await session.send('Animation.setPlaybackRate', { playbackRate: 0 });
  return page;
}

const images = new Map<string, Buffer>();

/** A plain grey picture. */
function neutralImage(width: number, height: number): Buffer {
  const key = `${width}x${height}`;
  const known = images.get(key);
  if (known !== undefined) return known;
  const png = new PNG({ width, height });
  for (let at = 0; at < png.data.length; at += 4) png.data.set([200, 200, 200, 255], at);
  const octets = PNG.sync.write(png);
  images.set(key, octets);
  return octets;
}

async function answer(route: Route, gone: ReadonlySet<string>): Promise<void> {
  const request = route.request();
  switch (request.resourceType()) {
    case 'image': {
      // What was taken away showed nothing: a picture of a size would move the page where no size is declared.
      const [width, height] = gone.has(request.url()) ? [1, 1] : [160, 80];
      await route.fulfill({ contentType: 'image/png', body: neutralImage(width, height) });
      return;
    }
    case 'stylesheet':
      await route.fulfill({ contentType: 'text/css', body: '' });
      return;
    default:
      await route.abort();
  }
}

/** Runs in the page, where the types of this project do not reach: a text. */
const lookAround = String.raw`(() => {
  const seen = [];
  for (const element of document.querySelectorAll('body *')) {
    const box = element.getBoundingClientRect();
    if (box.width <= 3 || box.height <= 3) continue;
    const style = getComputedStyle(element);
    if (style.visibility !== 'visible' || Number(style.opacity) <= 0.05) continue;
    const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.nodeValue);
    seen.push({
      tag: element.tagName.toLowerCase(),
      text: own.join(' ').replace(/\s+/g, ' ').trim().slice(0, 80),
      box: [box.x + scrollX, box.y + scrollY, box.width, box.height],
      picture: element.naturalWidth > 1 || style.backgroundImage !== 'none',
    });
  }
  return seen;
})()`;

const maxHeightPx = 6000;

async function shoot(page: Page): Promise<Buffer> {
  const height: number = await page.evaluate('document.documentElement.scrollHeight');
  const clip = { x: 0, y: 0, width: 800, height: Math.min(Math.max(height, 1), maxHeightPx) };
  return page.screenshot({ fullPage: true, clip, timeout: 20_000 });
}

/** Renders a text without scripts, every request answered by us and noted. */
export async function takePicture(
  page: Page,
  html: string,
  gone: ReadonlySet<string>,
  withScreenshot: boolean,
): Promise<Picture> {
  const requests = new Set<string>();
  const document = `${origin}/`;
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (
      url === document &&
      route.request().isNavigationRequest() &&
      route.request().frame() === page.mainFrame()
    ) {
      await route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
      return;
    }
    if (!url.startsWith(origin)) requests.add(url);
    await answer(route, gone).catch(() => undefined);
  });
  await page.goto(document, { waitUntil: 'load', timeout: 20_000 }).catch(() => undefined);
  await page.waitForTimeout(60);
  const seen: Seen[] = await page.evaluate(lookAround);
  const screenshot = withScreenshot ? await shoot(page) : undefined;
  return { seen, requests, screenshot };
}
