import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';

/** A document as a browser gets it from a mail client. */
export interface Shown {
  readonly id: string;
  readonly body: string | Buffer;
  readonly contentType: string;
}

const ORIGIN = 'http://mail.test';
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
  '--host-resolver-rules=MAP * ~NOTFOUND',
];

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why the browser tests cannot run here; undefined: they can. */
export function whyNoChromium(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : `no ${CHROMIUM} (apt-get install chromium, or set CHROMIUM)`;
}

const FRAMES_OF_A_PAGE = 40;
const MOST_ROUNDS = 20;

/** What the reader does with the message while it is watched. */
export type Phase = 'load' | 'scroll' | 'dark' | 'narrow' | 'print' | 'hover';

const STEPS: Readonly<Record<Phase, (page: Page) => Promise<unknown>>> = {
  load: () => Promise.resolve(),
  scroll: (page) => page.mouse.wheel(0, 20_000),
  dark: (page) => page.emulateMedia({ colorScheme: 'dark' }),
  narrow: (page) => page.setViewportSize({ width: 360, height: 640 }),
  print: (page) => page.emulateMedia({ media: 'print' }),
  hover: (page) => page.mouse.move(20, 20),
};

/** Runs documents through Chromium with script off and every request held back and answered here: nothing leaves the machine. */
export class Watcher {
  readonly #browser: Browser;
  readonly #phases: readonly Phase[];
  readonly #settleMs: number;

  private constructor(browser: Browser, phases: readonly Phase[], settleMs: number) {
    this.#browser = browser;
    this.#phases = phases;
    this.#settleMs = settleMs;
  }

  static async start(phases: readonly Phase[] = ['load'], settleMs = 120): Promise<Watcher> {
    const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: ARGUMENTS });
    return new Watcher(browser, phases, settleMs);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }

  /**
   * The URLs that the documents request from elsewhere. Many are shown in frames of one page, as a page of its own costs a process; what a
   * browser does for whole pages only (icons, manifests, refresh) needs `alone`.
   */
  async requests(documents: readonly Shown[], alone = false): Promise<readonly string[]> {
    const context = await this.#browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 1000, height: 700 },
    });
    const seen = new Set<string>();
    const size = alone ? 1 : FRAMES_OF_A_PAGE;
    for (let at = 0; at < documents.length; at += size) {
      await this.#watch(context, documents.slice(at, at + size), seen);
    }
    await context.close();
    return [...seen];
  }

  async #watch(context: BrowserContext, shown: readonly Shown[], seen: Set<string>): Promise<void> {
    const page = await context.newPage();
    const homes = new Map(shown.map((one) => [`${ORIGIN}/${encodeURIComponent(one.id)}`, one]));
    const frames = [...homes.keys()].map((home) => `<iframe width=400 height=200 src="${home}"></iframe>`);
    const index: Shown = { id: '', body: frames.join(''), contentType: 'text/html' };
    const [only = ''] = homes.keys();
    const first = shown.length === 1 ? only : `${ORIGIN}/`;
    homes.set(`${ORIGIN}/`, index);
    await page.route('**/*', (route) => answer(route, homes, seen));
    let asked = 0;
    page.on('request', () => (asked += 1));
    await page.goto(first, { waitUntil: 'load', timeout: 60_000 }).catch(() => undefined);
    for (const phase of this.#phases) {
      await STEPS[phase](page).catch(() => undefined);
      await this.#quiet(page, () => asked);
    }
    await page.close();
  }

  /** A busy machine is slow: what counts is that nothing more is asked for, for a while. */
  async #quiet(page: Page, asked: () => number): Promise<void> {
    let before = asked();
    await page.waitForTimeout(this.#settleMs);
    for (let round = 1; round < MOST_ROUNDS && before !== asked(); round += 1) {
      before = asked();
      await page.waitForTimeout(this.#settleMs);
    }
  }
}

async function answer(route: Route, homes: ReadonlyMap<string, Shown>, seen: Set<string>): Promise<void> {
  const request = route.request();
  const url = request.url();
  const shown = homes.get(url);
  if (shown !== undefined) {
    await route.fulfill({ contentType: shown.contentType, body: shown.body }).catch(() => undefined);
    return;
  }
  // What stands in the place of a load is asked for, and never leaves the browser.
  if (!url.startsWith(ORIGIN) && !url.startsWith('about:')) seen.add(url);
  // A meta refresh would leave the page: that it was asked for is all there is to know.
  if (request.isNavigationRequest() && request.frame().parentFrame() === null) {
    await route.abort('aborted').catch(() => undefined);
    return;
  }
  const type = request.resourceType();
  const reply =
    type === 'image'
      ? { contentType: 'image/gif', body: PIXEL }
      : { contentType: type === 'stylesheet' ? 'text/css' : 'text/html', body: '' };
  await route.fulfill({ ...reply, headers: { 'access-control-allow-origin': '*' } }).catch(() => undefined);
}
