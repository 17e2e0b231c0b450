// An agency's own sign-in by SAML 2.0 for tests: samlify as it is, with a page of ours to say who one is.
//
// node saml.mjs PORT KEY CERTIFICATE SP_METADATA; says "ready" when it listens. It is `http://localhost:PORT`, so that it is another
// site than pages at 127.0.0.1. Whoever is written into the form is signed in; the form's other fields, if any, are attributes. The
// answer is a page with a form for the site that asked, as providers send it; `/metadata` is its own.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import samlify from 'samlify';

const [port, key, certificate, asking] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const BODY = 10_000; // bytes of a form; ours has a few words
const MINUTES = 5 * 60_000;
const MEMBER = 'gfipm:2.0:user:FederationId';

samlify.setSchemaValidator({ validate: async () => 'valid' }); // of requests; ours is held by tests of its own

const sp = samlify.ServiceProvider({ metadata: readFileSync(asking) });
const signed = sp.entityMeta.isAuthnRequestSigned();
const idp = samlify.IdentityProvider({
  entityID: issuer,
  privateKey: readFileSync(key),
  signingCert: readFileSync(certificate),
  isAssertionEncrypted: false,
  wantAuthnRequestsSigned: signed,
  requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  nameIDFormat: ['urn:oasis:names:tc:SAML:2.0:nameid-format:transient'],
  singleSignOnService: [{ Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: `${issuer}/sso` }],
  generateID: () => `_${randomUUID()}`,
  loginResponseTemplate: { context: samlify.SamlLib.defaultLoginResponseTemplate.context },
});

const escaped = (text) => text.replace(/[&<>"]/g, (one) => `&#${one.codePointAt(0)};`);
const attribute = ([name, value]) =>
  `<saml:Attribute Name="${escaped(name)}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">` +
  `<saml:AttributeValue xsi:type="xs:string">${escaped(value)}</saml:AttributeValue></saml:Attribute>`;

// The template of samlify filled in: what it leaves out of assertions (the statement of when somebody signed in) stands in it here.
function filled(template, asked, who, more) {
  const now = new Date();
  const at = now.toISOString();
  const until = new Date(now.getTime() + MINUTES).toISOString();
  const id = idp.entitySetting.generateID();
  const address = sp.entityMeta.getAssertionConsumerService('post');
  const values = {
    ID: id,
    AssertionID: idp.entitySetting.generateID(),
    Destination: address,
    SubjectRecipient: address,
    Audience: sp.entityMeta.getEntityID(),
    Issuer: issuer,
    IssueInstant: at,
    StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    ConditionsNotBefore: at,
    ConditionsNotOnOrAfter: until,
    SubjectConfirmationDataNotOnOrAfter: until,
    NameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
    NameID: randomUUID(),
    InResponseTo: asked,
    AuthnStatement:
      `<saml:AuthnStatement AuthnInstant="${at}" SessionIndex="${idp.entitySetting.generateID()}"><saml:AuthnContext>` +
      '<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>' +
      '</saml:AuthnContext></saml:AuthnStatement>',
    AttributeStatement: `<saml:AttributeStatement>${[[MEMBER, who], ...more].map(attribute).join('')}</saml:AttributeStatement>`,
  };
  return { id, context: template.replace(/\{(\w+)\}/g, (_, name) => values[name]) };
}

const ASKS = `<!doctype html><html lang="en"><title>Agency sign-in</title><h1>Agency sign-in</h1>
<form method="post"><label for="who">Who are you?</label> <input id="who" name="who"> <button>Go on</button></form>`;

const answers = (address, told, relay) => `<!doctype html><html lang="en"><title>Agency sign-in</title>
<form method="post" action="${address}"><input type="hidden" name="SAMLResponse" value="${told}">
<input type="hidden" name="RelayState" value="${escaped(relay)}"><button>Back to where you came from</button></form>`;

async function sent(req) {
  let text = '';
  for await (const part of req) {
    text += part;
    if (text.length > BODY) throw new Error('too long');
  }
  return [...new URLSearchParams(text)];
}

// What an address asks, as samlify reads and verifies it.
async function asks(url) {
  const query = Object.fromEntries(url.searchParams);
  const octetString = url.search.slice(1).replace(/&Signature=.*/, '');
  const { extract } = await idp.parseLoginRequest(sp, 'redirect', { query, octetString });
  return { id: extract.request.id, relay: query.RelayState ?? '' };
}

createServer(async (req, res) => {
  try {
    const url = new URL(req.url, issuer);
    if (url.pathname === '/metadata') {
      res.end(idp.getMetadata());
      return;
    }
    const { id, relay } = await asks(url);
    res.setHeader('content-type', 'text/html');
    if (req.method === 'GET') {
      res.end(ASKS);
      return;
    }
    const [[, who], ...more] = await sent(req);
    const fill = (template) => filled(template, id, who, more);
    const { context, entityEndpoint } = await idp.createLoginResponse(sp, { extract: { request: { id } } }, 'post', {}, fill);
    res.end(answers(entityEndpoint, context, relay));
  } catch (error) {
    res.statusCode = 500;
    res.end(String(error));
  }
}).listen(Number(port), 'localhost', () => console.log('ready'));
