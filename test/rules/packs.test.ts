import { describe, expect, it } from 'vitest';
import { decodeRedirect } from '../../src/detect/link/index.ts';
import {
  checkRules,
  compileRules,
  duplicateIds,
  isSelectorRule,
  problemText,
} from '../../src/rules/index.ts';
import { loadBuiltin } from '../../src/rules/load.ts';
import { parseUrl } from '../../src/url/index.ts';

const { rules, problems } = loadBuiltin({ origins: true });
const set = compileRules(rules, 'test');
const pixels = rules.flatMap((rule) => (rule.kind === 'pixel' && !isSelectorRule(rule) ? [rule] : []));

function pixelOf(text: string): string | undefined {
  const url = parseUrl(text);
  if (url === undefined) throw new Error(`no URL: ${text}`);
  return set.pixel(url)?.id;
}

describe('the built-in packs', () => {
  it('have no problems', () => {
    expect(problems.map(problemText)).toEqual([]);
  });

  it('have an id only once over all files', () => {
    expect(duplicateIds(rules).map(problemText)).toEqual([]);
  });

  it('meet their own vectors', () => {
    expect(checkRules(rules, decodeRedirect).map(problemText)).toEqual([]);
  });

  it('know the pixels of 300 operators, and say where each fact comes from', () => {
    expect(new Set(pixels.map(({ operator }) => operator)).size).toBeGreaterThan(300);
    for (const { id, must_not: mustNot, category } of pixels) {
      expect([id, mustNot?.length ?? 0, category]).toEqual([
        id,
        expect.toSatisfy((n) => n > 0),
        expect.any(String),
      ]);
    }
  });

  it('match every rule’s own pixel with all rules loaded', () => {
    const missed = pixels.flatMap(({ must }) => must).filter((url) => pixelOf(url) === undefined);
    expect(missed).toEqual([]);
  });

  it('call a rule probable that rests on one list', () => {
    const single = pixels.filter(({ source }) =>
      /^(MailTrackerBlocker|Trocker|urlpurify) \([^)]*\)$/.test(source),
    );
    const certain = single.filter(({ probable }) => probable !== true).map(({ id }) => id);

    expect(certain).toEqual([]);
  });
});

describe('what a reader sees is no pixel', () => {
  it.each([
    [
      'Brevo content image',
      'https://img.acme.sendibt2.com/im/1234/abc0123/0a1b2c.png?e=dXNlckBleGFtcGxlLm9yZw',
    ],
    [
      'Peytzmail content image',
      'https://mail.example.dk/r/abc/xyz?f=n&t=https%3A%2F%2Fwww.example.dk%2Fheader.jpg',
    ],
    [
      'Pontaltech content image',
      'https://tracking-1.p-email.net/track?action=view&value=https://www.example.com.br/a.png',
    ],
    ['SMTPeter content image', 'https://clicks.smtpeter.com/abc/def/ghi/logo.png'],
    ['Movable Ink picture', 'https://mi.example.com/p/rp/beec240a18bcee79.png?mi_u=22168479'],
    ['Movable Ink picture', 'https://mi.example.com/p/cp/beec240a18bcee79/i.png?mi_u=22168479'],
    ['Campaign Monitor picture', 'https://acme.cmail20.com/ei/t/AB/123/456/csimport/logo.png'],
    ['Campaign Monitor picture', 'https://i1.createsend1.com/resize/ti/t/B2/56E/6C8/eblogo/walletlogo.png'],
    ['Wix ShoutOut picture', 'https://shoutout.wix.com/so/08OmwwW4l/image?w=abc.def'],
    ['Wix picture', 'https://static.wixstatic.com/media/abc~mv2.png/v1/fill/w_600,h_400/logo.png'],
    ['Inxmail spacer', 'https://www.inxserver.com/transparent.gif'],
    ['spacer', 'https://www.example.com/images/spacer.gif'],
    [
      'Keila picture',
      'https://mail.example.org/r/https%3A%2F%2Fmail.example.org%2Fuploads%2Fheader.jpg/nmc_abc/hmacvalue',
    ],
    [
      'Mailchimp gallery',
      'https://mcusercontent.com/c299c0fb17f046bcb08075f46/images/0a1b2c3d-0000-4000-8000-000000000000.png',
    ],
    ['SendGrid picture', 'https://cdn.mcauto-images-production.sendgrid.net/abc/0a1b/600x200.png'],
    [
      'HubSpot picture',
      'https://email.example.com/hs-fs/hubfs/logo.png?width=600&upscale=true&name=logo.png',
    ],
    ['Salesforce picture', 'https://image.mail.example.com/lib/fe9a13727561007d76/m/1/header.png'],
    ['Klaviyo picture', 'https://d3k81ch9hvuctc.cloudfront.net/company/AbCdEf/images/0a1b.png'],
    ['Amazon picture', 'https://m.media-amazon.com/images/I/71abc.jpg'],
    ['GitHub avatar', 'https://avatars.githubusercontent.com/u/1234?s=40&v=4'],
    ['Intercom picture', 'https://downloads.intercomcdn.com/i/o/123/abc/logo.png'],
    ['Eloqua picture', 'https://img.en25.com/EloquaImages/clients/acme/logo.png'],
    ['a picture with a word of ours in its path', 'https://www.example.com/open/house/tracking-shot.jpg'],
    ['a picture with a recipient', 'https://www.example.com/card.png?user=0a1b2c3d4e5f60718293a4b5c6d7e8f9'],
    ['a picture of campaigns', 'https://www.example.com/campaign/summer/header.png'],
    ['a picture called email', 'https://www.example.com/email/header.gif'],
    ['a picture in o/', 'https://www.example.com/o/logo.png'],
    ['a picture in img/', 'https://www.example.com/img/icons/facebook.gif'],
    ['a picture in q/', 'https://www.example.com/q/a/b/c.png'],
    ['a picture in oo/', 'https://www.example.com/oo/a/b/e.gif'],
  ])('%s: %s', (_, url) => {
    expect(pixelOf(url)).toBeUndefined();
  });
});

describe('pixels on the sender’s own host', () => {
  it.each([
    ['https://mail.uni.example/wf/open?upn=abc', 'SendGrid'],
    [
      'https://click.uni.example/CI0/0100017c014860ac-0625adf4-797e-4e18-9aaf-6e3ee131936e-000000/Po3PKjEX=215',
      'Amazon SES',
    ],
    ['https://email.uni.example/e3t/Cto/RD+113/c4m7Z04/MWjyhGkJv2KW4j2z', 'HubSpot'],
    ['https://track.uni.example/track/open.php?u=30054689&id=3352ed0dfb71404c', 'Mandrill'],
    ['https://links.uni.example/e/eo?_t=b077a02c&_m=f6f93df8&_e=50wQYIOw', 'Iterable'],
    ['https://clicks.uni.example/q/lNf8Xi_M6Wxuqq9H_SDkYw~~/AAAHagA~/RgRmktocPlcDc3Bj', 'SparkPost'],
    ['https://news.uni.example/d/d.gif?q0000abcd', 'Inxmail'],
    ['https://nieuws.uni.example/public/o/abc/def/t.gif', 'Tripolis'],
    ['https://pic.uni.example/image/1234/abcdef/image.gif?cdmiv=abc', 'Copernica'],
    ['https://mail.uni.example/optiext/optiextension.dll?ID=abcDEF123', 'Selligent'],
    ['https://mautic.uni.example/email/5f3c1b2a9d8e7123456789.gif', 'Mautic'],
    ['https://lists.uni.example/lists/ut.php?u=0123456789abcdef&m=12', 'phpList'],
  ])('%s: %s', (text, operator) => {
    const url = parseUrl(text);
    expect(url === undefined ? undefined : set.pixel(url)?.operator).toBe(operator);
  });
});
