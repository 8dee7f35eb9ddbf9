/** The doctor's report for people: in a terminal and in Slack. */
import { describe, expect, it } from '@jest/globals';
import { type DoctorItem, type DoctorReport, headlineOf } from '../../src/diagnosis/doctor-report.js';
import { toExaminedParts } from '../../src/slack/render/doctor.js';
import { renderDoctorText } from '../../src/terminal/doctor-text.js';

const item = (over: Partial<DoctorItem> = {}): DoctorItem => ({
  part: 'reading',
  state: 'ok',
  what: 'cloudfront:ListDistributions is allowed.',
  permission: 'cloudfront:ListDistributions',
  remedy: null,
  ...over,
});
const report = (...items: readonly DoctorItem[]): DoctorReport => ({
  format: 'cf502.doctor/1',
  at: '2026-11-20T10:00:00.000Z',
  items,
});
const missing = item({
  state: 'missing',
  what: 'AWS refused cloudwatch:GetMetricData; without it cf502 cannot see when it began.',
  permission: 'cloudwatch:GetMetricData',
  remedy: 'Allow cloudwatch:GetMetricData on * in the read role.',
});

describe('the headline', () => {
  it.each([
    [report(item(), item()), 'Nothing is missing: 2 things tried.'],
    [report(item(), missing), '1 thing is missing, of 2 things looked at.'],
    [
      report(missing, missing, item({ state: 'unknown' })),
      '2 things are missing, of 3 things looked at. 1 thing could not be tried.',
    ],
    [report(), 'Nothing is missing: 0 things tried.'],
  ])('%#', (given, expected) => {
    expect(headlineOf(given)).toBe(expected);
  });
});

it('in a terminal says what to do beside what is missing', () => {
  const text = renderDoctorText(report(item(), missing, item({ part: 'clock', what: 'Fine.\u001b[31m\nReally.' })), {
    width: 80,
    colour: false,
  });
  expect(text).toBe(`1 thing is missing, of 3 things looked at.

Reading AWS
  ok       cloudfront:ListDistributions is allowed.
  MISSING  AWS refused cloudwatch:GetMetricData; without it cf502 cannot see
           when it began.
           Do: Allow cloudwatch:GetMetricData on * in the read role.

Clock
  ok       Fine. [31m Really.
`);
});

it('in Slack folds what works into a line for each part', () => {
  expect(toExaminedParts(report(item(), item(), missing, item({ part: 'redis' })))).toEqual([
    { part: 'Redis', state: 'works', sentence: 'One thing was tried and works.', remedy: null },
    { part: 'Reading AWS', state: 'missing', sentence: missing.what, remedy: missing.remedy },
    { part: 'Reading AWS, the rest', state: 'works', sentence: '2 things were tried and work.', remedy: null },
  ]);
});
