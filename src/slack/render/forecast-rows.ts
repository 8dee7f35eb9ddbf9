/** What the evidence says about a change, on its card: above the rows where it does not speak for it, and among them. */
import type { Forecast } from '../../remediation/proposal.js';
import { firstOf } from './limits.js';
import { bold, cleanText, type Piece } from './text.js';

/** What stands above the rows where the evidence does not speak for the change; null where it does. */
export function forecastWarning(forecast: Forecast): string | null {
  if (forecast.stance === 'supports') return null;
  return isUntold(forecast)
    ? `This could not be held against evidence: ${cleanText(forecast.sentences[0] ?? nothingForecast, 300)}`
    : 'The evidence does not support this.';
}

/** Whether nothing could be counted for it or against it. */
function isUntold({ stance, touched }: Forecast): boolean {
  return stance === 'unknown' && touched === null;
}

const nothingForecast = 'Nothing could be forecast.';

/** What the evidence says. @param isWarned what the warning has said already is left out. */
export function forecastRows(forecast: Forecast, max: number, isWarned = false): Piece[][] {
  const { shown } = firstOf(forecast.sentences, max);
  const sentences = shown.map((sentence) => cleanText(sentence, 300));
  const [first = nothingForecast, ...rest] = isWarned && isUntold(forecast) ? sentences.slice(1) : sentences;
  if (isWarned && isUntold(forecast) && sentences.length < 2) return [];
  return [[bold('Evidence: '), first], ...rest.map((sentence): Piece[] => [sentence])];
}
