import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportField } from '../../src/clean/index.ts';

const none = { pixels: 0, links: 0, params: 0, receipts: 0, opaque: 0, kept: 0 };
const newsletter = { ...none, pixels: 1, links: 12, params: 30, opaque: 2, kept: 1 };

type Content = Parameters<typeof reportField>[2];

const rows: readonly { name: string; content: Content; field: string }[] = [
  {
    name: 'the example of the documentation',
    content: {
      result: 'cleaned',
      reasons: [],
      counts: newsletter,
      operators: ['Mailchimp', 'HubSpot'],
      policy: 'default',
    },
    field:
      'Tracking-Protection: mx.uni.example; result=cleaned;\r\n' +
      ' pixels=1; links=12; params=30; opaque=2; kept=1; by="Mailchimp, HubSpot";\r\n policy=default\r\n',
  },
  {
    name: 'no finding',
    content: { result: 'none', reasons: [], counts: none, operators: [], policy: 'default' },
    field: 'Tracking-Protection: mx.uni.example; result=none;\r\n policy=default\r\n',
  },
  {
    name: 'zeros of pixels, links and params stand with cleaned',
    content: {
      result: 'cleaned',
      reasons: ['part.signed'],
      counts: { ...none, links: 1 },
      operators: [],
      policy: 'staff',
    },
    field:
      'Tracking-Protection: mx.uni.example; result=cleaned;\r\n reason=part.signed; pixels=0; links=1; params=0; policy=staff\r\n',
  },
  {
    name: 'more than five operators',
    content: {
      result: 'observed',
      reasons: [],
      counts: none,
      operators: ['A', 'B', 'C', 'D', 'E', 'F', 'G'],
      policy: 'p',
    },
    field:
      'Tracking-Protection: mx.uni.example; result=observed;\r\n' +
      ' pixels=0; links=0; params=0; by="A, B, C, D, E, +2"; policy=p\r\n',
  },
  {
    name: 'operator names that need quoting',
    content: {
      result: 'cleaned',
      reasons: [],
      counts: none,
      operators: ['Quote "and" \\ é'],
      policy: 'two words',
    },
    field:
      'Tracking-Protection: mx.uni.example; result=cleaned;\r\n' +
      ' pixels=0; links=0; params=0; by="Quote \\"and\\" \\\\ ?"; policy="two words"\r\n',
  },
];

describe('the report field', () => {
  it.each(rows)('$name', ({ content, field }) => {
    expect(reportField('Tracking-Protection', 'mx.uni.example', content, '\r\n').toString('latin1')).toBe(
      field,
    );
  });

  it('stays under 78 characters a line and unfolds to one line whatever the operators are called', () => {
    const word = fc.string({ minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.constantFrom('\r\n', '\n'), (operators, lineEnd) => {
        const content = {
          result: 'cleaned' as const,
          reasons: [],
          counts: newsletter,
          operators,
          policy: 'default',
        };
        const lines = reportField('Tracking-Protection', 'mx', content, lineEnd)
          .toString('latin1')
          .split(lineEnd);
        expect(lines.pop()).toBe('');
        expect(lines.slice(1).every((line) => line.startsWith(' ') && line.trim() !== '')).toBe(true);
        expect(lines.every((line) => line.length < 78 && /^[\x20-\x7e]*$/.test(line))).toBe(true);
      }),
    );
  });
});
