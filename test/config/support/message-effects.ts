import type { CleanContext } from '../../../src/clean/index.ts';

/**
 * One or more keys whose effect is to be seen in a message: what is written, the message and its way, and what stands in the message that comes out
 * with it, and not without it (or the other way round: `gone`).
 */
export interface MessageEffect {
  readonly keys: string;
  readonly yaml: string;
  /** What both configurations have. */
  readonly beside?: string;
  readonly message: string;
  readonly context?: CleanContext;
  readonly with: RegExp;
}

const head = (more = ''): string =>
  `From: News <news@sender.example>\r\nTo: reader@uni.example\r\nSubject: News\r\nMessage-ID: <1@sender.example>\r\n${more}MIME-Version: 1.0\r\n`;
/** An HTML message with this in its body. */
const html = (body: string, more = ''): string =>
  `${head(more)}Content-Type: text/html; charset=utf-8\r\n\r\n<p>Text in front of it.</p>${body}<p>Text behind it.</p>\r\n`;
const image = (url: string, size = 'width=1 height=1'): string => `<img src="${url}" ${size}>`;
const anchor = (url: string): string => `<a href="${url}">more</a>`;

const open = 'https://x.us1.list-manage.com/track/open.php?u=0123456789abcdef01234567&id=0123456789';
const pixel = html(image(open));
const away = /Text in front of it\.<\/p><img(?![^>]*http)[^>]{0,40}><p>/;
const stays = /track\/open\.php/;
const page = 'https%3A%2F%2Fwww.example.org%2Fpage';
const sharp = 'https://www\\.example\\.org/page';
const to = new RegExp(`href="${sharp}"`);
const named = html(anchor(`https://www.google.com/url?q=${page}`));
const generic = html(anchor(`https://click.sender.example/r?url=${page}`));
const safe = html(anchor(`https://eur01.safelinks.protection.outlook.com/?url=${page}&data=05%7C01`));
const affiliate = html(anchor(`https://track.adform.net/C/?bn=123;cpdir=x&ckurl=${page}`));
const campaign = html(anchor('https://www.example.org/page?utm_source=news&utm_medium=email'));
const probable = html(image('https://t.sender.example/o'));
const person = html(image('https://t.sender.example/i.png?e=reader@uni.example', 'width=300 height=200'));
const alternative = (type: string, body: string): string =>
  `${head()}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\nContent-Type: ${type}\r\n\r\n${body}\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>HTML</p>\r\n--b--\r\n`;
const inside = `${head()}Content-Type: message/rfc822\r\n\r\n${pixel}`;
const policy = (text: string): string => `policies: { default: { ${text} } }`;
const select = (when: string, more = ''): string => `select: [{ when: { ${when} }, policy: chosen${more} }]`;
const chosen = /policy=chosen/;
/** A policy that does more than `default`, so that what can be forged counts. */
const stricter = 'policies: { default: {}, chosen: { receipts: remove } }';
const looser = 'policies: { default: {}, chosen: { mode: off } }';
const authenticated = { authenticatedDomains: ['sender.example'], sender: 'news@sender.example' };

const policyEffects: readonly MessageEffect[] = [
  {
    keys: 'policies.default.mode',
    yaml: policy('mode: report'),
    message: pixel,
    with: /result=observed[^]*track\/open/,
  },
  { keys: 'policies.default.pixels', yaml: policy('pixels: keep'), message: pixel, with: stays },
  {
    keys: 'policies.default.links.named',
    yaml: policy('links: { named: keep }'),
    message: named,
    with: /google\.com\/url/,
  },
  {
    keys: 'policies.default.links.generic',
    yaml: policy('links: { generic: report }'),
    message: generic,
    with: /click\.sender\.example/,
  },
  {
    keys: 'policies.default.links.affiliate',
    yaml: policy('links: { affiliate: unwrap }'),
    message: affiliate,
    with: to,
  },
  {
    keys: 'policies.default.links.protective',
    yaml: policy('links: { protective: unwrap }'),
    message: safe,
    with: to,
  },
  {
    keys: 'policies.default.links.own_rewriters',
    beside: '',
    yaml: policy("links: { protective: foreign, own_rewriters: ['other.example'] }"),
    message: safe,
    with: to,
  },
  { keys: 'policies.default.params', yaml: policy('params: keep'), message: campaign, with: /utm_source/ },
  {
    keys: 'policies.default.amp',
    yaml: policy('amp: drop'),
    message: alternative('text/x-amp-html', '<html amp4email><body>AMP</body></html>'),
    with: /result=cleaned(?![^]*amp4email)/,
  },
  { keys: 'policies.default.nested', yaml: policy('nested: edit'), message: inside, with: away },
  {
    keys: 'policies.default.personal_images',
    yaml: policy('personal_images: neutralise'),
    message: person,
    with: away,
  },
  {
    keys: 'policies.default.banner',
    yaml: policy('banner: top'),
    message: pixel,
    with: /Removed from this message: tracking pixels \(1\)/,
  },
  {
    keys: 'policies.default.banner_language',
    yaml: policy('banner: top, banner_language: nl'),
    message: pixel,
    with: /Verwijderd uit dit bericht: volgpixels \(1\)/,
  },
  {
    keys: 'policies.default.banner_text.html',
    yaml: policy("banner: bottom, banner_text: { html: 'Weg: {pixels}' }"),
    message: pixel,
    with: /Text behind it\.[^]*Weg: 1/,
  },
  {
    keys: 'policies.default.banner_text.plain',
    yaml: policy("banner: top, banner_text: { plain: 'Weg: {links}' }"),
    message: `${head()}Content-Type: text/plain\r\n\r\nSee https://www.google.com/url?q=${page} there.\r\n`,
    with: /\r\n\r\nWeg: 1\r\n/,
  },
  {
    keys: 'policies.default.subject_tag',
    yaml: policy("subject_tag: '[untracked]'"),
    message: pixel,
    with: /Subject: \[untracked\] News/,
  },
  {
    keys: 'policies.default.thresholds.pixels',
    yaml: policy('thresholds: { pixels: certain }'),
    message: probable,
    with: /t\.sender\.example\/o/,
  },
  {
    keys: 'policies.default.receipts',
    yaml: policy('receipts: remove'),
    message: html('', 'Disposition-Notification-To: news@sender.example\r\n'),
    with: /result=cleaned(?![^]*Disposition)/,
  },
];

const when = (
  key: string,
  condition: string,
  message: string,
  context: CleanContext = {},
  beside = stricter,
): MessageEffect => ({
  keys: `select[].when.${key}`,
  yaml: select(condition),
  beside,
  message,
  context,
  with: chosen,
});

const chooseEffects: readonly MessageEffect[] = [
  when('recipient', "recipient: 'file:readers'", pixel, { recipients: ['Robin@uni.example'] }),
  when('sender', "sender: '*.example'", pixel, { sender: 'news@sender.example' }),
  when('list_id', "list_id: 'news.*'", html('', 'List-Id: The news <news.sender.example>\r\n')),
  when('client', 'client: 192.0.2.0/24', pixel, { client: { address: '192.0.2.7' } }),
  when('header', "header: { X-Bulk: 'yes*' }", html('', 'X-Bulk: Yes, it is\r\n')),
  when(
    'authenticated',
    'authenticated: sender.example',
    pixel,
    authenticated,
    looser.replace('off', 'report'),
  ),
  when('dmarc', 'dmarc: fail', pixel, { dmarc: 'fail' }),
  {
    keys: 'select[].policy',
    yaml: select('recipient: uni.example'),
    beside: stricter,
    message: pixel,
    context: { recipients: ['a@uni.example'] },
    with: chosen,
  },
  {
    keys: 'select[].unauthenticated',
    yaml: select('sender: sender.example', ', unauthenticated: ok'),
    beside: looser,
    message: pixel,
    context: { sender: 'news@sender.example' },
    with: chosen,
  },
  { keys: 'allow[].operator', yaml: 'allow: [{ operator: Mailchimp }]', message: pixel, with: stays },
  { keys: 'allow[].host', yaml: "allow: [{ host: '*.list-manage.com' }]", message: pixel, with: stays },
  {
    keys: 'allow[].sender',
    yaml: 'allow: [{ sender: sender.example }]',
    message: pixel,
    context: authenticated,
    with: stays,
  },
  { keys: 'allow[].rule', yaml: 'allow: [{ rule: mailchimp.open }]', message: pixel, with: stays },
  {
    keys: 'allow[].until',
    yaml: "allow: [{ rule: mailchimp.open, until: '2026-06-30' }]",
    message: pixel,
    context: { today: '2026-06-29' },
    with: stays,
  },
  {
    keys: 'consent.files',
    yaml: 'consent: { files: [consents] }',
    message: pixel,
    context: { ...authenticated, recipients: ['robin@uni.example'] },
    with: /policy=consent[^]*track\/open/,
  },
  {
    keys: 'consent.unauthenticated',
    yaml: 'consent: { files: [consents], unauthenticated: ok }',
    beside: '',
    message: pixel,
    context: { sender: 'news@sender.example', recipients: ['robin@uni.example'] },
    with: /policy=consent/,
  },
  {
    keys: 'exempt',
    yaml: 'exempt: [privacy@]',
    message: pixel,
    context: { recipients: ['privacy@uni.example'] },
    with: /result=skipped; reason=exempt/,
  },
  {
    keys: 'local_networks',
    yaml: 'local_networks: [10.0.0.0/8]',
    message: pixel,
    context: { client: { address: '10.1.2.3' } },
    with: /result=skipped; reason=outbound/,
  },
];

const deep = html(`${'<div>'.repeat(20)}${image(open)}${'</div>'.repeat(20)}`);
const parts = (count: number): string =>
  `${head()}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: text/plain\r\n\r\nx\r\n'.repeat(count)}--b--\r\n`;
const coreEffects: readonly MessageEffect[] = [
  { keys: 'rules.packs', yaml: 'rules: { packs: [] }', message: named, with: /result=cleaned;(?![^\r]*by=)/ },
  {
    keys: 'rules.files',
    yaml: 'rules: { files: [own.yaml] }',
    message: html(image('https://counter.uni.example/open/1', 'width=300 height=80')),
    with: /by="Campus counter"/,
  },
  {
    keys: 'rules.disable',
    yaml: 'rules: { disable: [google.url, google.url-q] }',
    message: named,
    with: /result=cleaned;(?![^\r]*by=)/,
  },
  {
    keys: 'rules.lists',
    yaml: 'rules: { lists: [easy.txt] }',
    message: html(image('https://lists.example/a.png', '')),
    with: away,
  },
  { keys: 'header.name', yaml: 'header: { name: X-Clean }', message: pixel, with: /^X-Clean: / },
  {
    keys: 'header.id',
    yaml: 'header: { id: sluice.uni.example }',
    message: pixel,
    with: /^Tracking-Protection: sluice\.uni\.example;/,
  },
  {
    keys: 'limits.message_bytes',
    yaml: 'limits: { message_bytes: 100B }',
    message: pixel,
    with: /result=skipped; reason=size/,
  },
  { keys: 'limits.parts', yaml: 'limits: { parts: 3 }', message: parts(6), with: /reason=limit\.parts/ },
  {
    keys: 'limits.nesting',
    yaml: 'limits: { nesting: 1 }',
    message: parts(1).replace(
      'text/plain\r\n\r\nx',
      'multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n--d\r\n\r\nx\r\n--d--\r\n--c--',
    ),
    with: /reason=limit\.parts/,
  },
  {
    keys: 'limits.html_bytes',
    yaml: 'limits: { html_bytes: 90B }',
    message: pixel,
    with: /reason=flat\.size/,
  },
  { keys: 'limits.html_depth', yaml: 'limits: { html_depth: 5 }', message: deep, with: /reason=flat\.depth/ },
  {
    keys: 'limits.html_attributes',
    yaml: 'limits: { html_attributes: 2 }',
    message: pixel,
    with: /reason=flat\.attributes/,
  },
  {
    keys: 'limits.html_elements',
    yaml: 'limits: { html_elements: 2 }',
    message: pixel,
    with: /reason=flat\.elements/,
  },
];

/** Files that the configurations above name. */
export const effectFiles: Readonly<Record<string, string>> = {
  readers: 'robin@uni.example\n',
  consents: 'robin@uni.example sender.example\n',
  'easy.txt': '||lists.example^$image\n',
  'own.yaml': `- id: campus.open
  kind: pixel
  operator: Campus counter
  match: { hosts: [counter.uni.example], paths: ['/open/**'] }
  source: seen in our own newsletter
  must: ['https://counter.uni.example/open/abc']
`,
};

/** Keys whose effect is to be seen in a message that is cleaned. */
export const messageEffects: readonly MessageEffect[] = [...policyEffects, ...chooseEffects, ...coreEffects];
