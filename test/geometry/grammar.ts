import type { Dice } from './dice.ts';
import { PICTURE, type MadeDocument, type MadeElement, type MadeRule } from './documents.ts';
import { COMMON, OF_BACKGROUNDS, OF_BOXES, VALUES } from './values.ts';

type Styles = readonly (readonly [name: string, value: string])[];

const words = (text: string): readonly string[] => text.split(' ');

/** Ways to hide that are made of several declarations, which chance would put together too seldom: `name=value|value name=...`. */
const idioms = [
  'position=absolute|relative|fixed left=*',
  'position=absolute|relative|fixed top=*',
  'position=absolute|relative right=*',
  'height=0|1px|2px|5px|60px overflow=hidden|clip|auto|visible',
  'width=0|1px|2px|5px|60px overflow=hidden|clip|auto|visible',
  'max-height=0|1px|0px|60px overflow=hidden|clip|visible',
  'font-size=0 line-height=0',
  'font-size=0 max-height=0 overflow=hidden mso-hide=all',
  'display=flex|grid|inline-block|block width=*',
  'display=none display=block|none|inline|foo',
  'position=absolute|static clip=*',
  'display=grid grid-template-columns=0 overflow=hidden|visible',
  'height=0 padding-bottom=56%|0|1px overflow=hidden',
  'width=1px|0|2px height=1px|0|60px|auto',
].map((one) => words(one).map((part) => part.split('=')));

function valueOf(dice: Dice, name: string): string {
  return dice.one(VALUES.get(name) ?? ['0']);
}

function styles(dice: Dice, most: number, isBackground: boolean): Styles {
  const all: (readonly [string, string])[] = [];
  if (dice.chance(0.3)) {
    for (const [name = '', value = ''] of dice.one(idioms))
      all.push([name, value === '*' ? valueOf(dice, name) : dice.one(value.split('|'))]);
  }
  for (let count = dice.below(most + 1); count > 0; count -= 1) {
    const usual = dice.chance(0.6) ? COMMON : OF_BOXES;
    const name = dice.one(isBackground && dice.chance(0.4) ? OF_BACKGROUNDS : usual);
    all.push([name, `${valueOf(dice, name)}${dice.chance(0.04) ? ' !important' : ''}`]);
  }
  return all;
}

/** What is around a picture; tables and lists as a whole. */
const groups = (
  'div,div,div,p,span,span,a,center,b,font,section,h1,button,label,fieldset,blockquote,details,dialog,details summary,' +
  'table tr td,table tr td,table tbody tr td,ul li,dl dd'
)
  .split(',')
  .map(words);
const sized: ReadonlySet<string> = new Set(['table', 'td', 'img', 'input']);
const sizes = words('0 1 2 3 9 60 200 100% 0% 50% 1px 60px 1% auto');

function attributes(dice: Dice, tag: string, at: number): Styles {
  const all: (readonly [string, string])[] = [['class', `c${at}`]];
  if (tag === 'a') all.push(['href', '#x']);
  if (dice.chance(0.03)) all.push([dice.one(['hidden', 'popover', 'open']), '']);
  if (sized.has(tag)) {
    const isPicture = tag === 'img' || tag === 'input';
    if (dice.chance(isPicture ? 0.5 : 0.15)) all.push(['width', dice.one(sizes)]);
    if (dice.chance(isPicture ? 0.4 : 0.1)) all.push(['height', dice.one(sizes)]);
  }
  return all;
}

function element(dice: Dice, tag: string, at: number): MadeElement {
  return {
    tag,
    attributes: attributes(dice, tag, at),
    styles: dice.chance(0.45) ? styles(dice, 2, false) : [],
  };
}

function picture(dice: Dice, tag: 'img' | 'input', at: number): MadeElement {
  const type: Styles = tag === 'input' ? [['type', 'image']] : [];
  return {
    tag,
    attributes: [...type, ['src', PICTURE], ...attributes(dice, tag, at)],
    styles: styles(dice, 3, false),
  };
}

function background(dice: Dice, at: number): readonly MadeElement[] {
  const shown: Styles = styles(dice, 3, true);
  if (dice.chance(0.4)) {
    const cell = attributes(dice, 'td', at + 2);
    return [
      element(dice, 'table', at),
      element(dice, 'tr', at + 1),
      { tag: 'td', attributes: [['background', PICTURE], ...cell], styles: shown },
    ];
  }
  const shape: Styles = [
    ['width', '90px'],
    ['height', '60px'],
  ];
  const own: readonly [string, string] = [dice.one(['background', 'background-image']), `url(${PICTURE})`];
  const tag = dice.one(words('div div span p a'));
  return [
    {
      tag,
      attributes: attributes(dice, tag, at),
      styles: [own, ...(dice.chance(0.5) ? shape : []), ...shown],
    },
  ];
}

const conditions =
  '@media screen|@media (min-width:1px)|@media print|@media (max-width:600px)|@media all|@supports (display:grid)|@layer a|@layer b|@supports (foo:bar)';

function rule(dice: Dice, elements: readonly MadeElement[]): MadeRule {
  const at = dice.chance(0.5) ? elements.length - 1 : dice.below(elements.length);
  const tag = elements[at]?.tag ?? 'div';
  const own = `.c${at}`;
  const outer = `.c${dice.below(at + 1)}`;
  const selector = dice.one([
    ...[own, own, own, tag, `${tag}${own}`, `${outer} ${own}`, `${outer} > ${tag}`, `${outer} ${tag}`, '*'],
    ...[`:not(.z)${own}`, `[class=c${at}]`, `${own}${own}`, `body ${own}`, `${own}:hover`, `:is(${own},#z)`],
  ]);
  return {
    around: dice.chance(0.25) ? [dice.one(conditions.split('|'))] : [],
    selector,
    styles: styles(dice, 2, false),
  };
}

/** The custom properties that values refer to. */
const variables: MadeRule = {
  around: [],
  selector: ':root',
  styles: [
    ['--a', '0'],
    ['--d', '-9999px'],
  ],
};

export function makeDocument(dice: Dice): MadeDocument {
  const elements: MadeElement[] = [];
  for (let count = dice.below(3); count > 0; count -= 1)
    for (const tag of dice.one(groups)) elements.push(element(dice, tag, elements.length));
  const at = elements.length;
  if (dice.chance(0.75)) elements.push(picture(dice, dice.chance(0.95) ? 'img' : 'input', at));
  else elements.push(...background(dice, at));
  const rules: MadeRule[] = [];
  for (let count = dice.chance(0.5) ? 0 : 1 + dice.below(2); count > 0; count -= 1)
    rules.push(rule(dice, elements));
  const all: MadeDocument = { doctype: dice.chance(0.5), rules, elements };
  return JSON.stringify(all).includes('var(--') ? { ...all, rules: [variables, ...rules] } : all;
}
