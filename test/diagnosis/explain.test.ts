/** How many of the 502s a cause accounts for: cells, hosts, limits, and the union of several causes. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countFitting, countShares, largestRest, matchesCell, shareOf, unionOf } from '../../src/diagnosis/explain.js';
import { aCell, someLogs } from '../builders/evidence.js';

const api = aCell({ behaviour: '/api/*', path: '/api/:id', count: 400 });
const apiDns = aCell({ behaviour: '/api/*', path: '/api/:id', detailedResult: 'OriginDnsError', count: 30 });
const rest = aCell({ behaviour: '*', path: '/', count: 100 });
const logs = someLogs({ cells: [api, apiDns, rest] });

describe('matchesCell', () => {
  it.each([
    ['anything', {}, true],
    ['its behaviour', { behaviours: ['*', '/api/*'] }, true],
    ['another behaviour', { behaviours: ['*'] }, false],
    ['no behaviour', { behaviours: [] }, false],
    ['its path', { paths: ['/api/:id'] }, true],
    ['another path', { paths: ['/'] }, false],
    ['a path of another length', { paths: ['/api/8812/items'] }, false],
    ['its method', { methods: ['GET', 'HEAD'] }, true],
    ['another method', { methods: ['POST'] }, false],
    ['its path and another method', { paths: ['/api/:id'], methods: ['POST'] }, false],
    ['another method, where it is named', { methods: ['POST'], named: ['OriginConnectError'] }, true],
    ['its result', { detailedResults: ['OriginConnectError'] }, true],
    ['another result', { detailedResults: ['OriginDnsError'] }, false],
    ['its behaviour and another result', { behaviours: ['/api/*'], detailedResults: ['OriginDnsError'] }, false],
  ])('%s', (_, explains, expected) => {
    expect(matchesCell(explains, api)).toBe(expected);
  });
});

describe('countFitting', () => {
  it.each([
    ['everything', {}, 530],
    ['one behaviour', { behaviours: ['/api/*'] }, 430],
    ['one result of it', { behaviours: ['/api/*'], detailedResults: ['OriginDnsError'] }, 30],
    ['no more than a limit', { behaviours: ['/api/*'], atMost: 12 }, 12],
    ['a limit that does not bind', { behaviours: ['*'], atMost: 5_000 }, 100],
  ])('%s', (_, explains, expected) => {
    expect(countFitting(logs, explains)).toBe(expected);
  });

  it('counts no more for a host than has failed for it', () => {
    const hosts = someLogs({
      cells: [api],
      dimensions: {
        ...logs.dimensions,
        host: [
          { value: 'www.example.com', requests: 500, failures: 300 },
          { value: 'API.example.com', requests: 500, failures: 80 },
          { value: '(other)', requests: 100, failures: 20 },
        ],
      },
    });
    expect(countFitting(hosts, { hosts: ['api.example.com'] })).toBe(100);
    expect(countFitting(hosts, { hosts: ['unseen.example.com'] })).toBe(20);
    expect(countShares(hosts, shareOf(hosts, [{ hosts: ['www.example.com'] }, { hosts: ['api.example.com'] }]))).toBe(
      400,
    );
    expect(countShares(hosts, shareOf(hosts, [{ hosts: ['api.example.com'] }, {}]))).toBe(400);
  });

  it('counts nothing without logs', () => {
    expect(countFitting(null, {})).toBe(0);
  });
});

describe('several causes', () => {
  it('count rows that they share once', () => {
    const both = [{ behaviours: ['/api/*'] }, { detailedResults: ['OriginConnectError'] }];
    const shares = both.map((explains) => shareOf(logs, [explains]));
    expect(shares.map((share) => countShares(logs, share))).toEqual([430, 500]);
    expect(countShares(logs, unionOf(shares, 3))).toBe(530);
  });

  it('never account for more than there is, nor for less than one of them', () => {
    const cell = fc.record({
      behaviour: fc.constantFrom('*', '/a'),
      path: fc.constantFrom('/', '/b'),
      method: fc.constant('GET'),
      detailedResult: fc.constantFrom('Error', 'OriginDnsError'),
      count: fc.nat(1000),
    });
    const explains = fc.record(
      {
        behaviours: fc.subarray(['*', '/a']),
        detailedResults: fc.subarray(['Error', 'OriginDnsError']),
        hosts: fc.subarray(['www.example.com', 'other.example.com']),
        atMost: fc.nat(1000),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 6 }), fc.array(explains, { maxLength: 4 }), (cells, causes) => {
        const some = someLogs({ cells });
        const shares = causes.map((cause) => shareOf(some, [cause]));
        const union = countShares(some, unionOf(shares, cells.length));
        expect(union).toBeLessThanOrEqual(some.failures);
        for (const share of shares) expect(union).toBeGreaterThanOrEqual(countShares(some, share));
        expect(union).toBeLessThanOrEqual(shares.reduce((sum, share) => sum + countShares(some, share) + 1, 0));
      }),
    );
  });
});

describe('largestRest', () => {
  it('is the commonest kind that is left over', () => {
    expect(largestRest(logs, [1, 1, 0])).toEqual({ cell: rest, count: 100 });
    expect(largestRest(logs, [0.9, 0, 0.5])).toEqual({ cell: rest, count: 50 });
    expect(largestRest(logs, [1, 1, 1])).toBeNull();
    expect(largestRest(someLogs(), [])).toBeNull();
  });
});
