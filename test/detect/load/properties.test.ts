import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeLoads } from '../../../src/detect/load/index.ts';
import { amid, hostRule, inputOf, pixelsIn } from './judge.ts';

const pieces = fc.constantFrom(
  '<img src="https://s.example/',
  '<div style="',
  'display:none;',
  'width:1px;height:1e9999px;',
  'clip:rect(0',
  '">',
  "'",
  '<style>.a,#b>[c~="d"]:hover{display:none}',
  '</style>',
  '<!--[if mso]>',
  '-->',
  '@media (x){',
  'url(https://s.example/%zz)',
  '?e=%E0%A4%A&',
  'https%3A%2F%2Fx',
  '<a href="https://s.example/c/1">',
  '\u0000',
  '\ud800',
);
const html = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 60 });
const field = fc.tuple(
  fc.constantFrom('To', 'Cc', 'List-Unsubscribe', 'Return-Path', 'Message-ID', 'X-pmrqc'),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

test('never throws, and says the same twice', () => {
  fc.assert(
    fc.property(html, fc.array(field, { maxLength: 6 }), fc.string(), (parts, fields, recipient) => {
      const input = inputOf({
        html: parts.join(''),
        fields: fields.map(([name, value]) => `${name}: ${value}`),
        recipients: [recipient, `${recipient}@x.example`],
        sender: recipient,
      });
      expect(judgeLoads(input)).toEqual(judgeLoads(input));
    }),
    { numRuns: 300 },
  );
});

test('nothing that a sender writes around a load takes it from an administrator’s rule', () => {
  const url = 'https://tracker.example/x.png';
  fc.assert(
    fc.property(html, (parts) => {
      const found = pixelsIn({ html: `<img src="${url}">${amid(parts.join(''))}`, rules: [hostRule] });
      const own = found.find((one) => one.where.kind === 'place' && one.where.place.value === url);
      expect(own).toMatchObject({ certainty: 'certain', personal: false, rule: 'test.host' });
    }),
    { numRuns: 200 },
  );
});
