/** Answers that CloudFront cannot use. */
import type { BenchCase } from '../bench-case.js';
import { answerFaults } from '../faults.js';
import { alone, oneBehaviour } from '../variants.js';

export const httpCases: readonly BenchCase[] = answerFaults.flatMap((fault) => [
  alone('http', fault, 'https'),
  alone('http', fault, 'http'),
  oneBehaviour('http', fault, 'https'),
]);
