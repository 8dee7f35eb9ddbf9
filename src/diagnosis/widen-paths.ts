/** From the few paths that were asked for to all that fail alike. Pure. */
import type { AccessLogEvidence } from './evidence.js';
import { isOfTemplate } from './explain.js';
import type { Finding } from './finding.js';
import { isUncategorised } from './log-results.js';

/** So many failing paths must have shown the fault, and none of those asked for may have failed in the logs and answered well from here. */
const enoughPaths = 3;

/**
 * A probe asks for a handful of the paths that fail. Where each of them shows the fault, it is taken to be that of the others too whose 502s
 * CloudFront gave the same name, as far as they are of methods that a probe may try.
 *
 * @param sound paths that were asked for and do not show it, as in the logs.
 */
export function widenPaths(finding: Finding, logs: AccessLogEvidence | null, sound: readonly string[]): Finding {
  const { explains } = finding;
  const { paths, behaviours, detailedResults, named = [] } = explains ?? {};
  if (logs === null || explains === null || paths === undefined || detailedResults === undefined) return finding;
  const cells = logs.failureCells.filter(
    ({ behaviour, detailedResult }) =>
      (behaviours === undefined || behaviours.includes(behaviour)) &&
      detailedResults.includes(detailedResult) &&
      !isUncategorised(detailedResult),
  );
  const isFailing = (path: string) => cells.some((cell) => isOfTemplate(path, cell.path));
  const isTried = cells.every(({ method }) => method === 'GET' || method === 'HEAD');
  const shown = cells.filter((cell) => paths.some((path) => isOfTemplate(path, cell.path)));
  const isShownByAll = new Set(shown.map(({ path }) => path)).size >= enoughPaths && !sound.some(isFailing);
  if (!isTried || !isShownByAll) return finding;
  const alike = [...new Set([...named, ...shown.map(({ detailedResult }) => detailedResult)])];
  return { ...finding, explains: { ...explains, named: alike } };
}
