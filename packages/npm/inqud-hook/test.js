// For tests of webhook endpoints with node:test, vitest or jest: runs inqud-hook and reads its JSON lines.
//
// Words become arguments, the properties of objects become options: ('INVOICE_PAID', { to: url, orderId: 'A-1' }) is
// INVOICE_PAID --to URL --order-id A-1. A `secret` goes to standard input, so that no list of processes shows it.
'use strict'

const { AssertionError } = require('node:assert')
const { spawn } = require('node:child_process')
const { createInterface } = require('node:readline')
const { installed } = require('./binary.js')

/** The exit code of a run that could not do its work, such as one with an unknown option. */
const CANNOT_WORK = 2

/** How many lines a message shows. */
const MOST_SHOWN = 10

/** An option as arguments: true is the name alone, a list repeats it, an object repeats it as NAME=JSON. */
function option(name, value) {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  if (value === undefined || value === null || value === false) return []
  if (value === true) return [flag]
  if (Array.isArray(value)) return value.flatMap((one) => option(name, one))
  if (typeof value !== 'object') return [`${flag}=${value}`]
  return Object.entries(value).map(([key, one]) => `${flag}=${key}=${JSON.stringify(one)}`)
}

function commandLine(name, words) {
  const operands = words.filter((word) => typeof word !== 'object').map(String)
  const { secret, command = [], ...options } = Object.assign({}, ...words.filter((word) => typeof word === 'object'))
  const args = [name, '--format=json', ...Object.entries(options).flatMap(([key, value]) => option(key, value))]
  if (secret !== undefined) args.push('--secret-file=-')
  args.push(...operands)
  // What starts the endpoint that `test` judges.
  if (command.length > 0) args.push('--', ...command)
  return { args, secret }
}

/** Starts inqud-hook; `lines` grows while it runs, and `onLine` is called with each. */
function start(name, words, onLine = () => {}) {
  const { args, secret } = commandLine(name, words)
  // Without a package for this platform, the inqud-hook on the PATH.
  const child = spawn(installed() ?? 'inqud-hook', args)
  const lines = []
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line))
    onLine(lines.at(-1))
  })
  // It may end without reading its input.
  child.stdin.on('error', () => {}).end(secret)
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === CANNOT_WORK) reject(new Error(`inqud-hook ${args.join(' ')}\n${stderr}`))
      else resolve(new Result(name, code ?? signal, lines, stderr))
    })
  })
  // Node would end the process if this failed before it is awaited.
  ended.catch(() => {})
  return { child, lines, ended }
}

/** A line for a message; empty where there is nothing to say. */
function describe(line) {
  if (line.type === 'summary') return line.missing?.length ? `missing: ${line.missing.join(', ')}` : ''
  const { verdict, explanation, fix } = line.signature ?? line
  if (['ready', 'body'].includes(line.type) || ['pass', 'not_run'].includes(verdict)) return ''
  const findings = line.findings?.map(({ message }) => message) ?? []
  const said = [line.status, verdict, explanation ?? line.reason, line.message, line.got, ...findings]
  const hint = line.hint ?? fix ?? line.help
  return `${line.event ?? line.id ?? line.source}: ${said.filter(Boolean).join(', ')}${hint ? `\n    hint: ${hint}` : ''}`
}

/** What a finished run found. */
class Result {
  constructor(name, code, lines, stderr) {
    Object.assign(this, { name, code, lines, stderr })
  }

  /** Exit code 0: all was as expected. */
  get ok() {
    return this.code === 0
  }

  /** There were deliveries, and all were accepted. */
  get accepted() {
    return this.summary.sent > 0 && this.summary.accepted === this.summary.sent
  }

  /** There were deliveries, and all were answered and refused. */
  get refused() {
    return this.summary.sent > 0 && this.summary.refused === this.summary.sent
  }

  get deliveries() {
    return this.lines.filter(({ type }) => type === 'delivery')
  }

  get summary() {
    return this.lines.findLast(({ type }) => type === 'summary') ?? {}
  }

  /** What was found, for the messages of assertions. */
  toString() {
    const told = this.lines.map(describe).filter(Boolean)
    const more = told.length > MOST_SHOWN ? [`and ${told.length - MOST_SHOWN} more`] : []
    return [`inqud-hook ${this.name}: exit code ${this.code}`, ...told.slice(0, MOST_SHOWN), ...more].join('\n  ')
  }

  /** Fails with what was found unless that is true: 'ok', 'accepted' or 'refused'. Returns itself. */
  assert(what = 'ok') {
    if (this[what]) return this
    throw new AssertionError({ message: `not ${what}: ${this}`, actual: this[what], expected: true, operator: '==' })
  }
}

/** Receives on a free port, until its goal (`until`, `count`) or `deadline` (30s) is reached, or until it is stopped. */
async function listen(...words) {
  const port = words.some((word) => typeof word !== 'object') ? [] : [0]
  let running
  const ready = await new Promise((resolve, reject) => {
    running = start('listen', [...port, { deadline: '30s' }, ...words], (line) => line.type === 'ready' && resolve(line))
    running.ended.then((result) => reject(new Error(String(result))), reject)
  })
  const { child, lines, ended } = running
  const stop = () => (child.kill(), ended)
  const deliveries = () => lines.filter(({ type }) => type === 'delivery')
  return { url: ready.url, port: ready.port, deliveries, done: () => ended, stop }
}

const send = (...words) => start('send', words).ended
const validate = (...words) => start('validate', words).ended
const verify = (...words) => start('verify', words).ended
const test = (...words) => start('test', words).ended

module.exports = { send, listen, validate, verify, test }
