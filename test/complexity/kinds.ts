const header = 'From: a@sender.example\r\nTo: reader@uni.example\r\nMIME-Version: 1.0\r\n';
const asHtml = (body: string): string =>
  `${header}Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${body}`;

/** What messages of one kind are made of, and how. */
export interface Kind {
  readonly tokens: readonly string[];
  message(body: string): string;
}

const words = (text: string): readonly string[] => text.split(/\s+/);

const markup = [
  ...words(
    '<b> </i> </b> <style> </style> <svg> </svg> <math> <!-- --> --!> <![CDATA[ ]]> > <a/href= url( ) { } ; : ,',
  ),
  ...words(
    '&#38; &amp; &a; &lt; &notin &#x ?> <table> <tr> <td> </table> <select> <option> <template> <noscript> </noscript>',
  ),
  ...words(
    '<!--[if~mso]> <![endif]--> <![endif]> <title> </title> <textarea> /* */ \\ \\75 = ` 0;url= http://a.b/ //c.d/e ?u= &u=',
  ),
  ...words(
    '/ # .a display:none width:0 var(--a --a: calc( <p> </div> </p> utm_source=x @ a@b.cd bWFpbHRv 0123456789abcdef <font>',
  ),
  ...words(
    'data:text/html, ;base64, %3C %22 % unsubscribe é image-set( | * + ~ [ ] :not( <br> <x:style> <head> <frameset> <nobr>',
  ),
  ...words('<li> <dd> <ruby><rt> <plaintext> <xmp> <script> </script> <button> </select> <base~href=//a/> x'),
  ...[
    '<a href="',
    ' href=',
    ' src=',
    ' style="',
    ' style=',
    '@import ',
    '@media x',
    '<!ENTITY a "',
    '<!ENTITY % b "',
    '<!DOCTYPE a [',
    '<!ATTLIST a ',
  ],
  ...[
    '<?xml-stylesheet href="',
    '<iframe srcdoc="',
    '<iframe src="',
    '<v:rect ',
    '<v:fill src=',
    '<![if !mso]>',
    ' srcset="',
    ' 1x,',
    ' class="',
    ' id=',
  ],
  ...[
    '<meta http-equiv=refresh content="',
    '<img ',
    '<link rel=stylesheet href=',
    '<set to=',
    '<animate values="',
    '<object data=',
    '<html ',
    '<body ',
  ],
  ...[
    '<div style="display:none">',
    '<a href="https://a.b/c?d=',
    '<img src=//a/b width=1 height=1>',
    '"',
    "'",
    ' ',
    '\n',
    '\0',
  ],
].map((token) => token.replaceAll('~', ' '));

const sheet = [
  ...words(
    'a .a #a { } ; : width:0 display:none !important @supports @layer @font-face url( ) " \' \\ \\75 /* */ <!-- --> var(--a --a:',
  ),
  ...words(
    'calc( 1px + * % , > ~ [a=b] [ ] :not( :is( :has( :nth-child( & | and not ( image-set( src: content: min( clamp( attr( 0 e1',
  ),
  ...words('- -- height opacity:0 position:absolute left:-999px font: background: all:unset @a{'),
  ...['@media x', '@import ', '@media (min-width:1px)', ' ', '\0', '\n'],
];

const url = [
  ...words(
    'a Z9 / // \\ ? & = # % %2 %25 %3A%2F%2F http:// https: https%3A%2F%2Fa.b%2F u= url= utm_source=x& ; &amp; @ é xn-- -2F',
  ),
  ...words(
    'reader@uni.example reader%40uni.example cmVhZGVyQHVuaS5leGFtcGxl bWFpbHRv - _ ~ . .. /../ .png 0123456789abcdef AbCdEfGh',
  ),
  ...words("+ * ! $ ' , : [ ] ( ) ls/click?upn= CL0/ redirect track open 1 =3D ~h"),
];

const plain = [
  ...words(
    'a http:// https://a.b/ www. < > ( ) [ ] @ . , " / ?u= & = % utm_source=x mailto: a@b.cd é :// ftp: { } \\ * _ ls/click?upn=',
  ),
  ...[' ', '\r\n', '-- ', '=\r\n', '\t'],
];

const parts = [
  ...[
    '--b\r\n',
    '--b--\r\n',
    '--c\r\n',
    '\r\n',
    '\n',
    '\r',
    ' ',
    '\t',
    '=\r\n',
    '\0',
    'Subject: ',
    'X: ',
    'From: a@b.cd\r\n',
  ],
  ...['multipart/mixed; boundary=b', 'multipart/mixed; boundary="c"', 'text/html', 'message/rfc822', ''].map(
    (type) => `Content-Type: ${type}\r\n`,
  ),
  ...['base64', 'quoted-printable'].map((encoding) => `Content-Transfer-Encoding: ${encoding}\r\n`),
  ...words(
    "--b --c multipart/ text/html ; boundary= boundary*0= charset= \" \\ ( ) = a name*0*= utf-8'' %41 =?utf-8?q? ?= =3D PGE+",
  ),
  ...words('<p> <img~src=//a/b> : begin~644~a Content-Location:~http://a.b/ - --').map((token) =>
    token.replaceAll('~', ' '),
  ),
];

const fields = [
  ...[
    ' ',
    '\t',
    '\r\n ',
    '\r\n\t',
    '\r\nX: ',
    '\r\nTo: ',
    '\r\nDKIM-Signature: ',
    '\r\nContent-Type: text/html; ',
    '\r\nReceived: from',
  ],
  ...['\r\nList-Unsubscribe: <', 'http://a.b/?'],
  ...words("a : ; = \" \\ ( ) < > @ , . =?utf-8?q? =?utf-8?b? ?= ? PGE+ =41 %41 *0*= utf-8'' é a@b.cd"),
];

/** Kinds by name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  markup: { tokens: markup, message: asHtml },
  sheet: {
    tokens: sheet,
    message: (body) =>
      asHtml(
        `<style>${body}</style><div class=a style="${body.replaceAll('"', '')}"><img id=a src=//a/b></div>`,
      ),
  },
  url: {
    tokens: url,
    message: (body) => asHtml(`<a href="https://a.b/?u=${body}">x</a><img src="https://a.b/${body}">`),
  },
  plain: {
    tokens: plain,
    message: (body) => `${header}Content-Type: text/plain; charset=utf-8\r\n\r\n${body}`,
  },
  parts: {
    tokens: parts,
    message: (body) => `${header}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${body}`,
  },
  fields: {
    tokens: fields,
    message: (body) => `${header}Subject: ${body}\r\n\r\n<img src=//a/b width=1><a href=//c/d>e</a>`,
  },
};
