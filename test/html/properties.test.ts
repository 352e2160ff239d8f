import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neutralise, removeTag, scanHtml } from '../../src/html/index.ts';
import { applyEdits, cleanOfTracker, isTracker } from './apply.ts';

const WORDS = [
  '<',
  '>',
  '</',
  '/>',
  '<!--',
  '-->',
  '--!>',
  '--',
  '<![CDATA[',
  ']]>',
  '<?',
  '<!',
  '"',
  "'",
  '=',
  ' ',
  '\n',
  '/',
  '&',
  '&quot;',
  '&lt;',
  '&#104;',
  ';',
  '\\',
  '(',
  ')',
  '{',
  '}',
  '\0',
  '<img src=',
  '<img ',
  '<a href=',
  '<svg>',
  '<math>',
  '<style>',
  '</style>',
  '<title>',
  '</title>',
  '<noscript>',
  '<template>',
  '<iframe srcdoc=',
  '<base href=',
  '<link rel=stylesheet href=',
  '<body background=',
  ' src=',
  ' srcset=',
  ' style=',
  ' alt=',
  ' hidden',
  ' xlink:href=',
  'background:',
  'url(',
  "@import '",
  'image-set(',
  '1x,',
  'data:text/html,',
  'x',
  'p',
  'https://tracker.example/a',
  '//tracker.example/b',
  'https://good.example/c',
  'cid:d',
  'e.png',
] as const;

/** Texts over what the finder looks at, so that odd neighbours are common. */
const markup = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(''));

const runs = { numRuns: 3000 };

/** What the text can make some client ask for, links apart. */
function remote(text: string): ReadonlySet<string> {
  const loads = scanHtml(text).places.filter(
    (place) => place.channel !== 'anchor' && place.channel !== 'form',
  );
  return new Set(loads.flatMap((place) => place.urls));
}

describe('what holds for every text', () => {
  it('never throws, and every span lies in the text', () => {
    fc.assert(
      fc.property(markup, (text) => {
        for (const place of scanHtml(text).places) {
          expect(place.span.start).toBeGreaterThanOrEqual(0);
          expect(place.span.end).toBeGreaterThanOrEqual(place.span.start);
          expect(place.span.end).toBeLessThanOrEqual(text.length);
        }
      }),
      runs,
    );
  });

  it('finds nothing of the tracker in what was cleaned of it, and a second time changes nothing', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const cleaned = cleanOfTracker(text);
        const left = scanHtml(cleaned).places.filter(
          (place) => place.channel !== 'anchor' && place.channel !== 'form' && isTracker(place),
        );
        expect(left.map((place) => place.value)).toEqual([]);
        expect(cleanOfTracker(cleaned)).toBe(cleaned);
      }),
      runs,
    );
  });

  it('wakes nothing: what the cleaned text asks for, the original asked for', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const before = remote(text);
        for (const url of remote(cleanOfTracker(text))) expect(before).toContain(url);
      }),
      runs,
    );
  });

  it('cuts no quote, angle bracket or comment end where readings differ', () => {
    fc.assert(
      fc.property(markup, (text) => {
        for (const place of scanHtml(text).places.filter((one) => one.doubtful)) {
          expect(removeTag(place)).toBeUndefined();
          for (const edit of neutralise(place)) {
            expect(text.slice(edit.start, edit.end)).not.toMatch(/[<>"'`]|--/);
          }
        }
      }),
      runs,
    );
  });

  it('edits the part of the text that it says, and no more', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const places = scanHtml(text).places.filter(isTracker);
        const edits = places.flatMap((place) => [...neutralise(place)]);
        for (const edit of edits) expect(edit.start).toBeLessThanOrEqual(edit.end);
        expect(applyEdits(text, [])).toBe(text);
        const kept = applyEdits(
          text,
          edits.map((edit) => ({ ...edit, replacement: '' })),
        );
        expect(kept.length).toBeLessThanOrEqual(text.length);
      }),
      runs,
    );
  });
});
