/** Random documents that may ask for something of tracker.example under their id, out of all that is known to load and all that bends a parse. */

type Pick = <T>(list: readonly T[]) => T;

const words = (text: string): readonly string[] => text.split(' ');

const TAGS = words(
  'img image input video audio source track iframe frame embed object link script body table td th tr tbody col a area base use feImage set animate image mask pattern filter linearGradient textPath mpath div p svg math mglyph mi portal fencedframe template select option button menuitem v:fill x:img xml style blockquote q del form',
);
const URLS = words(
  'src href xlink:href srcset imagesrcset poster background data action formaction cite longdesc dynsrc lowsrc icon manifest codebase classid code profile usemap ping attributionsrc archive to from by values fill stroke filter mask clip-path cursor marker-end style srcdoc content xml:base',
);
const OTHERS = words(
  'rel=stylesheet rel=preload rel=icon rel=prefetch as=image as=style type=image type=text/css http-equiv=refresh loading=lazy attributeName=href attributeName=style attributeName=mask begin=0s width=1 hidden shadowrootmode=open media=print rel=modulepreload sizes=1px slot=a popover autoplay',
);
/** What loads by itself in some browser: half of all elements are of these. */
const LIVE = [
  '<img src=U>',
  '<img srcset="x 1x,U 2x,U">',
  '<input type=image src="U">',
  "<body background='U'>",
  '<td background=U>',
  '<link rel=stylesheet href="U">',
  '<iframe src=U></iframe>',
  '<iframe srcdoc="<img src=U>"></iframe>',
  '<iframe src="data:text/html,<img src=\'U\'>"></iframe>',
  '<object data="U"></object>',
  '<embed src=U>',
  '<video poster=U></video>',
  '<audio src="U"></audio>',
  '<svg><image href="U"/></svg>',
  '<svg><image><set attributeName=href to="U"/></image></svg>',
  '<svg><rect width=9 height=9 fill="url(U#a)"/></svg>',
  '<svg><feImage xlink:href=U />',
  '<picture><source srcset=U><img></picture>',
  '<p style="C">x</p>',
  '<svg><style>*{C}</style></svg>',
  '<style>*{C}</style>',
];
const SPELLINGS: readonly ((url: string) => string)[] = [
  (url) => url,
  (url) => url.slice(6),
  (url) => url.slice(6).replaceAll('/', '\\'),
  (url) => url.replace('https', 'HtTpS'),
  (url) => url.replace('tr', 'tr\t'),
  (url) => url.replace('tr', 'tr\n'),
  (url) => url.replace('.', '\uff0e'),
  (url) => url.replace('//', '////'),
  (url) => url.replace('//', '//a:b@'),
  (url) => url.replace('.example', '.example.:443'),
  (url) => url.replace('tracker', '%74racker'),
  (url) => `\u0001 ${url}\u001f`,
];
const CSS_VALUES = [
  'background:url(U)',
  "background:url( 'U' )",
  "background:image-set('U' 1x)",
  "list-style:-webkit-image-set('U' 1x)inside",
  "--x:'U';background:image-set(var(--x) 1x)",
  '--x:url(U);content:var(--x)',
  "background:var(--n,image-set('U'))",
  'background:light-dark(url(U),none)',
  "background:image-set(if(style(--a:{}):'U' 1x;else:'U' 1x))",
  '-webkit-box-reflect:below 0 url(U)',
  'border-image:url(U)1',
  'shape-outside:url(U)',
  'cursor:url(U),auto',
  'filter:url(U#a)',
  'mask:url(U)',
  '-webkit-mask-box-image:url(U)',
  'background:\\75 rl(U)',
  "content:'x'image-set('U' 1x)/'y'",
  'background:-webkit-cross-fade(url(U),url(U),1%)',
  "background:src('U')",
  'offset-path:url(U)',
];
const JUNK = [
  '',
  '/**/',
  '/*;*/',
  ';',
  '}',
  '{}',
  '(',
  ')',
  '[',
  "'",
  '"',
  '\\',
  '<!--',
  '-->',
  '@x;',
  'a:b;',
  'quotes:',
  '\0',
  '\f',
  '//',
];
const RULES = [
  '*{D}',
  '@media print{*{D}}',
  '@layer a{*{D}}',
  '*{&{D}}',
  '@supports(a:b){}*{D}',
  '*::before{content:"";D}',
  '@keyframes k{to{D}}*{animation:k 9s}',
  '@scope(*){:scope{D}}',
  '@container(width>0){*{D}}',
  '*{@starting-style{D}}',
  '@property --q{syntax:"*";inherits:true}*{D}',
  '@font-face{font-family:f;src:url(U)}*{font-family:f}',
];
const IMPORTS = [
  '@import "U";',
  "@import url('U')print;",
  '@import url(U) layer(a) supports(a:b);',
  '@import U ;',
  '@\\69mport "U"',
  '@charset "; @import \'U\';";',
  '@layer a;@import"U";',
  '@namespace a "b";@import "U";',
];
const WRAPS = [
  'X',
  '<svg>X</svg>',
  '<svg><desc>X</desc></svg>',
  '<svg><foreignObject>X',
  '<math>X</math>',
  '<math><mi>X',
  '<math><annotation-xml encoding=text/html>X',
  '<table>X',
  '<select>X</select>',
  '<select><button><selectedcontent></selectedcontent></button><option>X',
  '<template shadowrootmode=open>X</template>',
  '<template>X</template>',
  '<noscript>X</noscript>',
  '<textarea>X</textarea>',
  '<title>X</title>',
  '<xmp>X</xmp>',
  '<noembed>X',
  '<iframe>X</iframe>',
  '<!--X-->',
  '<!--[if mso]>X<![endif]-->',
  '<!--x--!>X',
  '<![CDATA[X]]>',
  '<svg><![CDATA[X]]></svg>',
  '<svg><style>X</style></svg>',
  '<svg><title>X',
  '<p title="X">',
  "<p title='X'>",
  '<p title=X>',
  '<?x X>',
  '</x X>',
  '<video>X</video>',
  '<object>X</object>',
  '<picture>X</picture>',
  '<frameset>X',
  '<plaintext>X',
  '</body></html>X',
  '<a b=">X',
  '<style><!--</style>X',
  '<script>X</script>',
  '<div><template shadowrootmode=closed>X',
  '<h1 x="&quot;>X',
  '<b/x="y"z=X>',
];

function encoded(markup: string): string {
  return markup.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

export function randomDocument(random: () => number, id: string): string {
  const pick: Pick = (list) => list[Math.floor(random() * list.length)] as (typeof list)[number];
  const chance = (of: number): boolean => random() < of;
  const full = `https://tracker.example/${id}`;
  const url = (): string => pick(SPELLINGS)(full);
  const css = (): string => pick(JUNK) + pick(CSS_VALUES) + (chance(0.3) ? pick(JUNK) : '');
  const value = (name: string): string => {
    if (name === 'style' || (chance(0.2) && name !== 'srcdoc')) return css();
    if (name === 'srcset' || name === 'imagesrcset') return `x 1x, U 2x${chance(0.3) ? ', U' : ''}`;
    if (name === 'content') return pick(['0;url=U', "0;url='U'", '0 U']);
    if (name === 'srcdoc') return encoded(element(1));
    if (chance(0.1))
      return `data:${pick(['text/html', 'image/svg+xml', 'text/css'])},${chance(0.5) ? '<img src=U>' : '@import%20%22U%22;'}`;
    return /^(?:fill|stroke|filter|mask|clip-path|cursor|marker-end)$/.test(name) ? 'url(U)' : 'U';
  };
  const attribute = (): string => {
    const name = pick(URLS);
    const quote = pick(['"', "'", '"', '']);
    const text = value(name);
    const safe = quote === '"' ? text.replaceAll('"', '&quot;') : text.replaceAll(quote || ' ', '&#39;');
    return `${pick([' ', '/', '\n', ' '])}${chance(0.1) ? name.toUpperCase() : name}=${quote}${safe}${quote}`;
  };
  const element = (depth: number): string => {
    if (chance(0.5)) return pick(LIVE).replace('C', () => css().replaceAll('"', "'"));
    if (chance(0.25)) {
      const sheet = chance(0.5) ? pick(RULES).replaceAll('D', css()) : pick(IMPORTS);
      return `<style>${chance(0.5) ? pick(JUNK) : ''}${sheet}${chance(0.9) ? '</style>' : ''}<i>x</i>`;
    }
    const tag = pick(TAGS);
    const attributes = Array.from({ length: 1 + Math.floor(random() * 3) }, attribute).join('');
    const inner = depth < 2 && chance(0.4) ? element(depth + 1) : '';
    return `<${tag}${chance(0.6) ? ` ${pick(OTHERS)}` : ''}${attributes}${chance(0.4) ? ` ${pick(OTHERS)}` : ''}${pick(['>', '>', '>', '/>', ''])}${inner}${chance(0.3) ? `</${tag}>` : ''}`;
  };
  let body = element(0);
  for (let count = Math.floor(random() * 4); count > 0; count -= 1)
    body = pick(WRAPS).replace('X', () => body);
  if (chance(0.1)) body = `<base href="U/">${body.replaceAll('U', 'a')}`;
  return (chance(0.5) ? '<!DOCTYPE html>' : '') + body.replaceAll('U', url);
}
