/** Connections that do not come about. */
import type { BenchCase } from '../bench-case.js';
import { tcpFaults } from '../faults.js';
import { alone, hostForwarded, oneAddressOfTwo, oneBehaviour } from '../variants.js';

export const tcpCases: readonly BenchCase[] = tcpFaults.flatMap((fault) => [
  alone('tcp', fault, 'https'),
  alone('tcp', fault, 'http'),
  oneAddressOfTwo('tcp', fault, 'https'),
  oneBehaviour('tcp', fault, 'http'),
  hostForwarded('tcp', fault, 'https'),
]);
