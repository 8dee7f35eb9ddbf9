/** A configuration is only sent back where the SDK would send back all of it: over a real socket, since the SDK drops what it does not know when it reads. */
import { createServer, type Server } from 'node:http';
import { CloudFrontClient, GetDistributionCommand } from '@aws-sdk/client-cloudfront';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readLive } from '../../src/platform/live-subject.js';
import { describeUnkept, findUnkept, keepRawAnswer } from '../../src/platform/whole-config.js';

const origin = (more = ''): string =>
  `<Origin><Id>api</Id><DomainName>a.example.com</DomainName><OriginPath/><CustomHeaders><Quantity>0</Quantity></CustomHeaders>${more}</Origin>`;
const config = (more = '', inOrigin = ''): string =>
  `<DistributionConfig><CallerReference>x</CallerReference><Aliases><Quantity>0</Quantity><Items/></Aliases><Comment>  a &amp; b&#33;  </Comment><DefaultRootObject></DefaultRootObject><Enabled>true</Enabled>${more}<Origins><Quantity>2</Quantity><Items>${origin(inOrigin)}${origin()}</Items></Origins></DistributionConfig>`;

let server: Server;
let client: CloudFrontClient;
let body = '';
let requests: string[];

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.method ?? '');
    response.setHeader('etag', 'E1').setHeader('content-type', 'text/xml');
    response.end(`<?xml version="1.0"?>\n<!-- a comment -->${body}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port was given');
  client = new CloudFrontClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${bound.port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
});
afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const target = { kind: 'origin', distributionId: 'E2EXAMPLE1ABCD', originId: 'api' } as const;
async function unkeptOf(xml: string): Promise<readonly string[] | undefined> {
  body = xml;
  const aws = {
    cloudFront: () => client,
    loadBalancing: () => {
      throw new Error('not of this test');
    },
  };
  const live = await readLive(aws, target, AbortSignal.timeout(5_000));
  if (live.kind !== 'distribution') throw new Error('not a distribution');
  expect(live.config.Comment).toBe('  a & b!  ');
  return live.unkept;
}

describe('what an update would not send back', () => {
  it.each<[string, string, readonly string[]]>([
    ['nothing of what the SDK knows, empty elements and spaces included', config(), []],
    ['a setting of the distribution', config('<BrandNew>keep-me</BrandNew>'), ['BrandNew']],
    ['an empty setting', config('<BrandNew/>'), ['BrandNew']],
    ['a setting of one origin', config('', '<NewTimeout>7</NewTimeout>'), ['Origins.Items.Origin.NewTimeout']],
    [
      'a value that the SDK reads as another',
      config('', '<ConnectionTimeout>007</ConnectionTimeout>'),
      ['Origins.Items.Origin.ConnectionTimeout'],
    ],
  ])('%s', async (_what, xml, expected) => {
    expect(await unkeptOf(xml)).toEqual(expected);
    // Nothing was sent to find it out.
    expect(requests).toEqual(['GET']);
  });

  it('is found in the answer of GetDistribution too', async () => {
    body = `<Distribution><Id>E1</Id><Status>Deployed</Status><NewStatus>1</NewStatus>${config('<BrandNew>1</BrandNew>')}</Distribution>`;
    const command = new GetDistributionCommand({ Id: 'E1' });
    const raw = keepRawAnswer(command);
    const { Distribution: distribution } = await client.send(command);
    if (distribution?.DistributionConfig === undefined) throw new Error('no configuration');
    expect(await findUnkept(client, raw(), distribution.DistributionConfig)).toEqual(['BrandNew']);
  });

  it('is told by name', () => {
    expect(describeUnkept([])).toBeNull();
    expect(describeUnkept(['BrandNew'])).toContain('(BrandNew)');
  });
});
