// Makes and signs a new body for each request, for k6 0.34 and later.
//
//   __COMMAND__
//
// On several machines, give each another number from 0 to 999 in K6_INSTANCE, so that no two make the same order, and its
// part of the load, such as --execution-segment 0:1/2 and 1/2:1.
__NEEDS__import crypto from 'k6/crypto';
import encoding from 'k6/encoding';
import exec from 'k6/execution';
import http from 'k6/http';
import { check, sleep } from 'k6';

const secrets = __SECRETS__;

export const options = __OPTIONS__;

const pause = __PAUSE__; // seconds between two requests
const keepGoing = __KEEP_GOING__; // after a rejected request

const requests = __REQUESTS__;

// How many numbers of an iteration count up.
const numbers = __NUMBERS__;

const instance = __ENV.K6_INSTANCE || '';

export function setup() {
  return { run: digits(Math.floor(Math.random() * 100000), 5) };
}

export default function ({ run }) {
  const fresh = new Fresh(exec.scenario.iterationInTest, run);
  const now = Math.floor(Date.now() / 1000);
  requests.every((request, index) => {
    if (index > 0) {
      sleep(pause);
    }
    fresh.moved = now - request.sent;
    return post(request, request.body(fresh)) || keepGoing;
  });
}

function post(request, body) {
  const parameters = { headers: request.headers(body), redirects: 0, timeout: __TIMEOUT__ };
  const response = http.request(request.method, request.url, body, parameters);
  return check(response, { [`${request.event} is accepted`]: ({ status }) => request.success.includes(status) });
}

// New values of one iteration: what was equal stays equal, in all of its requests.
class Fresh {
  constructor(iteration, run) {
    this.iteration = iteration;
    this.run = run;
    this.known = new Map();
    this.count = 0;
  }
  once(old, make) {
    if (!this.known.has(old)) {
      this.known.set(old, make());
    }
    return this.known.get(old);
  }
  uuid(old) {
    return this.once(old, () => `${hex(8)}-${hex(4)}-4${hex(3)}-${letters('89ab', 1)}${hex(3)}-${hex(12)}`);
  }
  hex(old) {
    return this.once(old, () => hex(old.length));
  }
  base58(old) {
    return this.once(old, () => old[0] + letters(BASE58, old.length - 1));
  }
  // Counts up, then says which machine and which run, so that it is there only once.
  number(old) {
    return this.once(old, () => {
      this.count += 1;
      return `${this.iteration * numbers + this.count}${digits(instance, 3)}${this.run}`;
    });
  }
  order() {
    return (instance && `${instance}-`) + (this.iteration + 1);
  }
  time(old) {
    const [year, month, day, hour, minute, second = 0] = old.split(/\D/).map(Number);
    const moment = Date.UTC(year, month - 1, day, hour, minute, second) + this.moved * 1000;
    return new Date(moment).toISOString().slice(0, old.length);
  }
  milliseconds(old) {
    return String(Number(old) + this.moved * 1000);
  }
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function letters(from, count) {
  return Array.from({ length: count }, () => from[Math.floor(Math.random() * from.length)]).join('');
}

function hex(count) {
  return letters('0123456789abcdef', count);
}

function digits(number, count) {
  return String(number).padStart(count, '0');
}

function secret(name) {
  if (!__ENV[name]) {
    throw new Error(`the environment variable ${name} must hold the secret`);
  }
  return __ENV[name];
}
