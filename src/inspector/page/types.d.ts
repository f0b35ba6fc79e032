// The shapes of what the server answers. Only for the type checker; the server does not serve this file.

export interface Signature {
  verdict: 'valid' | 'invalid' | 'missing' | 'unchecked';
  reason: string | null;
  scheme?: string | null;
  explanation?: string | null;
  fix?: string | null;
}

export interface Money {
  amount: string;
  currency: string | null;
}

export interface Forwarded {
  target: string;
  status: number | null;
  fault: string | null;
}

/** A delivery in the list. */
export interface Row {
  seq: number;
  rev: number;
  number: number | null;
  id: string;
  received_at: string;
  source: string | null;
  provider: string | null;
  event: string | null;
  order: string | null;
  amount: string | null;
  currency: string | null;
  payment: Money | null;
  due: Money | null;
  signature: Signature;
  errors: number;
  warnings: string[];
  bytes: number;
  duplicate_of: string | null;
  same_id_as: string | null;
  out_of_order: string | null;
  after_end: string | null;
  accepted: boolean | null;
  answer: { status: number | null; reason: string | null; latency_ms: number | null };
  forwarded: Forwarded[];
}

export interface Finding {
  rule: string;
  severity: 'error' | 'warning' | 'note';
  pointer: string;
  line: number;
  column: number;
  offset: number;
  length: number;
  message: string;
  label: string | null;
  help: string | null;
}

export interface Change {
  pointer: string;
  before: string | null;
  now: string | null;
}

export interface Answered {
  status: number | null;
  headers: [string, string][];
  body?: string | null;
  body_base64?: string | null;
  cut?: boolean;
}

export type Forward = Answered & Forwarded & { latency_ms: number | null };

/** All of a delivery. */
export interface Delivery extends Row {
  method: string;
  target: string;
  headers: [string, string][];
  remote: string | null;
  findings: Finding[];
  compressed?: boolean;
  masked?: unknown;
  body: string | null;
  body_base64: string | null;
  previous: { seq: number; same_bytes: boolean; changes: Change[] | null } | null;
  answered: Answered | null;
  forwards: Forward[];
}

export interface State {
  version: string;
  following: boolean;
  sources: string[];
  journal: string | null;
  targets: string[];
  can_record: boolean;
  events: { name: string; summary: string }[];
  scenarios: { name: string; summary: string; steps: number }[];
  zone: string;
}

export interface Batch {
  oldest: number;
  newest: number;
  kept: number;
  /** What could not be read last. */
  problem: string | null;
  deliveries: Row[];
}

/** What came of sending one delivery. */
export interface Result {
  event: string | null;
  status: number | null;
  accepted: boolean;
  reason: string | null;
  hint: string | null;
  latency_ms: number | null;
}
