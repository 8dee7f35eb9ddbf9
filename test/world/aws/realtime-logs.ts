/** The real-time log configurations of CloudFront in the local AWS. REST-XML. */
import { GetRealtimeLogConfigRequest$, GetRealtimeLogConfigResult$ } from '@aws-sdk/client-cloudfront';
import { AwsFault, type AwsRequest, type AwsResponse, respond } from './wire.js';
import type { XmlCodec } from './xml-codec.js';

export interface RealtimeLogSeed {
  readonly name: string;
  /** Percent; absent: 100. */
  readonly samplingRate?: number;
  readonly fields?: readonly string[];
}

export interface RealtimeLogsControl {
  /** @returns its ARN, for a behaviour's `RealtimeLogConfigArn`. */
  putRealtimeLogConfig(seed: RealtimeLogSeed): string;
}

export interface RealtimeLogs {
  readonly control: RealtimeLogsControl;
  getRealtimeLogConfig(request: AwsRequest): Promise<AwsResponse>;
}

const defaultFields = ['timestamp', 'c-ip', 'sc-status', 'cs-uri-stem', 'x-edge-detailed-result-type', 'origin-fbl'];

export function createRealtimeLogs(accountId: string, xml: XmlCodec): RealtimeLogs {
  const configs = new Map<string, RealtimeLogSeed>();
  return {
    control: {
      putRealtimeLogConfig: (seed) => {
        const arn = `arn:aws:cloudfront::${accountId}:realtime-log-config/${seed.name}`;
        configs.set(arn, seed);
        return arn;
      },
    },
    getRealtimeLogConfig: async (request) => {
      const { ARN, Name } = await xml.read<{ ARN?: string; Name?: string }>(GetRealtimeLogConfigRequest$, request.body);
      const found = [...configs].find(([arn, { name }]) => (ARN === undefined ? name === Name : arn === ARN));
      if (found === undefined)
        throw new AwsFault(404, 'NoSuchRealtimeLogConfig', 'The real-time log configuration does not exist.');
      const [arn, { name, samplingRate = 100, fields = defaultFields }] = found;
      const body = xml.write(GetRealtimeLogConfigResult$, {
        RealtimeLogConfig: {
          ARN: arn,
          Name: name,
          SamplingRate: samplingRate,
          EndPoints: [
            {
              StreamType: 'Kinesis',
              KinesisStreamConfig: {
                RoleARN: `arn:aws:iam::${accountId}:role/logs`,
                StreamARN: `arn:aws:kinesis:us-east-1:${accountId}:stream/logs`,
              },
            },
          ],
          Fields: [...fields],
        },
      });
      return respond(200, { 'content-type': 'text/xml' }, body);
    },
  };
}
