/**
 * Words by which a link is known to do something for its reader, in lower case without diacritics. Languages: en, nl, de, fr, es, it, pt,
 * pl, sv, da, no, fi, cs, sk, hu, ro, el.
 */
export interface GuardWords {
  readonly guard: string;
  /** Beginnings of a word, or of several written as one ("sign-in" is `signin`). */
  readonly stems: readonly string[];
  /** Stems that stand in no other word, so that they count inside one and in sentences of any length. */
  readonly isDistinct: boolean;
  /** Whole words. */
  readonly words: ReadonlySet<string>;
}

function list(text: string): readonly string[] {
  return text.match(/\S+/g) ?? [];
}

function set(text: string): ReadonlySet<string> {
  return new Set(list(text));
}

export const guardWords: readonly GuardWords[] = [
  {
    guard: 'unsubscribe',
    isDistinct: true,
    stems: list(`
      unsubscri unsuscri optout uitschrijv uitgeschreven afmeld abmeld abbestell newsletteraustragen desinscri desabonn desuscrib descadastr anularsuscri anularlasuscri cancelarlasuscri
      cancelarsuscripcion darsedebaja darmedebaja dardebaja disiscri cancellaiscrizione desinscrev cancelarinscricao
      cancelarassinatura wypisz wypisac rezygnuj rezygnacj avregistr avprenumer avanmal frameld avmeld avbestill
      peruuttil peruutatil peruutauutiskirj odhlasitodber odhlaseni leiratk dezabon απεγγραφ removeme listunsub newsletterkundigen`),
    words: set('unsub unsubs desabo austragen odjava stopmail unsubscribed'),
  },
  {
    guard: 'preferences',
    isDistinct: true,
    stems: list(`
      preferenc mailsettings emailsettings subscriptioncent profilecenter voorkeur einstellungen nastaveni preferinte preferencj
      installningar indstilling innstilling asetukset beallitas προτιμησ managesub managemysub manageyoursub manageemail
      changedetails updateprofile updateyourprofile notificationsettings`),
    words: set('prefs subscriptions settings instellingen reglages ustawienia'),
  },
  {
    guard: 'view',
    isDistinct: true,
    stems: list(`
      viewinbrowser viewinyourbrowser viewonline webversion onlineversion viewemail viewasweb webansicht onlineweergave webweergave
      browserversion mirrorpage versionenligne versiononline versioneonline webbversion onlineversjon webversie`),
    words: set('webview evib onlineansicht viewmail'),
  },
  {
    guard: 'confirm',
    isDistinct: false,
    stems: list(`
      confirm bevestig bestatig bestaetig bekraft bekraeft bekreft potwierd vahvist potvrd megerosit conferma επιβεβαι doubleoptin`),
    words: set(
      'optin activate activation activeren aktivieren activar attiva ativar aktywuj aktivera aktiver aktivoi aktivovat',
    ),
  },
  {
    guard: 'verify',
    isDistinct: false,
    stems: list('notmyaccount verify verifi veryfik weryfik overit overeni ellenorz επαληθευ'),
    words: set('verification validate validation valider validar convalida'),
  },
  {
    guard: 'sign-in',
    isDistinct: false,
    stems: list(`
      signin signon singlesignon oauth openid saml shibboleth ezproxy libproxy openathens wayfless inloggen aanmelden anmelden
      einloggen sidentifier seconnecter iniciarsesion zaloguj logowani loggain logind logginn kirjaudu prihlas bejelentk autentific
      authenticat authentifi autenticar συνδεση magiclink passwordless accountrecover`),
    words: set(`
      login logon logout logoff signout auth authorize authorise sso idp adfs wayf acs entrar accedi acceder connexion logga oidc sts
      autologin cas`),
  },
  {
    guard: 'reset',
    isDistinct: false,
    stems: list(`
      password passwort wachtwoord motdepasse contrasena passwd losenord adgangskode passord salasana heslo jelszo senha κωδικ
      resetpw forgotp resetareparol`),
    words: set('reset recover haslo passwords pwreset'),
  },
  {
    guard: 'invite',
    isDistinct: false,
    stems: list('invit uitnodig einladung inbjud zaproszen kutsu pozvank meghivo προσκλησ rsvp'),
    words: set('accept decline convite indbydelse innbydelse'),
  },
  {
    guard: 'payment',
    isDistinct: false,
    stems: list(`
      payment betaling betaalver betaallink bezahl paiement zahlung pagamento platnosc betalning maksamin maksulink platba fizetes πληρωμ`),
    words: set(`
      pay checkout betalen betaal payer pagar paga pago pagos zaplac betala betal maksa zaplatit fizet invoice invoices factuur rechnung
      facture factura fattura faktura fatura billing`),
  },
  {
    guard: 'one-time',
    isDistinct: false,
    stems: list('onetime oneclick disableemail'),
    words: set('oobcode nonce'),
  },
];

/** In the text of a link only: what asks for the message in a browser. */
export const browserStems: readonly string[] = list(
  'browser navegador navigateur przegladar webblasar nettleser selaim prohliz bongesz προγραμμαπεριηγησ',
);

const wordsByService: Readonly<Record<string, ReadonlySet<string>>> = {
  share:
    set(`share sharer sharing shares sharearticle shareoffsite intent tweet submit submitlink save bookmark bookmarks bookmarklet
    compose addto add tellafriend recommend teilen partager compartir condividi udostepnij`),
  calendar: set(
    'calendar calendars cal agenda kalender calendrier calendario ical ics webcal addevent addtocalendar',
  ),
  translate: set('translate translator translation translations uebersetzen vertaal traduire traducir'),
  archive: set(
    'archive archives archived wayback webcache cache cached memento snapshot snapshots timegate citation perma webcite',
  ),
  viewer:
    set(`viewer view embed embedded player oembed iframe frame preview reader read render amp print printfriendly pdf document
    docs file files gview screenshot screenshots qr qrcode chart slides mirror reading`),
  validator:
    set(`validator validate check checker checks test tests analyze analyse analysis lookup whois scan scanner speed
    pagespeed inspect report reports robots lint debug debugger audit search query feed feeds rss atom subscribe seo w3c`),
  app: set('app apps openapp applink deeplink deeplinks install download downloads universal'),
  image:
    set(`image images img imgs thumb thumbs thumbnail thumbnails thumbor proxy proxies proxied resize fetch cdn photo photos
    picture pictures pic pics avatar avatars iu icon icons favicon logo assets fit crop`),
  'sign-in':
    set(`login signin sso auth oauth oauth2 idp accounts account cas adfs saml saml2 identity ezproxy ezp libproxy proxy
    openathens openurl resolver uresolver wayf discovery shibboleth webauth weblogin consent cookie cookies gdpr privacy captcha
    challenge paywall register registration signup onboarding`),
  callback: set(
    'callback webhook hook hooks notify ping pingback graphql comments comment discuss abuse feedback survey contact',
  ),
};

/** Path words of services that show, keep or pass on a URL but are no redirect. */
export const serviceWords: ReadonlySet<string> = new Set(
  Object.values(wordsByService).flatMap((words) => [...words]),
);

/** Whole host labels of such services; `app.` or `media.` is where counters live, too. */
export const serviceLabels: ReadonlySet<string> =
  set(`share sharing calendar cal translate archive wayback webcache viewer embed player
  oembed validator validate pagespeed search login signin sso auth oauth idp accounts cas adfs saml ezproxy ezp libproxy proxy openathens
  openurl resolver wayf discovery shibboleth survey surveys enquete umfrage poll quiz help helpdesk knowledge faq consent images image imageproxy imgproxy thumbor feed feeds docs maps oembed preview print`);
