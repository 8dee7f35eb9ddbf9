/** Translates what the AWS SDK throws into Failures: by error name, HTTP status or system code, never by message text. */
import { Failure, type FailureKind } from '../failure.js';
import {
  absentNames,
  credentialNames,
  deniedNames,
  networkCodes,
  throttlingNames,
  unansweredNames,
} from './aws-error-names.js';

export interface AwsCall {
  /** The IAM action, for example `cloudfront:GetDistribution`. */
  readonly action: string;
  /** ARN of what it is asked of, or `*` where IAM knows no resource for the action. */
  readonly resource: string;
  /** The signal given to the call: when it is aborted, its reason is what is reported. */
  readonly signal?: AbortSignal;
}

/**
 * Runs one AWS call and translates its failure. An aborted signal ends the wait even while the SDK sleeps between two tries.
 * @throws Failure, always.
 */
export async function callAws<Result>(
  action: string,
  resource: string,
  run: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  try {
    if (signal === undefined) return await run();
    signal.throwIfAborted();
    return await untilAborted(signal, run());
  } catch (error) {
    throw translateAwsError(error, { action, resource, ...(signal === undefined ? {} : { signal }) });
  }
}

async function untilAborted<Result>(signal: AbortSignal, running: Promise<Result>): Promise<Result> {
  let stopWaiting: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    stopWaiting = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([running, aborted]);
  } finally {
    stopWaiting();
  }
}

/**
 * What was thrown, as a Failure whose `details` hold `action`, `resource`, `errorName`, `httpStatus`, `requestId` and, where somebody can
 * do something about it, `remedy`.
 */
export function translateAwsError(error: unknown, call: AwsCall): Failure {
  if (error instanceof Failure) return error;
  if (call.signal?.aborted === true) return abortFailure(call.signal.reason, error);
  const facts = readFacts(error);
  if (facts.name === 'AbortError') return abortFailure(facts.cause, error);
  const kind = kindOf(facts);
  const { sentence, remedy } = wording[kind];
  return new Failure(kind, sentence(call, facts), {
    cause: error,
    details: {
      action: call.action,
      resource: call.resource,
      errorName: facts.name,
      ...(facts.status === null ? {} : { httpStatus: facts.status }),
      ...(facts.requestId === null ? {} : { requestId: facts.requestId }),
      ...(remedy === undefined ? {} : { remedy: remedy(call) }),
    },
  });
}

interface ErrorFacts {
  readonly name: string;
  readonly code: string | null;
  readonly status: number | null;
  readonly requestId: string | null;
  /** A request was sent, or tried to be. */
  readonly tried: boolean;
  readonly cause: unknown;
}

function readFacts(error: unknown): ErrorFacts {
  const top = asRecord(error);
  const metadata = asRecord(top['$metadata']);
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  // S3 names an answer without a body by its status alone.
  const name = text(top['name']) ?? 'UnknownError';
  return {
    name: name === 'UnknownError' || name === 'Error' ? (text(top['Code']) ?? name) : name,
    code: text(top['code']) ?? text(asRecord(top['cause'])['code']),
    status: typeof metadata['httpStatusCode'] === 'number' ? metadata['httpStatusCode'] : null,
    requestId: text(metadata['requestId']),
    tried: typeof metadata['attempts'] === 'number',
    cause: top['cause'],
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

type AwsFailureKind = Extract<
  FailureKind,
  'access-denied' | 'misconfigured' | 'throttled' | 'not-found' | 'service-down' | 'bug'
>;

function kindOf({ name, code, status, tried }: ErrorFacts): AwsFailureKind {
  // Query-protocol services call the same thing `AccessDenied` and `AccessDeniedException`; both are listed.
  if (deniedNames.has(name)) return 'access-denied';
  if (credentialNames.has(name)) return 'misconfigured';
  if (throttlingNames.has(name) || status === 429) return 'throttled';
  if (absentNames.has(name) || name.startsWith('NoSuch') || name.endsWith('NotFoundException')) return 'not-found';
  if (unansweredNames.has(name) || (status !== null && status >= 500)) return 'service-down';
  if (code !== null && networkCodes.has(code)) return 'service-down';
  // A nameless error without an answer is the connection's: TLS, a proxy, a code that is not in the list.
  if (status === null && tried && name === 'Error') return 'service-down';
  if (status === 403 || status === 401) return 'access-denied';
  if (status === 404) return 'not-found';
  return 'bug';
}

/** The sentence for each kind and, where somebody can do something about it, what. */
const wording: Readonly<
  Record<
    AwsFailureKind,
    { readonly sentence: (call: AwsCall, facts: ErrorFacts) => string; readonly remedy?: (call: AwsCall) => string }
  >
> = {
  'access-denied': {
    sentence: (call) => `AWS refused ${call.action}${on(call)}.`,
    remedy: ({ action, resource }) => `Allow ${action} on ${resource} for the role that cf502 reads with.`,
  },
  misconfigured: {
    sentence: ({ action }, facts) => `AWS did not accept the credentials used for ${action} (${facts.name}).`,
    remedy: () =>
      'Give the process valid AWS credentials: check its role or keys, their expiry, and readRoleArn in the policy file.',
  },
  throttled: {
    sentence: ({ action }) => `AWS asked us to slow down at ${action}.`,
    remedy: () => 'Run the check again in a minute.',
  },
  'not-found': {
    sentence: (call, facts) => `AWS found nothing for ${call.action}${on(call)} (${facts.name}).`,
  },
  'service-down': {
    sentence: ({ action }, facts) => `AWS did not answer ${action} (${facts.code ?? facts.name}).`,
    remedy: () =>
      'Run the check again; if it stays so, look at the AWS Health Dashboard and at the network between cf502 and AWS.',
  },
  bug: {
    sentence: (call, facts) => `AWS rejected ${call.action}${on(call)} (${facts.name}).`,
  },
};

function on({ resource }: AwsCall): string {
  return resource === '*' ? '' : ` on ${resource}`;
}

function abortFailure(reason: unknown, error: unknown): Failure {
  if (reason instanceof Failure) return reason;
  return new Failure('cancelled', 'The check was stopped before AWS answered.', { cause: error });
}
