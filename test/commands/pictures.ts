/**
 * `npm run pictures -- DIR [--pixels] [--out FOLDER]`: renders every HTML text that cleaning changes, before and after, in Chromium (scripts off, every
 * request answered by us), and lists the messages in which something visible moves or changes by more than 2 px, or that ask for something
 * new. `--pixels` compares screenshots of all, too; with `--out`, both pictures of what differs and the difference are written there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Page } from 'playwright-core';
import { whyNoChromium } from '../html/chromium.ts';
import { startChromium, stillPage, takePicture } from '../pictures/browser.ts';
import { differences, newRequests, pixelDifference } from '../pictures/compare.ts';
import { changedTexts, type ChangedMail, type ChangedText } from '../pictures/html-texts.ts';
import { mailFiles, readAsReceived } from './mail-files.ts';

const args = process.argv.slice(2);
const outAt = args.indexOf('--out');
const out = outAt < 0 ? undefined : args[outAt + 1];
const root = args.find((arg, index) => !arg.startsWith('--') && (outAt < 0 || index !== outAt + 1));
if (root === undefined) {
  console.error('usage: npm run pictures -- DIR [--pixels] [--out FOLDER]');
  process.exit(64);
}
const missing = whyNoChromium();
if (missing !== undefined) {
  console.error(`pictures: ${missing}`);
  process.exit(69);
}

const minPixels = 40;
const attempts = 3;
const totals = { messages: 0, edited: 0, texts: 0, differ: 0, requests: 0, failed: 0 };

function keep(name: string, pictures: Readonly<Record<string, Buffer>>): void {
  if (out === undefined) return;
  mkdirSync(out, { recursive: true });
  for (const [suffix, octets] of Object.entries(pictures)) {
    writeFileSync(join(out, `${name.replace(/[^\w.-]/g, '_')}.${suffix}.png`), octets);
  }
}

/** Screenshots cost more than all the rest: only of what differs already, or of all with `--pixels`. */
async function pixelLines(
  page: Page,
  name: string,
  mail: ChangedMail,
  text: ChangedText,
): Promise<readonly string[]> {
  const before = await takePicture(page, text.before, mail.gone, true);
  const after = await takePicture(page, text.after, mail.gone, true);
  if (before.screenshot === undefined || after.screenshot === undefined) return [];
  const { pixels, image } = pixelDifference(before.screenshot, after.screenshot);
  if (pixels <= minPixels) return [];
  keep(`${name}.${text.part}`, { before: before.screenshot, after: after.screenshot, diff: image });
  return [`${pixels} pixels differ`];
}

async function compare(page: Page, name: string, mail: ChangedMail, text: ChangedText): Promise<void> {
  totals.texts += 1;
  let lines: string[] = [];
  let asked: readonly string[] = [];
  // A busy machine shows a text in a fallback font now and then: what differs must do so every time.
  for (let count = 0; count < attempts; count += 1) {
    const before = await takePicture(page, text.before, mail.gone, false);
    const after = await takePicture(page, text.after, mail.gone, false);
    lines = [...differences(before, after)];
    asked = newRequests(before, after, mail.written);
    if (lines.length + asked.length === 0) break;
  }
  if (args.includes('--pixels') || (lines.length > 0 && out !== undefined)) {
    lines.push(...(await pixelLines(page, name, mail, text)));
  }
  if (lines.length > 0) totals.differ += 1;
  if (asked.length > 0) totals.requests += 1;
  if (lines.length + asked.length === 0) return;
  console.log(`${name} part ${text.part}`);
  for (const line of lines) console.log(`  ${line}`);
  for (const url of asked.slice(0, 5)) console.log(`  new request: ${url.slice(0, 200)}`);
}

const browser = await startChromium();
let page = await stillPage(browser);
for (const file of mailFiles(root)) {
  totals.messages += 1;
  const mail = changedTexts(readAsReceived(file));
  if (mail.texts.length > 0) totals.edited += 1;
  if (process.stderr.isTTY && totals.messages % 10 === 0) process.stderr.write(`\r${totals.messages}`);
  for (const text of mail.texts) {
    try {
      await compare(page, relative(root, file) || file, mail, text);
    } catch (error) {
      totals.failed += 1;
      console.log(
        `${relative(root, file)} part ${text.part}: no picture (${(error as Error).message.split('\n')[0]})`,
      );
      await page.close().catch(() => undefined);
      page = await stillPage(browser);
    }
  }
}
await browser.close();
console.log(
  `${totals.messages} messages, ${totals.edited} with edited HTML (${totals.texts} texts): ` +
    `${totals.differ} differ, ${totals.requests} ask for something new, ${totals.failed} without a picture`,
);
