import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import type { Picture, Seen } from './browser.ts';

const maxShiftPx = 2;

function sameElement(a: Seen, b: Seen): boolean {
  return a.tag === b.tag && a.text === b.text;
}

function shiftPx(a: Seen, b: Seen): number {
  return Math.max(...a.box.map((side, index) => Math.abs(side - (b.box[index] ?? 0))));
}

/** What moved, changed its size or went, among what can be seen; at most ten lines. */
export function differences(before: Picture, after: Picture): readonly string[] {
  const found: string[] = [];
  let other = 0;
  for (const element of before.seen) {
    let at = other;
    while (at < after.seen.length && at < other + 20 && !sameElement(element, after.seen[at] ?? element))
      at += 1;
    const match = after.seen[at];
    const name = `<${element.tag}> ${JSON.stringify(element.text.slice(0, 40))} at ${element.box.map(Math.round).join(',')}`;
    if (match === undefined || !sameElement(element, match)) {
      found.push(`gone: ${name}`);
      continue;
    }
    other = at + 1;
    const shift = shiftPx(element, match);
    if (element.picture && !match.picture) found.push(`picture gone: ${name}`);
    if (shift > maxShiftPx)
      found.push(`${Math.round(shift)} px: ${name} -> ${match.box.map(Math.round).join(',')}`);
  }
  return found.slice(0, 10);
}

/** Pixels that differ between two screenshots; all of the larger one's where the sizes differ by more than a shift. */
export function pixelDifference(
  before: Buffer,
  after: Buffer,
): { readonly pixels: number; readonly image: Buffer } {
  const a = PNG.sync.read(before);
  const b = PNG.sync.read(after);
  const width = Math.min(a.width, b.width);
  const height = Math.min(a.height, b.height);
  const crop = (png: PNG): PNG => {
    const cropped = new PNG({ width, height });
    PNG.bitblt(png, cropped, 0, 0, width, height, 0, 0);
    return cropped;
  };
  const image = new PNG({ width, height });
  const pixels = pixelmatch(crop(a).data, crop(b).data, image.data, width, height, { threshold: 0.1 });
  return { pixels, image: PNG.sync.write(image) };
}

/** What is asked for after cleaning that was not asked for before, less what stood written out in a replaced URL. */
export function newRequests(
  before: Picture,
  after: Picture,
  written: ReadonlySet<string>,
): readonly string[] {
  return [...after.requests].filter((url) => !before.requests.has(url) && !written.has(url));
}
