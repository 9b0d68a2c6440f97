// What the provider sends by itself: the notice that somebody signed out (back-channel logout). Names below .localhost
// mean this machine, also where nothing resolves them; Node's own fetch could not be told so.
import { request } from 'node:http';

export function tell(url, { method, headers, body, signal }) {
  const { hostname, port, pathname, host } = new URL(url);
  if (!hostname.endsWith('.localhost')) throw new Error(`Alleen naar deze machine: ${hostname}`);
  const sent = Buffer.from(String(body ?? ''));
  const fields = { ...Object.fromEntries(headers), host, 'content-length': sent.length };
  return new Promise((resolve, reject) => {
    const there = { host: '127.0.0.1', port, path: pathname, method, headers: fields, signal };
    request(there, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode });
    }).on('error', reject).end(sent);
  });
}
