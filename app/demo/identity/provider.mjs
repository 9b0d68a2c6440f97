// The OpenID provider itself: npm oidc-provider, set up as strictly as a real one. Only the passwords are missing.
import { interactionPolicy, Provider } from 'oidc-provider';

import { LEVELS } from './interaction.mjs';
import { tell } from './melding.mjs';
import { errorPage, signOutPage, signedOutPage } from './pages.mjs';

const { Check } = interactionPolicy;
const HOUR = 60 * 60;

export function makeProvider(config, directory, keys) {
  return new Provider(config.issuer, {
    clients: config.tenants.map(client),
    jwks: keys.jwks,
    cookies: { keys: keys.cookies },
    claims: {
      // Keycloak's scope `organization:*` is unknown here; who asks for an ID token gets the organization.
      openid: ['sub', 'sid', 'gemeente', 'acr', 'auth_time', 'organization'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    acrValues: LEVELS,
    fetch: tell,
    // Claims in the ID token too: the application needs no second call at sign-in.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => { ctx.body = signOutPage(form); },
        postLogoutSuccessSource: (ctx) => { ctx.body = signedOutPage(); },
      },
    },
    interactions: { url: (ctx, interaction) => `/wie/${interaction.uid}`, policy: policy(directory) },
    findAccount: (ctx, sub) => account(directory.bySubject(sub)),
    loadExistingGrant: grantEverything,
    clientBasedCORS: () => false,
    renderError: (ctx, out) => { ctx.type = 'html'; ctx.body = errorPage(out); },
    ttl: { AccessToken: HOUR, IdToken: HOUR, Interaction: HOUR, Session: 12 * HOUR, Grant: 12 * HOUR },
  });
}

function client({ client: { id, secret }, redirect_uri, post_logout_redirect_uri, backchannel_logout_uri }) {
  return {
    client_id: id,
    client_secret: secret,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'RS256',
    redirect_uris: [redirect_uri],
    post_logout_redirect_uris: [post_logout_redirect_uri],
    // The provider puts `sid` in ID tokens only for a client with such an address.
    backchannel_logout_uri,
    backchannel_logout_session_required: true,
  };
}

function account(person) {
  if (!person) return undefined;
  const { rol, ...claims } = person;
  return { accountId: person.sub, claims: () => ({ ...claims, organization: [person.gemeente] }) };
}

/** Ask again when the browser is still signed in as someone of another municipality, or as someone else than hinted. */
function policy(directory) {
  const prompts = interactionPolicy.base();
  prompts.get('login').checks.add(new Check('other_person', 'another person has to sign in', ({ oidc }) => {
    const current = directory.bySubject(oidc.session.accountId);
    if (!current) return Check.REQUEST_PROMPT;
    const hinted = directory.byUsername(oidc.params.login_hint);
    const fits = hinted
      ? hinted.sub === current.sub
      : current.gemeente === directory.tenantOf(oidc.params.redirect_uri)?.slug;
    return fits ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
  }));
  return prompts;
}

/** The application belongs to the same organisation: nobody is asked for consent. */
async function grantEverything(ctx) {
  const { client: app, params, provider, session } = ctx.oidc;
  const known = session.grantIdFor(app.clientId);
  const grant = (known && (await provider.Grant.find(known)))
    ?? new provider.Grant({ clientId: app.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}
