// Where the binary of this platform is: in one of the packages that npm chooses by `os` and `cpu`. Linux has one for glibc
// and musl, since it is static.
'use strict'

const PACKAGES = {
  'linux-x64': 'inqud-hook-linux-x64',
  'linux-arm64': 'inqud-hook-linux-arm64',
  'darwin-x64': 'inqud-hook-darwin-x64',
  'darwin-arm64': 'inqud-hook-darwin-arm64',
  'win32-x64': 'inqud-hook-win32-x64',
}

const platform = `${process.platform}-${process.arch}`
const program = process.platform === 'win32' ? 'inqud-hook.exe' : 'inqud-hook'

/** The path of the binary, or undefined where its package is not installed. */
function installed() {
  try {
    return require.resolve(`${PACKAGES[platform]}/bin/${program}`)
  } catch {
    return undefined
  }
}

/** Why it is not installed, and what to do. */
function missing() {
  const name = PACKAGES[platform]
  if (!name) {
    return `error: inqud-hook has no npm package for ${platform}
hint: build it with Rust: cargo install inqud-hook`
  }
  return `error: the package ${name} is not installed
hint: it has the binary for ${platform}, and is an optional
  dependency. Install without --omit=optional. If
  package-lock.json was made on another system, delete it and
  node_modules, and install again. Or add only this package:
  npm install --no-save ${name}@${require('./package.json').version}`
}

module.exports = { installed, missing }
