import { describe, expect, it } from '@jest/globals';
import { Failure, toFailure } from '../src/failure.js';

describe('toFailure', () => {
  const ours = new Failure('access-denied', 'Not allowed.', { details: { action: 's3:GetObject' } });
  it.each([
    ['a Failure as it is', ours, ours],
    ['an abort as its reason', Object.assign(new Error('aborted', { cause: ours }), { name: 'AbortError' }), ours],
  ])('takes %s', (_what, thrown, expected) => {
    expect(toFailure(thrown)).toBe(expected);
  });

  it.each([
    ['an error of the runtime', new TypeError('x is undefined'), 'x is undefined'],
    ['a string', 'no', 'no'],
    ['nothing', undefined, 'undefined'],
  ])('takes %s for a bug of ours', (_what, thrown, message) => {
    expect(toFailure(thrown)).toMatchObject({ kind: 'bug', message, cause: thrown });
  });
});
