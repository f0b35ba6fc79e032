// The types of test.js.

/** A line that inqud-hook printed; docs/json.md has the fields of each type. */
export interface Line {
  type: string
  [field: string]: any
}

/** What a finished run found. `String(result)` is the message of a failed assertion. */
export interface Result {
  name: string
  /** The exit code, 0 or 1; 130 where it was stopped. Where it is 2, the promise is rejected instead. */
  code: number | string
  lines: Line[]
  stderr: string
  /** Exit code 0: all was as expected. */
  readonly ok: boolean
  /** There were deliveries, and all were accepted. */
  readonly accepted: boolean
  /** There were deliveries, and all were answered and refused. */
  readonly refused: boolean
  readonly deliveries: Line[]
  readonly summary: Line
  /** Fails with what was found unless that is true; 'ok' by default. */
  assert(what?: 'ok' | 'accepted' | 'refused'): this
}

/** Receives on `url` until it is done or stopped. */
export interface Listener {
  url: string
  port: number
  /** The deliveries until now. */
  deliveries(): Line[]
  /** Waits for the goal or the deadline. */
  done(): Promise<Result>
  /** Stops it; where a goal was not reached, the result is not ok. */
  stop(): Promise<Result>
}

export type Value = string | number | boolean | null | undefined

/** Any option of the command, in camel case: `orderId: 'A-1'` is `--order-id A-1`. */
export interface Options {
  /** The secret that signs and verifies. */
  secret?: string
  /** What starts the endpoint; only for `test`. */
  command?: string[]
  [option: string]: Value | string[] | Record<string, unknown>
}

type Word = string | number | Options

export function send(...words: Word[]): Promise<Result>
export function listen(...words: Word[]): Promise<Listener>
export function validate(...words: Word[]): Promise<Result>
export function verify(...words: Word[]): Promise<Result>
export function test(...words: Word[]): Promise<Result>
