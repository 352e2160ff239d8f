import { describe, expect, it } from 'vitest';
import { namesOn } from '../detect/load/judge.ts';

const image = '<img src="https://a.example/open/4f9d2c7b1e8a6035d7c2" width=40 height=40>';

describe('hiding inside a conditional comment is seen', () => {
  it.for([
    [`<!--[if mso]><div style="display:none">${image}</div><![endif]-->`, true],
    [`<!--[if mso]><table><tr><td hidden><p>${image}</p></td></tr></table><![endif]-->`, true],
    [`<!--[if mso]><td style="visibility:hidden">${image}</td><![endif]-->`, true],
    [`<div style="display:none"><!--[if mso]><p>${image}<![endif]--></div>`, true],
    [`<!--[if mso]><div style="display:none">a</div>${image}<![endif]-->`, false],
    [`<!--[if mso]><div style="display:none"><![endif]--><!--[if mso]>${image}<![endif]-->`, false],
  ] as const)('%s: %s', ([html, hidden]) => {
    const names = namesOn({ html: `<p>Text</p>${html}<p>More</p>` });
    expect(names.some((name) => name.includes('ancestor') || name.includes('hidden'))).toBe(hidden);
  });
});
