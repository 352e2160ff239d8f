import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/detect/finding.ts';
import type { Place } from '../../src/html/place.ts';
import { decide, defaultPolicy } from '../../src/policy/index.ts';
import type { AllowEntry, Policy } from '../../src/policy/index.ts';

const place: Place = {
  channel: 'image',
  element: undefined,
  attribute: undefined,
  value: 'https://click.example.com/x',
  urls: ['https://click.example.com/x'],
  span: { start: 0, end: 27 },
  layers: [],
  doubtful: false,
};
const base = {
  certainty: 'certain',
  operator: 'Acme',
  rule: 'acme.open',
  evidence: [],
  where: { kind: 'place', part: '1', reading: 0, place },
} as const;
const pixel: Finding = { ...base, kind: 'pixel', personal: false, needless: false };
const link: Finding = { ...base, kind: 'link', redirect: 'named', destination: 'https://www.example.org/' };
const param: Finding = { ...base, kind: 'param', names: ['utm_source'], result: 'https://www.example.org/' };
const receipt: Finding = {
  ...base,
  kind: 'receipt',
  where: { kind: 'field', name: 'x', span: { start: 0, end: 1 } },
};

const rows: readonly {
  name: string;
  finding: Finding;
  policy?: Partial<Policy>;
  wish: string;
  because: string;
}[] = [
  { name: 'certain pixel', finding: pixel, wish: 'remove', because: 'policy default: pixels=act' },
  {
    name: 'possible pixel',
    finding: { ...pixel, certainty: 'possible' },
    wish: 'keep',
    because: 'thresholds.pixels=probable',
  },
  {
    name: 'possible pixel, lower threshold',
    finding: { ...pixel, certainty: 'possible' },
    policy: { pixelThreshold: 'possible' },
    wish: 'remove',
    because: 'pixels=act',
  },
  {
    name: 'pixels: report',
    finding: pixel,
    policy: { pixels: 'report' },
    wish: 'keep',
    because: 'pixels=report',
  },
  {
    name: 'needless load of little certainty',
    finding: { ...pixel, certainty: 'possible', needless: true },
    wish: 'remove',
    because: 'pixels=act',
  },
  {
    name: 'personal image',
    finding: { ...pixel, personal: true },
    wish: 'keep',
    because: 'personal_images=keep',
  },
  {
    name: 'personal image neutralised',
    finding: { ...pixel, personal: true },
    policy: { personalImages: 'neutralise' },
    wish: 'remove',
    because: 'personal_images=neutralise',
  },
  {
    name: 'image behind a counter',
    finding: { ...pixel, destination: 'https://a.example.org/x.png' },
    wish: 'rewrite',
    because: 'pixels=act',
  },
  { name: 'named redirect', finding: link, wish: 'rewrite', because: 'links.named=act' },
  {
    name: 'guarded redirect',
    finding: { ...link, guard: 'unsubscribe' },
    wish: 'keep',
    because: 'guard unsubscribe',
  },
  {
    name: 'generic, certain',
    finding: { ...link, redirect: 'generic' },
    wish: 'rewrite',
    because: 'links.generic=act',
  },
  {
    name: 'generic, probable',
    finding: { ...link, redirect: 'generic', certainty: 'probable' },
    wish: 'keep',
    because: 'thresholds.generic=certain',
  },
  {
    name: 'affiliate',
    finding: { ...link, redirect: 'affiliate' },
    wish: 'keep',
    because: 'links.affiliate=keep',
  },
  {
    name: 'protective',
    finding: { ...link, redirect: 'protective' },
    wish: 'keep',
    because: 'links.protective=keep',
  },
  {
    name: 'protective of others',
    finding: { ...link, redirect: 'protective' },
    policy: { links: { ...defaultPolicy.links, protective: 'foreign' } },
    wish: 'rewrite',
    because: 'links.protective=foreign',
  },
  {
    name: 'protective of our own',
    finding: { ...link, redirect: 'protective' },
    policy: { links: { ...defaultPolicy.links, protective: 'foreign' }, ownRewriters: ['*.example.com'] },
    wish: 'keep',
    because: 'links.protective=foreign',
  },
  { name: 'params', finding: param, wish: 'rewrite', because: 'params=act' },
  { name: 'receipt', finding: receipt, wish: 'keep', because: 'receipts=keep' },
  {
    name: 'receipt removed',
    finding: receipt,
    policy: { receipts: 'remove' },
    wish: 'remove',
    because: 'receipts=remove',
  },
];

const allowRows: readonly { name: string; entry: AllowEntry; wish: string; domains?: readonly string[] }[] = [
  { name: 'by operator', entry: { operator: 'acme' }, wish: 'keep' },
  { name: 'by rule', entry: { rule: 'acme.open' }, wish: 'keep' },
  { name: 'by host', entry: { host: '*.example.com' }, wish: 'keep' },
  { name: 'another operator', entry: { operator: 'Other' }, wish: 'remove' },
  { name: 'all fields must match', entry: { operator: 'acme', rule: 'other' }, wish: 'remove' },
  { name: 'empty entry', entry: {}, wish: 'remove' },
  { name: 'still valid', entry: { operator: 'acme', until: '2026-12-01' }, wish: 'keep' },
  { name: 'run out', entry: { operator: 'acme', until: '2026-11-24' }, wish: 'remove' },
  {
    name: 'by sender, authenticated',
    entry: { sender: 'shop.example' },
    wish: 'keep',
    domains: ['shop.example'],
  },
  { name: 'by sender, forged', entry: { sender: 'shop.example' }, wish: 'remove' },
];

describe('what a policy decides', () => {
  it.each(rows)('$name: $wish', ({ finding, policy, wish, because }) => {
    const decision = decide(
      finding,
      { ...defaultPolicy, ...policy },
      { sender: '', authenticatedDomains: [] },
    );
    expect(decision.wish).toBe(wish);
    expect(decision.because).toContain(because);
  });

  it.each(allowRows)('allow $name: $wish', ({ entry, wish, domains }) => {
    const context = { sender: 'news@shop.example', authenticatedDomains: domains ?? [], today: '2026-11-24' };
    expect(decide(pixel, { ...defaultPolicy, allow: [entry] }, context).wish).toBe(wish);
  });

  it('cuts the parameters of a destination only where the link is rewritten', () => {
    const context = { sender: '', authenticatedDomains: [] };
    const kept = { wish: 'keep', because: 'links.protective=keep' } as const;
    expect(decide(param, defaultPolicy, context, kept)).toEqual(kept);
    expect(decide(param, defaultPolicy, context, { wish: 'rewrite', because: '' }).wish).toBe('rewrite');
  });
});
