// An agency's own sign-in for tests: oidc-provider as it is, with a page of ours to say who one is, and a switch for lies.
//
// node provider.mjs PORT CLIENT_ID SECRET BACK; says "ready" when it listens. Whoever is written into the form is signed in; the
// claim `comity_member` holds it. POST /lie with a word makes the next tokens lie so, until another word or
// none; a JSON object in place of the word is claims they say besides.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import Provider from 'oidc-provider';

const [port, client, secret, back] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const HOUR = 3600;
const BODY = 10_000; // bytes of a form; ours has one word

async function made(kid) {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
}

const key = await made('ours');
const stranger = await made('ours');
let lie = '';

const provider = new Provider(issuer, {
  clients: [{
    client_id: client,
    client_secret: secret,
    redirect_uris: [back],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    id_token_signed_response_alg: 'ES256',
  }],
  jwks: { keys: [key] },
  cookies: { keys: ['tests'] },
  claims: { openid: ['sub', 'comity_member'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({
        audience: resource, scope: '', accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: 'ES256' } },
      }),
      useGrantedResource: () => true,
    },
  },
  extraTokenClaims: (ctx, token) => ({ comity_member: token.accountId, auth_time: ctx.oidc.entities.AuthorizationCode?.authTime }),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: `subject-${id}`.slice(0, 40), comity_member: id }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new provider.Grant({ clientId: client, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
});

const LIES = {
  nonce: (claims) => ({ ...claims, nonce: 'of-another-try' }),
  'no-nonce': ({ nonce, ...claims }) => claims,
  audience: (claims) => ({ ...claims, aud: 'another-client' }),
  audiences: (claims) => ({ ...claims, aud: [client, 'another-client'] }),
  issuer: (claims) => ({ ...claims, iss: 'https://elsewhere.example' }),
  expired: (claims) => ({ ...claims, exp: claims.iat - HOUR, iat: claims.iat - 2 * HOUR }),
  future: (claims) => ({ ...claims, exp: claims.exp + HOUR, iat: claims.iat + HOUR }),
  'no-times': ({ exp, ...claims }) => claims,
  stale: (claims) => ({ ...claims, auth_time: claims.auth_time - HOUR }),
  'no-auth-time': ({ auth_time, ...claims }) => claims,
  'missing-claim': ({ comity_member, ...claims }) => claims,
  'claim-of-two': (claims) => ({ ...claims, comity_member: [claims.comity_member, 'another'] }),
};

async function lied(token) {
  const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  if (lie === 'unsigned') return new UnsecuredJWT(claims).encode();
  if (lie === 'symmetric') {
    return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'ours' }).sign(new TextEncoder().encode(secret));
  }
  const more = lie.startsWith('{') ? JSON.parse(lie) : {};
  const told = lie in LIES ? LIES[lie](claims) : { ...claims, ...more };
  const signer = await importJWK(lie === 'another-key' ? stranger : key, 'ES256');
  const signed = await new SignJWT(told).setProtectedHeader({ alg: 'ES256', kid: 'ours' }).sign(signer);
  return lie === 'altered' ? `${signed.slice(0, -8)}AAAAAAAA` : signed;
}

provider.use(async (ctx, next) => {
  await next();
  if (lie && ctx.oidc?.route === 'token' && ctx.body?.id_token) {
    ctx.body = { ...ctx.body, id_token: await lied(ctx.body.id_token) };
  }
});

async function sent(req) {
  let text = '';
  for await (const part of req) {
    text += part;
    if (text.length > BODY) throw new Error('too long');
  }
  return new URLSearchParams(text);
}

const ASKS = `<!doctype html><html lang="en"><title>Agency sign-in</title><h1>Agency sign-in</h1>
<form method="post"><label for="who">Who are you?</label> <input id="who" name="who"> <button>Go on</button></form>`;
const pages = provider.callback();

createServer(async (req, res) => {
  try {
    if (req.url === '/lie') {
      lie = (await sent(req)).get('kind') ?? '';
      res.end();
    } else if (req.url.startsWith('/interaction/') && req.method === 'GET') {
      res.setHeader('content-type', 'text/html');
      res.end(ASKS);
    } else if (req.url.startsWith('/interaction/')) {
      const login = { accountId: (await sent(req)).get('who') };
      await provider.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
    } else {
      pages(req, res);
    }
  } catch (error) {
    res.statusCode = 500;
    res.end(String(error));
  }
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
