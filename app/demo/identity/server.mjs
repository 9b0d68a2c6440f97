// The development identity provider: `KISS_ENV=development KISS_IDENTITY_CONFIG=… node server.mjs`.
// Listens on 127.0.0.1 and answers only for the host of its issuer (inloggen.localhost:<port>); see
// docs/decisions/0003-dev-identity-provider.md.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Directory, readConfig } from './config.mjs';
import { interaction } from './interaction.mjs';
import { loadKeys } from './keys.mjs';
import { makeProvider } from './provider.mjs';

const FILES = ['stijl.css', 'afmelden.js', 'merk.svg'];
const FONT = '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2';

function main() {
  const config = readConfig(process.env);
  const directory = new Directory(config);
  const provider = makeProvider(config, directory, loadKeys(config.data));
  provider.use(guard(new URL(config.issuer).host, directory.origins));
  provider.use(files());
  provider.use(interaction(provider, directory));
  provider.on('server_error', (ctx, error) => console.error(error));
  provider.on('backchannel.error', (ctx, error) => console.error(`Afmelden elders: ${error.message}`));
  const server = createServer(provider.callback());
  server.listen(config.port, '127.0.0.1', () => console.log(`Aanmelddienst op ${config.issuer}`));
  process.on('SIGTERM', () => process.exit(0));
}

/** Another host name is somebody else's page (DNS rebinding). Forms lead back to the municipalities, hence form-action. */
function guard(host, origins) {
  const policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
    `form-action 'self' ${origins.join(' ')}`, "frame-ancestors 'none'", "base-uri 'none'",
  ].join('; ');
  return async function onlyOurHost(ctx, next) {
    if (ctx.host !== host) {
      ctx.status = 404;
      return undefined;
    }
    ctx.set('Content-Security-Policy', policy);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('Referrer-Policy', 'no-referrer');
    return next();
  };
}

function files() {
  const paths = FILES.map((name) => [name, join(import.meta.dirname, 'files', name)]);
  paths.push(['letter.woff2', fileURLToPath(import.meta.resolve(FONT))]);
  const contents = new Map(paths.map(([name, path]) => [
    `/bestand/${name}`, { type: extname(name), body: readFileSync(path) },
  ]));
  return async function ownFiles(ctx, next) {
    const found = contents.get(ctx.path);
    if (!found || ctx.method !== 'GET') return next();
    ctx.type = found.type;
    ctx.body = found.body;
    return undefined;
  };
}

try {
  main();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
