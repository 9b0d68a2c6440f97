// Signing and cookie keys that survive a restart: tokens from before it stay valid.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function loadKeys(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'sleutels.json');
  if (!existsSync(path)) {
    const half = `${path}.${process.pid}`;
    writeFileSync(half, JSON.stringify(makeKeys()), { mode: 0o600 });
    renameSync(half, path);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}

function makeKeys() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signing = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomBytes(8).toString('hex') };
  return { jwks: { keys: [signing] }, cookies: [randomBytes(32).toString('base64url')] };
}
