/** Handshakes and certificates that CloudFront refuses. */
import type { BenchCase } from '../bench-case.js';
import { tlsFaults } from '../faults.js';
import { alone, oneBehaviour } from '../variants.js';

export const tlsCases: readonly BenchCase[] = tlsFaults.flatMap((fault) => [
  alone('tls', fault, 'https'),
  oneBehaviour('tls', fault, 'https'),
]);
