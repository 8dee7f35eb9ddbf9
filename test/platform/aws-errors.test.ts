/** SDK errors -> Failures, by name, status and code. */
import { describe, expect, it } from '@jest/globals';
import { Failure, type FailureKind } from '../../src/failure.js';
import { callAws, translateAwsError } from '../../src/platform/aws-errors.js';

const call = { action: 's3:GetObject', resource: 'arn:aws:s3:::my-logs/cdn/*' };

/** An error as the SDK throws it; the message must never matter. */
function sdkError(name: string, status?: number, more: object = {}): Error {
  const error = new Error('AccessDenied Throttling NoSuchKey timeout');
  return Object.assign(error, {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status, requestId: 'r-1' } }),
    ...more,
  });
}

describe('translateAwsError', () => {
  it.each<[string, Error, FailureKind]>([
    ['a refusal of an XML service', sdkError('AccessDenied', 403), 'access-denied'],
    ['a refusal of a JSON service', sdkError('AccessDeniedException', 400), 'access-denied'],
    ['a refused HEAD without a body', sdkError('UnknownError', 403), 'access-denied'],
    ['an archived object', sdkError('InvalidObjectState', 403), 'not-found'],
    ['throttling', sdkError('Throttling', 400), 'throttled'],
    ['throttling of a JSON service', sdkError('ThrottlingException', 400), 'throttled'],
    ['S3 asking to slow down, although it is a 503', sdkError('SlowDown', 503), 'throttled'],
    ['429', sdkError('Odd', 429), 'throttled'],
    ['a missing distribution', sdkError('NoSuchDistribution', 404), 'not-found'],
    ['a missing bucket', sdkError('NoSuchBucket', 404), 'not-found'],
    ['a missing balancer', sdkError('LoadBalancerNotFoundException', 400), 'not-found'],
    ['a HEAD of nothing', sdkError('NotFound', 404), 'not-found'],
    ['a 500', sdkError('InternalError', 500), 'service-down'],
    ['a 503 under an odd name', sdkError('Odd', 503), 'service-down'],
    ['a timeout', sdkError('TimeoutError'), 'service-down'],
    ['a refused connection', sdkError('Error', undefined, { code: 'ECONNREFUSED' }), 'service-down'],
    ['a network error inside another', sdkError('Error', undefined, { cause: { code: 'ENOTFOUND' } }), 'service-down'],
    ['a TLS failure', sdkError('Error', undefined, { code: 'EPROTO', $metadata: { attempts: 1 } }), 'service-down'],
    ['an expired session', sdkError('ExpiredToken', 403), 'misconfigured'],
    ['no credentials at all', sdkError('CredentialsProviderError'), 'misconfigured'],
    ['an unknown key', sdkError('InvalidClientTokenId', 403), 'misconfigured'],
    ['a wrong clock', sdkError('RequestTimeTooSkewed', 403), 'misconfigured'],
    ['an unplayed operation', sdkError('UnknownOperationException', 400), 'bug'],
    ['a validation error', sdkError('ValidationException', 400), 'bug'],
    ['a plain error', new Error('x'), 'bug'],
  ])('takes %s as it is meant', (_what, error, kind) => {
    const failure = translateAwsError(error, call);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.kind).toBe(kind);
    expect(failure.cause).toBe(error);
    expect(failure.details).toMatchObject({ action: call.action, resource: call.resource, errorName: error.name });
    expect(failure.message).toMatch(/^AWS .*\.$/);
    expect(failure.message).not.toContain('timeout');
  });

  it('says what to allow, and keeps the request id', () => {
    const failure = translateAwsError(sdkError('AccessDenied', 403), call);
    expect(failure.message).toBe('AWS refused s3:GetObject on arn:aws:s3:::my-logs/cdn/*.');
    expect(failure.details).toEqual({
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::my-logs/cdn/*',
      errorName: 'AccessDenied',
      httpStatus: 403,
      requestId: 'r-1',
      remedy: 'Allow s3:GetObject on arn:aws:s3:::my-logs/cdn/* for the role that cf502 reads with.',
    });
  });

  it.each([undefined, null, 'text', 7, {}])('makes a Failure of %p, too', (thrown) => {
    expect(translateAwsError(thrown, call).kind).toBe('bug');
  });

  it('leaves a Failure as it is', () => {
    const failure = new Failure('bad-data', 'x');
    expect(translateAwsError(failure, call)).toBe(failure);
  });

  it('reports an abort as its reason', () => {
    const reason = new Failure('timed-out', 'The deadline passed.');
    const signal = AbortSignal.abort(reason);
    // What a body stream throws when its socket is destroyed by the signal.
    expect(translateAwsError(sdkError('Error', undefined, { code: 'ECONNRESET' }), { ...call, signal })).toBe(reason);
    expect(translateAwsError(sdkError('AbortError', undefined, { cause: reason }), call)).toBe(reason);
    expect(translateAwsError(sdkError('AbortError'), call).kind).toBe('cancelled');
    expect(translateAwsError(new Error('x'), { ...call, signal: AbortSignal.abort() }).kind).toBe('cancelled');
  });
});

describe('callAws', () => {
  it('gives back what the call gives', async () => {
    expect(await callAws('a:B', '*', () => Promise.resolve(7))).toBe(7);
    expect(await callAws('a:B', '*', () => Promise.resolve(7), new AbortController().signal)).toBe(7);
  });

  it('translates what it throws, and names no resource where there is none', async () => {
    const failing = callAws('cloudfront:ListDistributions', '*', () => Promise.reject(sdkError('AccessDenied', 403)));
    await expect(failing).rejects.toMatchObject({
      kind: 'access-denied',
      message: 'AWS refused cloudfront:ListDistributions.',
    });
  });

  it('does not begin after an abort, and ends at once with one', async () => {
    const reason = new Failure('cancelled', 'Somebody cancelled.');
    let begun = false;
    const begin = () => {
      begun = true;
      return Promise.resolve();
    };
    await expect(callAws('a:B', '*', begin, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(begun).toBe(false);
    const stop = new AbortController();
    const endless = callAws('a:B', '*', () => new Promise(() => undefined), stop.signal);
    stop.abort(reason);
    await expect(endless).rejects.toBe(reason);
  });

  it('leaves nothing behind on the signal or unhandled', async () => {
    const stop = new AbortController();
    let rejectLate: (error: Error) => void = () => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      rejectLate = reject;
    });
    const racing = callAws('a:B', '*', () => late, stop.signal);
    stop.abort(new Failure('cancelled', 'x'));
    await expect(racing).rejects.toMatchObject({ kind: 'cancelled' });
    rejectLate(new Error('after the end'));
    await expect(late).rejects.toThrow('after the end');
  });
});
