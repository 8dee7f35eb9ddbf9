/** What the headers of an answer from CloudFront say about who made it. Pure; header values are untrusted. */
import type { IncomingHttpHeaders } from 'node:http';
import type { EdgeTwinEvidence, ServerTiming } from '../../diagnosis/evidence.js';
import { plain } from '../../diagnosis/wording.js';

const maxValueLength = 100;
const maxTimings = 20;
const maxTimingHeaderLength = 4_096;

type EdgeHeaders = Pick<EdgeTwinEvidence, 'requestId' | 'edgeLocation' | 'xCache' | 'server' | 'via' | 'serverTiming'>;

export function readEdgeHeaders(headers: IncomingHttpHeaders): EdgeHeaders {
  const value = (name: string): string | null => {
    const found = headers[name];
    const text = Array.isArray(found) ? found.join(', ') : found;
    return text === undefined || text === '' ? null : plain(text, maxValueLength);
  };
  const timing = headers['server-timing'];
  return {
    requestId: value('x-amz-cf-id'),
    edgeLocation: value('x-amz-cf-pop'),
    xCache: value('x-cache'),
    server: value('server'),
    via: value('via'),
    serverTiming: parseServerTiming(Array.isArray(timing) ? timing.join(',') : (timing ?? '')),
  };
}

/** `cdn-upstream-connect;dur=0, cdn-cache-miss;desc="x"`. https://www.w3.org/TR/server-timing/#the-server-timing-header-field */
export function parseServerTiming(header: string): readonly ServerTiming[] {
  const metrics = header.slice(0, maxTimingHeaderLength).match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return metrics.slice(0, maxTimings).flatMap((metric): readonly ServerTiming[] => {
    const [name = '', ...parameters] = metric.split(';').map((part) => part.trim());
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) return [];
    const parameter = (key: string): string | null => {
      const found = parameters.find((part) => part.toLowerCase().startsWith(`${key}=`));
      return found === undefined ? null : found.slice(key.length + 1).replace(/^"(.*)"$/, '$1');
    };
    const duration = Number.parseFloat(parameter('dur') ?? '');
    const description = parameter('desc');
    return [
      {
        name: plain(name, 60),
        durationMs: Number.isFinite(duration) ? duration : null,
        description: description === null ? null : plain(description, maxValueLength),
      },
    ];
  });
}
