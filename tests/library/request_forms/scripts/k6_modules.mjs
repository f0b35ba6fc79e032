// Stands in for the modules of k6 in Node: writes down what is posted instead of posting it.
import { createHmac } from 'node:crypto';

const posts = [];
const scenario = { iterationInTest: 0 };

export function check(response, checks) {
  posts.at(-1).checks = Object.entries(checks).map(([name, holds]) => [name, holds(response)]);
  return posts.at(-1).checks.every(([, holds]) => holds);
}

export function sleep(seconds) {
  if (seconds > 0) {
    posts.push({ slept: seconds });
  }
}

export default {
  scenario,
  request(method, url, body, { headers, redirects }) {
    posts.push({ method, url, headers, redirects: redirects > 0, body: Buffer.from(body).toString('base64') });
    return { status: 201 };
  },
  hmac(algorithm, secret, body, encoding) {
    const text = typeof body === 'string' ? body : Buffer.from(body);
    return createHmac(algorithm, secret).update(text).digest(encoding);
  },
  b64decode(text) {
    return new Uint8Array(Buffer.from(text, 'base64')).buffer;
  },
};

// Runs iterations of a script, with the clock standing still.
export async function run(script, now, iterations) {
  Date.now = () => now;
  globalThis.__ENV = process.env;
  const module = await import(script);
  const data = module.setup?.();
  const all = [];
  for (; scenario.iterationInTest < iterations; scenario.iterationInTest += 1) {
    module.default(data);
    all.push(posts.splice(0));
  }
  console.log(JSON.stringify({ options: module.options, all }));
}
