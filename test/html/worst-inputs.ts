/** Texts made to be slow: each repeats a few characters that send a careless scanner back over what it has read. */
export const WORST: Readonly<Record<string, string | ((characters: number) => string)>> = {
  'nested elements': '<div>',
  'nested elements, closed wrongly': '<b></i>',
  'list items': '<li>',
  'table cells': '<table><tr><td>',
  'deep stack, foreign end tags': (n) => '<i><table><td>' + '<b>'.repeat(500) + '</i>'.repeat(n / 4),
  'deep stack, paragraphs': (n) => '<p><table><td>' + '<b>'.repeat(500) + '<div></div>'.repeat(n / 11),
  'attributes of one tag': (n) => '<img ' + 'a=1 '.repeat(n / 4),
  'src attributes of one tag': (n) => '<img ' + 'src=//a/b '.repeat(n / 10) + '>',
  'link attributes of one tag': (n) => '<link ' + 'rel=a href=//a/b '.repeat(n / 17) + '>',
  'unclosed quotes': '<a b="',
  'unclosed quotes of two kinds': `<a b="<a b='`,
  'unclosed tags': '<a ',
  'tags in names': '<a<',
  'tags in attribute names': '<a <a=',
  'unquoted values that end together': '<a/b=',
  'unquoted URLs that end together': '<a/href=',
  'unquoted URLs that end together in front of spaces': (n) => '<a/href='.repeat(n / 16) + ' '.repeat(n / 2),
  'unquoted URLs that end together in front of others': (n) =>
    '<style>' + '<a/href='.repeat(n / 16) + '<base href=//a/>'.repeat(n / 32),
  'a long value that many tags share': (n) => '<!--' + '<a b=c '.repeat(n / 14) + 'd=' + 'e'.repeat(n / 2),
  'tags in names in front of spaces': (n) => '<a'.repeat(n / 4) + ' '.repeat(n / 2),
  'unquoted styles that end together': '<a/style=b:url(',
  'angle brackets': '<',
  'end tags': '</',
  'end tags with attributes': '</a b="</a ',
  comments: '<!---->',
  'unclosed comments': '<!--',
  'comments that end strangely': '<!--a--!>',
  'comments with tags': `<!--<a b='-->'c=`,
  'conditional comments': '<!--[if mso]><img src="//a/b"><![endif]-->',
  'unclosed conditional comments': '<!--[if mso]><a ',
  'style elements': '<style>a{b:url(//c/d)}</style>',
  'unclosed style elements': '<style>',
  'style elements in a comment': (n) => '<!--' + '<style>"'.repeat(n / 8),
  'blocks of CSS': (n) => '<style>' + 'a{'.repeat(n / 2),
  'at-rules of CSS': (n) => '<style>' + '@media x{'.repeat(n / 9),
  'brackets of CSS': (n) => '<style>a{b:' + 'url('.repeat(n / 4),
  'bad urls of CSS': (n) => '<style>a{b:' + 'url(a b\\z'.repeat(n / 9),
  'functions of CSS': (n) => '<style>a{b:' + 'image-set('.repeat(n / 10),
  'strings of CSS': (n) => '<style>a{b:' + `"'`.repeat(n / 2),
  'escapes of CSS': (n) => '<style>' + '\\75\\72\\6c('.repeat(n / 10),
  'comments of CSS': (n) => '<style>' + '/*'.repeat(n / 2),
  'comments in a sheet': (n) => '<style>' + '<!--'.repeat(n / 4),
  'style attributes': '<a style="b:url(//c/d)">',
  ampersands: (n) => '<a href="' + '&'.repeat(n),
  references: (n) => '<a href="' + '&amp;'.repeat(n / 5),
  'long references': (n) => '<a href="' + '&#' + '0'.repeat(n),
  'commas of srcset': (n) => '<img srcset="' + 'a,'.repeat(n / 2),
  'candidates of srcset': (n) => '<img srcset="' + '//a/b 1x,'.repeat(n / 9),
  'parentheses of srcset': (n) => '<img srcset="' + 'a ('.repeat(n / 3),
  'URLs of ping': (n) => '<a ping="' + '//a/b '.repeat(n / 6),
  'values of SMIL': (n) => '<set to="' + '//a/b;'.repeat(n / 6),
  'documents in documents': (n) => '<iframe srcdoc="<iframe srcdoc=\'<iframe srcdoc='.repeat(n / 47),
  'data URLs': '<iframe src="data:text/html,<img src=//a/b>">',
  'data URLs in data URLs': (n) => '<iframe src="' + 'data:text/html,<iframe src='.repeat(n / 27),
  'a base64 document': (n) =>
    '<iframe src="data:text/html;base64,' + 'PGltZyBzcmM9Ly9hL2I+'.repeat(n / 20) + '">',
  'declared entities': '<!ENTITY a "&b;">',
  'declared entities of many names': (n) =>
    '<!DOCTYPE a [' +
    Array.from({ length: n / 20 }, (_, one) => `<!ENTITY a${one} "&a${one - 1};b">`).join(''),
  'parameter entities in one another': (n) => '<!DOCTYPE a [' + '<!ENTITY % a "%a;%a;"> %a;'.repeat(n / 26),
  'entities that grow': (n) =>
    '<!DOCTYPE a [<!ENTITY a "' +
    'b'.repeat(2000) +
    '"><!ENTITY b "' +
    '&a;'.repeat(1000) +
    '">]>' +
    '<a href="&b;">'.repeat(n / 14),
  'declared attributes': `<!ATTLIST a b CDATA "//a/b" c CDATA '<a href=//a/b>'>`,
  'unclosed declared attributes': `<!ATTLIST a "<!ATTLIST b '`,
  'base64 too deep to read': (n) =>
    '<iframe srcdoc="'.repeat(7) + ';base64,PGltZyBzcmM9Ly9hL2I'.repeat(n / 27),
  'unclosed declarations': '<!ENTITY a "',
  bases: '<base href="//a/"><img src=b>',
  instructions: '<?xml-stylesheet href="',
  CDATA: '<![CDATA[',
  slashes: '<a ' + '/'.repeat(40),
  'bare URLs': '<meta http-equiv=x content="//////">',
  'references beside a declared entity': (n) => '<!ENTITY a "b"><img src="' + '&b '.repeat(n / 3),
  'references in a style beside a declared entity': (n) =>
    '<!ENTITY a "b"><p style="url(' + '&b'.repeat(n / 2),
  'references in a sheet of svg beside a declared entity': (n) =>
    '<!ENTITY a "b"><svg><style>' + '&b'.repeat(n / 2),
  'references in a list beside a declared entity': (n) =>
    '<!ENTITY a "b"><img srcset="' + '&notin;x,'.repeat(n / 9),
  'references in a document that declares elsewhere': (n) =>
    `<a srcdoc='<!DOCTYPE a SYSTEM "b"><img src="${'&'.repeat(n)}">'>`,
  'styles of an escape': '<p style="\\">',
  'styles of a variable': '<p style="--a:b">',
  'data URLs of a few characters of base64': '<img src="data:text/html;base64,YQ">',
  'data URLs of a few characters of CSS': '<link rel=stylesheet href="data:text/css,a">',
  'links of many relations': '<link rel="a b c d e f" href=x>',
  'entities of many kinds': (n) => '<a href="' + '&notin;&#x2f;&ampx&lt'.repeat(n / 21),
  'nested svg': '<svg><use href="#a"/>',
  VML: '<v:rect><v:fill src="//a/b"/></v:rect>',
  'VML in conditional comments': '<!--[if vml]><v:fill src="//a/b"/><![endif]-->',
  'one comment full of VML': (n) => '<!--[if vml]>' + '<v:rect><v:fill src="//a/b">'.repeat(n / 28),
  'revealed conditional comments': '<![if !mso]><a><![endif]>',
  'unclosed revealed conditional comments': '<![if ',
  'a long class': (n) => '<a class="' + 'ab '.repeat(n / 3),
  'long classes': (n) => `<a class="${'ab '.repeat(300)}">`.repeat(n / 911),
  'a long name': (n) => '<' + 'a'.repeat(n),
  'long names': (n) => `<${'ab:'.repeat(100)}>`.repeat(n / 302),
  'long names of attributes': (n) => `<a ${'ab:'.repeat(100)}=x>`.repeat(n / 306),
  'names with prefixes': '<a:b c:d=e f:src=//a/b>',
  'bases alone': '<base href="//a/">',
  'imports of CSS': (n) => '<style>' + '@import "//a/b";'.repeat(n / 16),
  'imports of url()': (n) => '<style>' + '@import url(//a/b);'.repeat(n / 19),
  'urls of CSS': (n) => '<style>a{b:' + 'url(//a/b)'.repeat(n / 10),
  'urls of CSS in one attribute': (n) => '<a style="b:' + 'url(//a/b)'.repeat(n / 10),
  'unclosed urls of CSS': (n) => '<style>' + 'url( '.repeat(n / 5),
  'escaped names of CSS': (n) => '<style>' + '\\a\\b'.repeat(n / 4) + '(',
  'imports read ahead': (n) => '<style>' + '@charset ";@import \'//a/b\';";'.repeat(n / 28),
  'data URLs imported ahead': (n) => '<style>' + "@import data:text/css,@import'//a/b' ;".repeat(n / 38),
  'styles in svg': '<svg><style><a>"</a>a{b:url(//c)}<!--',
  'styles with CDATA': '<svg><style><![CDATA[</style>',
  'styles in comments': (n) => '<!--' + '<style><b>'.repeat(n / 10),
  'names of XML': '<_:a b:src=//a/b ',
  'styles with elements, closed wrongly': (n) => '<svg><style>' + '<b>'.repeat(n / 7) + '</i>'.repeat(n / 7),
  'styles with prefixes': '<a:style>b{c:url(//d)}<e>',
  'entities with elements': '<!ENTITY a "<b src=&#38;#47;&c;//d>">',
  'bases too many': (n) =>
    Array.from({ length: n / 27 }, (_, at) => `<base href=https://a${at}.b/>`).join(''),
  'octets of Asia in data URLs': (n) => '<iframe src="' + 'data:text/html,<iframe src=%81\\'.repeat(n / 32),
  'documents deep in documents': (n) => '<iframe srcdoc="' + '<iframe srcdoc=&amp;amp;amp;'.repeat(n / 28),
  'names before brackets': (n) => '<style>a{b:' + 'a-b-c-d('.repeat(n / 8),
  'rules of CSS': (n) => '<style>' + '.a{width:1px;height:1px}'.repeat(n / 24),
  'images of many attributes': (n) => `<img ${'src=//a/b '.repeat(30)}>`.repeat(n / 306),
  'nested rules of CSS': (n) => `<style>.${'a'.repeat(290)}{` + `${'&'.repeat(290)}{width:0}`.repeat(n / 300),
  'data URLs in CSS': (n) => '<style>a{b:' + 'url("data:text/css,a{b:url(//c)}")'.repeat(n / 34),
  srcdoc: '<iframe srcdoc="<img src=//a/b>">',
  spaces: (n) => '<a' + ' '.repeat(n),
  'relative URLs under many bases': (n) =>
    numbered(n, (each) => `<base href=//b${each}/>`, 8) + numbered(n, (each) => `<img src=a${each}>`),
  'links that differ': (n) => numbered(n, (each) => `<a href=/${each}>`),
  'links with prefixes': '<a:b c:href=d>',
  'relative URLs that differ': (n) => numbered(n, (each) => `<img src=a${each}>`),
  'hosts that differ': (n) => '<style>a{b:' + numbered(n, (each) => `url(//a${each})`),
  'equals signs': (n) => '<a ' + '='.repeat(n),
};

/** As many different ones as fit. */
function numbered(characters: number, one: (each: number) => string, most = characters): string {
  const all: string[] = [];
  for (let each = 0, length = 0; each < most && length < characters; each += 1) {
    const text = one(each);
    all.push(text);
    length += text.length;
  }
  return all.join('');
}

export function worst(name: string, characters: number): string {
  const made = WORST[name] ?? '';
  const text = typeof made === 'string' ? made.repeat(Math.ceil(characters / made.length)) : made(characters);
  return text.slice(0, characters);
}

/** What an ordinary newsletter is made of. */
const ROW = `<tr><td align="center" valign="top" class="column" style="padding:0 20px 12px;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:22px;color:#333333">
<a href="https://news.example.org/r/9f3a?id=77&amp;m=12" target="_blank" style="color:#0067b8;text-decoration:none">
<img src="https://images.example.org/spring/header-600.png" width="600" height="200" alt="Spring" border="0" style="display:block"></a>
<p style="margin:0 0 10px">The library is open until ten in May. Bring your card, and a friend who has none &ndash; we make one while you wait.</p>
<!--[if mso]><table role="presentation" width="280"><tr><td><![endif]-->
<span class="button" style="background-color:#0067b8;border-radius:3px">Read on</span><!--[if mso]></td></tr></table><![endif]--></td></tr>
`;

/** A newsletter of at least so many characters. */
export function newsletter(characters: number): string {
  const head = `<!DOCTYPE html><html><head><title>News</title><style type="text/css">
body{margin:0;padding:0}.column{width:600px!important}@media only screen and (max-width:480px){.column{width:100%!important;display:block}}
</style></head><body><table width="600">`;
  return `${head}${ROW.repeat(Math.ceil(characters / ROW.length))}</table></body></html>`;
}
