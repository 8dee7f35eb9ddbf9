/** The log writer against what AWS documents of the format. */
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { createAwsClients } from '../../src/platform/aws.js';
import {
  accessLogKey,
  accessLogRow,
  encodeLogValue,
  renderAccessLog,
  renderAccessLogText,
  standardFields,
  uploadAccessLogs,
} from './access-logs.js';
import { applyEnvironment } from './aws/environment.js';
import { startLocalAws } from './aws/local-aws.js';
import { plantStory } from './log-story.js';

const at = new Date('2026-11-20T10:15:42.750Z');

describe('renderAccessLog', () => {
  it('writes the documented header and 33 columns', () => {
    expect(standardFields).toHaveLength(33);
    const text = gunzipSync(
      renderAccessLog([accessLogRow(at, { 'x-edge-detailed-result-type': 'OriginDnsError' })]),
    ).toString('utf8');
    const [version, fields, row = '', end] = text.split('\n');
    expect(version).toBe('#Version: 1.0');
    expect(fields).toBe(`#Fields: ${standardFields.join(' ')}`);
    const columns = row.split('\t');
    expect(columns).toHaveLength(33);
    expect(columns.slice(0, 3)).toEqual(['2026-11-20', '10:15:42', 'FRA56-P1']);
    expect(columns[8]).toBe('502');
    expect(columns[10]).toBe('Mozilla/5.0%20(X11;%20Linux%20x86_64)%20ExampleBrowser/1.0');
    expect(columns[13]).toBe('Error');
    expect(columns[24]).toBe('-');
    expect(columns[28]).toBe('OriginDnsError');
    expect(end).toBe('');
  });

  it('writes fewer and other columns when asked to', () => {
    const row = accessLogRow(at, { 'x-new-column': 'new value' });
    const text = renderAccessLogText([row], { fields: ['time', 'sc-status', 'x-new-column', 'nothing'] });
    expect(text).toBe('#Version: 1.0\n#Fields: time sc-status x-new-column nothing\n10:15:42\t200\tnew%20value\t-\n');
  });

  it('is not in time order, and the same every time', () => {
    const rows = Array.from({ length: 50 }, (_unused, second) => accessLogRow(new Date(at.getTime() + second * 1000)));
    const times = renderAccessLogText(rows, { fields: ['time'] })
      .split('\n')
      .slice(2, -1);
    expect(times).not.toEqual([...times].sort());
    expect([...times].sort()).toEqual(rows.map((row) => row.at.toISOString().slice(11, 19)));
    expect(renderAccessLog(rows).equals(renderAccessLog(rows))).toBe(true);
    expect(renderAccessLog(rows, { shuffleSeed: 2 }).equals(renderAccessLog(rows))).toBe(false);
  });

  it.each([
    ['/plain-path_1.html?', '/plain-path_1.html?'],
    ['a b\tc\n', 'a%20b%09c%0A'],
    ['100%', '100%25'],
    ['%20', '%2520'],
    ['<"#{}|\\^~[]`\'>', '%3C%22%23%7B%7D%7C%5C%5E%7E%5B%5D%60%27%3E'],
    ['é', '%C3%A9'],
    ['a=1&b=2;c,d+(e)*!$@:/', 'a=1&b=2;c,d+(e)*!$@:/'],
    ['\u007f', '%7F'],
  ])('encodes %j as CloudFront does', (value, encoded) => {
    expect(encodeLogValue(value)).toBe(encoded);
  });
});

describe('uploadAccessLogs', () => {
  it.each([
    ['', 'E123.2026-11-20-10.abcd.gz'],
    ['cdn', 'cdn/E123.2026-11-20-10.abcd.gz'],
    ['cdn/', 'cdn/E123.2026-11-20-10.abcd.gz'],
  ])('names objects by hour under the prefix %j', (prefix, key) => {
    expect(accessLogKey(prefix, 'E123', at, 'abcd')).toBe(key);
  });

  it('puts every row into an object of its hour', async () => {
    const aws = await startLocalAws();
    const restore = applyEnvironment(aws.environment);
    const clients = createAwsClients({ readRoleArn: null, externalId: null, sessionUser: null });
    const window = { from: new Date('2026-11-20T09:40:00Z'), to: new Date('2026-11-20T11:10:00Z') };
    const rows = plantStory({ seed: 7, window, requestsPerMinute: 4 });
    const keys = uploadAccessLogs(aws, 'my-logs', 'cdn', 'E123456789ABC', rows, { objectsPerHour: 3 });
    expect(keys).toHaveLength(9);
    expect(aws.bucketKeys('my-logs')).toEqual(keys);
    const s3 = clients.s3('us-east-1');
    const requestIds = new Set<string>();
    for (const hour of ['2026-11-20-09', '2026-11-20-10', '2026-11-20-11']) {
      const Prefix = `cdn/E123456789ABC.${hour}.`;
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'my-logs', Prefix }));
      expect(Contents).toHaveLength(3);
      for (const { Key } of Contents) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'my-logs', Key }));
        const lines = gunzipSync((await Body?.transformToByteArray()) ?? Buffer.of())
          .toString('utf8')
          .split('\n')
          .slice(2, -1);
        for (const columns of lines.map((line) => line.split('\t'))) {
          expect(`${columns[0]}-${columns[1]?.slice(0, 2)}`).toBe(hour);
          requestIds.add(columns[14] ?? '');
        }
      }
    }
    expect(requestIds.size).toBe(rows.length);
    clients.destroy();
    restore();
    await aws.stop();
  });

  it('adds objects under another seed', async () => {
    const aws = await startLocalAws();
    const first = uploadAccessLogs(aws, 'my-logs', '', 'E1', [accessLogRow(at)]);
    const late = uploadAccessLogs(aws, 'my-logs', '', 'E1', [accessLogRow(at)], { seed: 2 });
    expect(aws.bucketKeys('my-logs')).toEqual([...first, ...late].sort());
    await aws.stop();
  });
});
