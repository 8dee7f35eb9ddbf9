/** The message that completes a thread: the log row of our own request through CloudFront, beside what the request saw. */
import type { EdgeTwinEvidence } from '../../diagnosis/evidence.js';
import type { LoggedRequest } from '../../diagnosis/logged-request.js';
import { context, paragraph, type RenderedMessage, table, withinLimits } from './blocks.js';
import { cleanText, fallbackText, when } from './text.js';

const head = ['Our request', 'What it saw', 'What CloudFront logged'];
const nothing = '–';
const arrived = 'The log row of our own request through CloudFront has arrived: ';

export function renderEdgeTwinRow(twin: EdgeTwinEvidence, row: LoggedRequest): RenderedMessage {
  const summary = summarise(row);
  const { block } = table(head, [
    ['Edge location', twin.edgeLocation ?? nothing, row.edgeLocation ?? nothing],
    ['Status', twin.status === null ? nothing : statusWords(twin.status), statusWords(row.status)],
    ['Result (X-Cache, x-edge-result-type)', twin.xCache ?? nothing, row.result ?? nothing],
    ['Detailed result (x-edge-detailed-result-type)', nothing, row.detailedResult ?? nothing],
    ['Time taken', secondsWords(twin.elapsedMs / 1000), secondsWords(row.timeTakenSeconds)],
  ]);
  return withinLimits(fallbackText(`${arrived}${summary}`), [
    paragraph(arrived, summary),
    block,
    paragraph('Logged at ', ...when(row.at), '.'),
    context(
      'Our time includes the name and the connection; CloudFront’s runs from the request to the last byte of its answer.',
      ...(twin.requestId === null ? [] : [`Request id for AWS Support: ${cleanText(twin.requestId, 120)}`]),
    ),
  ]);
}

function summarise({ edgeLocation, status, result, detailedResult, timeTakenSeconds }: LoggedRequest): string {
  const where = edgeLocation === null ? 'CloudFront' : cleanText(edgeLocation, 40);
  const after = timeTakenSeconds === null ? '' : ` after ${secondsWords(timeTakenSeconds)}`;
  const answered =
    status === 0 ? `${where} logged that we had left${after}` : `${where} answered ${statusWords(status)}${after}`;
  const results = [...new Set([result, detailedResult].filter((name) => name !== null))];
  return `${answered}${results.length === 0 ? '' : `, as ${results.map((name) => cleanText(name, 100)).join(' / ')}`}.`;
}

function statusWords(status: number): string {
  return String(status).padStart(3, '0');
}

function secondsWords(seconds: number | null): string {
  return seconds === null || !Number.isFinite(seconds) ? nothing : `${Number(seconds.toFixed(3))} s`;
}
