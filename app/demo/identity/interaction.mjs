// The one question of this provider, "Wie bent u?", as Koa middleware in front of it.
import { againPage, refusedPage, whoPage } from './pages.mjs';

const PATH = /^\/wie\/[\w-]+$/;
const LIMIT = 4096; // bytes; the form holds one short field
// Authentication context classes, low to high. The high one is given to who is asked again and answers.
export const LEVELS = ['basis', 'bevestigd'];

export function interaction(provider, directory) {
  return async function whoAreYou(ctx, next) {
    if (!PATH.test(ctx.path)) return next();
    const details = await find(provider, ctx);
    if (!details) return refuse(ctx, 'Deze aanmelding is verlopen. Ga terug naar KISS en meld u opnieuw aan.');
    const tenant = directory.tenantOf(details.params.redirect_uri);
    if (ctx.method === 'POST') {
      const person = directory.bySubject((await readForm(ctx.req)).get('wie'));
      const offered = person && person.gemeente === tenant.slug;
      return offered ? finish(provider, ctx, details, person) : refuse(ctx, 'Kies iemand van de lijst.');
    }
    const hinted = directory.byUsername(details.params.login_hint);
    ctx.type = 'html';
    if (isAskedAgain(details)) {
      // A hint that is nobody here (an invited address) means: somebody else than this browser knows.
      const known = hinted ?? (details.params.login_hint ? undefined : directory.bySubject(details.session?.accountId));
      ctx.body = known?.gemeente === tenant.slug
        ? againPage(tenant, known)
        : whoPage(tenant, directory.peopleOf(tenant));
      return undefined;
    }
    if (hinted) return finish(provider, ctx, details, hinted);
    ctx.body = whoPage(tenant, directory.peopleOf(tenant));
    return undefined;
  };
}

/** Whether the application wants to see the person again, however short ago that was. */
function isAskedAgain({ params }) {
  return String(params.prompt ?? '').split(' ').includes('login');
}

function levelOf({ params }) {
  const asked = String(params.acr_values ?? '').split(' ');
  return LEVELS.findLast((level) => asked.includes(level)) ?? LEVELS[0];
}

async function find(provider, ctx) {
  try {
    return await provider.interactionDetails(ctx.req, ctx.res);
  } catch (error) {
    if (error.name === 'SessionNotFound') return undefined;
    throw error;
  }
}

async function finish(provider, ctx, details, person) {
  await endOtherSession(provider, details, person);
  const location = await provider.interactionResult(ctx.req, ctx.res, {
    login: { accountId: person.sub, amr: ['demo'], acr: levelOf(details) },
  });
  ctx.status = 303;
  ctx.redirect(location);
}

/** Without this the provider would first show a page of its own that signs the other person out. */
async function endOtherSession(provider, details, person) {
  if (!details.session?.uid || details.session.accountId === person.sub) return;
  const session = await provider.Session.findByUid(details.session.uid);
  await session?.destroy();
  details.session = undefined;
  await details.save(details.exp - Math.floor(Date.now() / 1000));
}

async function readForm(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > LIMIT) break;
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

function refuse(ctx, message) {
  ctx.status = 400;
  ctx.type = 'html';
  ctx.body = refusedPage(message);
}
