import { describe, expect, it } from 'vitest';
import type { LinkFinding, ParamFinding } from '../../../src/detect/finding.ts';
import { clean, judge, outcomeOf } from './support.ts';

const page = 'https://www.example.org/nieuws/7';
const counter = (url: string): string =>
  `https://email.mailchimp.com/mctx/clicks?url=${encodeURIComponent(url)}&xid=0a1b`;
const affiliate = `https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=${encodeURIComponent(page)}`;
const protective = `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(page)}&data=05&sdata=x`;
const opaque = 'https://u1.ct.sendgrid.net/ls/click?upn=u001.AbCdEf';

function summary(findings: readonly (LinkFinding | ParamFinding)[]): readonly unknown[] {
  return findings.map((each) =>
    each.kind === 'link'
      ? [each.redirect, each.destination, each.guard]
      : [each.names, each.result, each.guard],
  );
}

describe('what a link is judged to be', () => {
  it('each place has at most one finding of a kind, ordinary links have none', () => {
    const html = `<a href="${page}">a</a> <a href="${counter(page)}">b</a> <a href="mailto:x@example.org">c</a> <a href="#d">d</a>`;
    const [finding, ...others] = judge({ html });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      kind: 'link',
      redirect: 'named',
      certainty: 'certain',
      operator: 'Mailchimp',
      rule: 'mailchimp.transactional',
      destination: page,
      evidence: [{ name: 'link.rule', weight: 10, detail: 'mailchimp.transactional' }],
    });
  });

  it('opaque redirects have no destination', () => {
    expect(judge({ plain: opaque })).toMatchObject([
      { kind: 'link', operator: 'SendGrid', redirect: 'named' },
    ]);
    expect(outcomeOf(opaque)).toEqual({ url: opaque, redirect: 'named', isOpaque: true });
  });

  it('links of every element that has one', () => {
    const url = counter(page).replaceAll('&', '&amp;');
    const html = `<a href="${url}">x</a><map><area href="${url}"></map><form action="${url}"></form><svg><a xlink:href="${url}"></a></svg>`;
    expect(clean({ html }).html).toBe(html.replaceAll(url, page));
  });

  it('more links than anybody writes stay behind the first 30,000, but for those to the same URLs', () => {
    const link = (url: string): string => `<a href="${url.replaceAll('&', '&amp;')}">x</a>`;
    const many = Array.from({ length: 29_999 }, (_, at) => link(`${page}?a=${at}`)).join('');
    const late = counter('https://late.example/');
    const html = link(counter(page)) + many + link(late) + link(counter(page));
    const cleaned = link(page) + many + link(late) + link(page);
    expect(clean({ html }).html).toBe(cleaned);
    expect(judge({ html: cleaned })).toEqual([]);
  });

  it('classes that the policy keeps are decoded for the report', () => {
    expect(summary(judge({ plain: `${affiliate} ${protective}` }))).toEqual([
      ['affiliate', page, undefined],
      ['protective', page, undefined],
    ]);
    expect(clean({ plain: `${affiliate} ${protective}` }).plain).toBe(`${affiliate} ${protective}`);
  });

  it('parameters of a kept redirect stay, also those of its destination', () => {
    const url = `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(`${page}?utm_source=x`)}&data=05`;
    expect(summary(judge({ plain: url }))).toEqual([['protective', `${page}?utm_source=x`, undefined]]);
  });

  it('a redirect around a kept one loses only what the policy takes off', () => {
    expect(clean({ plain: counter(affiliate) }).plain).toBe(affiliate);
    expect(clean({ plain: counter(protective) }).plain).toBe(protective);
    expect(clean({ plain: counter(affiliate) }, { acts: () => true }).plain).toBe(page);
    expect(clean({ plain: counter(opaque) }).plain).toBe(opaque);
  });

  it('layers are nested up to eight; a longer chain is left', () => {
    const nest = (depth: number): string => {
      let url = page;
      for (let at = 0; at < depth; at += 1) url = `https://href.li/?${url}`;
      return url;
    };
    expect(outcomeOf(nest(8)).url).toBe(page);
    expect(outcomeOf(nest(9))).toMatchObject({ url: nest(9), guard: 'nesting' });
  });

  it('a destination that is refused keeps the redirect', () => {
    expect(outcomeOf(counter('http://192.0.2.1/x'))).toMatchObject({ guard: 'destination.host' });
    expect(outcomeOf(counter('https://a@example.org/'))).toMatchObject({ guard: 'destination.userinfo' });
    expect(outcomeOf(counter('https://www.example.org/*|ID|*'))).toMatchObject({ guard: 'placeholder' });
    expect(outcomeOf(counter('/relative'))).toMatchObject({ isOpaque: true });
  });
});

describe('guards by what stands around a link', () => {
  it.each([
    ['Unsubscribe', 'unsubscribe'],
    ['click here to opt out', 'unsubscribe'],
    ['Afmelden', 'unsubscribe'],
    ['Uitschrijven voor deze nieuwsbrief', 'unsubscribe'],
    ['Newsletter abbestellen', 'unsubscribe'],
    ['Se désabonner', 'unsubscribe'],
    ['Me désinscrire', 'unsubscribe'],
    ['Darse de baja', 'unsubscribe'],
    ['Annulla iscrizione / disiscriviti', 'unsubscribe'],
    ['Descadastrar', 'unsubscribe'],
    ['Wypisz się', 'unsubscribe'],
    ['Avregistrera', 'unsubscribe'],
    ['Frameld nyhedsbrev', 'unsubscribe'],
    ['Meld deg av: avmeld', 'unsubscribe'],
    ['Peruuta tilaus', 'unsubscribe'],
    ['Odhlásit odběr', 'unsubscribe'],
    ['Leiratkozás', 'unsubscribe'],
    ['Dezabonare', 'unsubscribe'],
    ['Απεγγραφή', 'unsubscribe'],
    ['Manage preferences', 'preferences'],
    ['Voorkeuren aanpassen', 'preferences'],
    ['Einstellungen', 'preferences'],
    ['View in browser', 'view'],
    ['Bekijk de webversie', 'view'],
    ['Im Browser ansehen', 'view'],
    ['Ver no navegador', 'view'],
    ['Otevřít v prohlížeči', 'view'],
    ['Confirm your email address', 'confirm'],
    ['Bevestig je inschrijving', 'confirm'],
    ['Jetzt bestätigen', 'confirm'],
    ['Potwierdź', 'confirm'],
    ['Verify account', 'verify'],
    ['Sign in', 'sign-in'],
    ['Inloggen', 'sign-in'],
    ['Zaloguj się', 'sign-in'],
    ['Kirjaudu sisään', 'sign-in'],
    ['Reset your password', 'reset'],
    ['Mot de passe oublié', 'reset'],
    ['Accept invitation', 'invite'],
    ['Pay now', 'payment'],
    ['Betaal je factuur', 'payment'],
    ['Jetzt bezahlen', 'payment'],
    ['Read more', undefined],
    ['How to pay less tax this year and keep your savings', undefined],
    ['Design inspiration for autumn', undefined],
    ['Check out our job board', undefined],
    ['Acuerdo de suscripción', undefined],
    ['Lees verder', undefined],
  ])('text %j', (text, guard) => {
    const html = `<a href="${counter(page)}"><b>${text}</b></a>`;
    expect(judge({ html }).map((each) => each.kind === 'link' && each.guard)).toEqual([guard]);
  });

  it('alternative text of an image in it, title and label count', () => {
    for (const rest of [
      '><img src="cid:1" alt="Afmelden">',
      ' title="Unsubscribe">x',
      " aria-label='Unsubscribe'>x",
    ]) {
      expect(judge({ html: `<a href="${counter(page)}"${rest}</a>` })).toMatchObject([
        { guard: 'unsubscribe' },
      ]);
    }
  });

  it('List-Unsubscribe guards the URL everywhere, and the redirect that leads to it', () => {
    const fields = { 'list-unsubscribe': `<mailto:x@example.org>, <${counter(page)}>` };
    expect(judge({ html: `<a href="${counter(page)}">x</a>`, fields })).toMatchObject([
      { guard: 'unsubscribe' },
    ]);
    const inner = { 'list-unsubscribe': `<${page}>` };
    expect(judge({ plain: counter(page), fields: inner })).toMatchObject([{ guard: 'unsubscribe' }]);
    expect(judge({ plain: counter(`${page}8`), fields: inner })).toMatchObject([{ destination: `${page}8` }]);
  });

  it('the words in front of a URL in plain text', () => {
    expect(judge({ plain: `Unsubscribe: ${counter(page)}` })).toMatchObject([{ guard: 'unsubscribe' }]);
    expect(judge({ plain: `To unsubscribe, go to\r\n<${counter(page)}>` })).toMatchObject([
      { guard: 'unsubscribe' },
    ]);
    expect(judge({ plain: `Unsubscribe at any time.\r\n\r\nRead on: ${counter(page)}` })).toMatchObject([
      { destination: page },
    ]);
  });

  it('HTML and plain alternative say the same of the same URL', () => {
    const url = counter(page);
    const html = `<a href="${url}">Afmelden</a>`;
    expect(clean({ html, plain: `Lees <${url}>` })).toEqual({ html, plain: `Lees <${url}>` });
    const plain = `Unsubscribe: ${url}`;
    expect(clean({ html: `<a href="${url}">x</a>`, plain })).toEqual({
      html: `<a href="${url}">x</a>`,
      plain,
    });
    expect(clean({ html: `<a href="${url}">x</a>`, plain: `Lees ${url}` })).toEqual({
      html: `<a href="${page}">x</a>`,
      plain: `Lees ${page}`,
    });
  });
});
