#!/usr/bin/env node
// Makes npm packages in the folder OUT:
//
//   pack.mjs OUT                                    the main package: launcher and test helper
//   pack.mjs OUT --target TARGET --binary PATH      the package of one platform, with its binary
//
// Version, description and repository are those of Cargo.toml. The same inputs give the same files.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MAIN = fileURLToPath(new URL('inqud-hook', import.meta.url))

// What npm calls the system and the processor of a target. A static binary is for every libc.
const TARGETS = {
  'x86_64-unknown-linux-musl': { os: ['linux'], cpu: ['x64'] },
  'aarch64-unknown-linux-musl': { os: ['linux'], cpu: ['arm64'] },
  'x86_64-apple-darwin': { os: ['darwin'], cpu: ['x64'] },
  'aarch64-apple-darwin': { os: ['darwin'], cpu: ['arm64'] },
  'x86_64-pc-windows-msvc': { os: ['win32'], cpu: ['x64'] },
  // Not released: for a build of one's own.
  'x86_64-unknown-linux-gnu': { os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
}

const manifest = readFileSync(join(ROOT, 'Cargo.toml'), 'utf8')
const field = (name) => manifest.match(new RegExp(`^${name} = "(.*)"$`, 'm'))[1]
const version = field('version')
const shared = {
  version,
  description: field('description'),
  license: field('license'),
  repository: { type: 'git', url: `git+${field('repository')}.git` },
  homepage: field('repository'),
}

const nameOf = ({ os, cpu }) => `inqud-hook-${os}-${cpu}`

/** Fills the folder with the main package. */
function main(folder) {
  const own = JSON.parse(readFileSync(join(MAIN, 'package.json'), 'utf8'))
  const names = new Set(Object.values(TARGETS).map(nameOf))
  const optionalDependencies = Object.fromEntries([...names].map((name) => [name, version]))
  cpSync(MAIN, folder, { recursive: true })
  return { ...own, ...shared, optionalDependencies }
}

/** Fills the folder with the package of that target. */
function platform(folder, target, binary) {
  const kind = TARGETS[target]
  if (!kind || !binary) throw new Error(`give --binary, and as --target one of ${Object.keys(TARGETS).join(', ')}`)
  const program = `bin/inqud-hook${target.includes('windows') ? '.exe' : ''}`
  mkdirSync(join(folder, 'bin'))
  copyFileSync(binary, join(folder, program))
  // Files from a workflow's artifact have lost their executable bit.
  chmodSync(join(folder, program), 0o755)
  writeFileSync(join(folder, 'README.md'), `The binary of inqud-hook for ${target}. Install the package inqud-hook.\n`)
  return { name: nameOf(kind), ...shared, ...kind, files: ['bin', 'LICENSE-*'], preferUnplugged: true }
}

const { values, positionals } = parseArgs({
  options: { target: { type: 'string' }, binary: { type: 'string' } },
  allowPositionals: true,
})
if (positionals.length !== 1) throw new Error('usage: pack.mjs OUT [--target TARGET --binary PATH]')
const out = resolve(positionals[0])
const folder = mkdtempSync(join(tmpdir(), 'inqud-hook-npm-'))
try {
  const own = values.target ? platform(folder, values.target, values.binary) : main(folder)
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(own, null, 2)}\n`)
  for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) copyFileSync(join(ROOT, name), join(folder, name))
  mkdirSync(out, { recursive: true })
  execFileSync('npm', ['pack', '--silent', '--pack-destination', out], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
} finally {
  rmSync(folder, { recursive: true })
}
