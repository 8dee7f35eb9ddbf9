/** What the thread holds, and in which order. */
import { describe, expect, it } from '@jest/globals';
import { degrade } from '../../../src/slack/render/degrade.js';
import { renderThread } from '../../../src/slack/render/thread.js';
import { readMessage } from '../../builders/read-message.js';
import { collected, evidenceBag, originProbe, verdict } from '../../builders/verdict.js';

const read = (...given: Parameters<typeof renderThread>): string[] =>
  renderThread(...given).map((message) => readMessage(message));

describe('the thread', () => {
  it('holds the proof, what the 502s share, the probes, and what stayed open', () => {
    const messages = read(verdict(), evidenceBag());
    expect(messages.map((message) => message.split('\n')[0])).toEqual([
      'What it rests on',
      'What the 502s have in common',
      'What the probes saw',
      'Ruled out',
    ]);
  });

  it('proves a cause with its evidence, the remedy and AWS’s page', () => {
    const [proof] = read(verdict(), null);
    expect(proof).toContain('(proven; where: the connection from CloudFront to the origin; explains 412 of 530 502s)');
    expect(proof).toContain('• Access logs: 412 rows with OriginConnectError on /api/* s3://logs.example/cdn/');
    expect(proof).toContain('What to do: Renew the certificate on the origin');
    expect(proof).toContain(
      'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html',
    );
  });

  it('shows each probed address with its certificate, and where our view is limited', () => {
    const blind = originProbe({ vantage: { class: 'blind', because: 'The origin admits only CloudFront addresses.' } });
    const [, , probes] = read(
      verdict(),
      evidenceBag({ originProbes: { 'api/https/api.example.com': collected(blind) } }),
    );
    expect(probes).toMatch(
      /192\.0\.2\.10 port 443 +1 address +connected, 21 ms +expired +200 +expired 2 days ago +blind from here/,
    );
    expect(probes).toMatch(/198\.51\.100\.7 .+not probed/);
    expect(probes).toContain('• api/https/api.example.com: The origin admits only CloudFront addresses.');
  });

  it('says what would settle an open question, and what is missing', () => {
    const open = read(verdict(), null).at(-1);
    expect(open).toContain(
      '• 502 made by the load balancer (api): The metrics of the load balancer could not be read. Needs: cloudwatch:GetMetricData for the read role',
    );
    expect(open).toContain('• DNS and TCP: unresolvable origin, refused connection.');
    expect(open).toContain('• The hour 21:00 UTC may still receive files.');
  });

  it('is one message where there is nothing to show', () => {
    const nothing = verdict({
      causes: [],
      alsoSeen: [],
      overRepresented: [],
      onset: null,
      load: null,
      curve: [],
      detailedResults: [],
    });
    expect(renderThread(nothing, evidenceBag({ originProbes: {} }))).toHaveLength(1);
  });

  it('loses no cell where tables are refused', () => {
    const [, common] = renderThread(verdict(), null);
    if (common === undefined) throw new Error('no table was rendered');
    expect(readMessage(degrade(common))).toContain(
      '• path: Value: /api/orders/{id}; 502s: 398; Requests: 4,120; More often than usual: 21.9 times',
    );
  });
});
