/**
 * Hosts whose URLs carry other URLs that they show, keep, translate, share or open in an app. Also a path or label of theirs would
 * usually say so; these are the ones where nothing does.
 */
const hosts: ReadonlySet<string> = new Set([
  'archive.org', 'archive.today', 'archive.ph', 'archive.is', 'archive.li', 'archive.md', 'archive.vn', 'archive.fo', 'perma.cc',
  'webcitation.org', 'mementoweb.org', 'googleusercontent.com', 'translate.goog', '12ft.io', 'outline.com', 'r.jina.ai', 'printfriendly.com',
  'w3.org', 'validator.nu', 'facebook.com', 'twitter.com', 'x.com', 'linkedin.com', 'pinterest.com', 'reddit.com', 'tumblr.com', 'wa.me',
  't.me', 'telegram.me', 'whatsapp.com', 'vk.com', 'xing.com', 'addtoany.com', 'addevent.com', 'bsky.app', 'virustotal.com', 'web.dev', 'securityheaders.com', 'nbviewer.org', 'schema.org', 'addthis.com', 'sharethis.com', 'getpocket.com',
  'instapaper.com', 'feedly.com', 'inoreader.com', 'ycombinator.com', 'app.link', 'page.link', 'onelink.me', 'adj.st', 'smart.link',
  'branch.io', 'weserv.nl', 'wsrv.nl', 'cloudinary.com', 'imgix.net', 'wp.com', 'officeapps.live.com', 'paypal.com', 'stripe.com',
  'adyen.com', 'mollie.com', 'openathens.net', 'oclc.org', 'ebscohost.com', 'proquest.com', 'exlibrisgroup.com', 'serialssolutions.com', 'doi.org',
  'handle.net', 'worldcat.org', 'hypothes.is', 'via.hypothes.is', 'qrserver.com', 'mail.google.com', 'outlook.com', 'office.com',
  'zoom.us', 'webex.com', 'slack.com', 'jamboard.google.com', 'mailto.com', 'screenshotmachine.com', 'thum.io', 'urlscan.io',
]); // prettier-ignore

/** Whether the host is one of them or below one. */
export function isDocumentHost(host: string): boolean {
  for (let at = 0; at >= 0; at = host.indexOf('.', at) + 1 || -1) if (hosts.has(host.slice(at))) return true;
  return false;
}
