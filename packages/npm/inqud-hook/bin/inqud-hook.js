#!/usr/bin/env node
// Starts the binary of this platform: same terminal, same exit code. Signals that are sent to this process are passed on.
'use strict'

const { spawn } = require('node:child_process')
const { constants } = require('node:os')
const { isatty } = require('node:tty')
const { installed, missing } = require('../binary.js')

// Exit code 2: the tool could not work.
const CANNOT_WORK = 2

/** Ctrl-C in a terminal reaches the binary by itself, and a second signal would stop it before its work is finished. */
function arrivesByItself(signal) {
  return signal === 'SIGINT' && [0, 1, 2].some(isatty)
}

function run(binary) {
  const child = spawn(binary, process.argv.slice(2), { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!arrivesByItself(signal)) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    console.error(`error: cannot start ${binary}: ${error.message}`)
    process.exit(CANNOT_WORK)
  })
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code))
}

const binary = installed()
if (binary) {
  run(binary)
} else {
  console.error(missing())
  process.exitCode = CANNOT_WORK
}
