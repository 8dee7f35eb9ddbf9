/** Which addresses the prober may connect to. Whoever can edit a distribution can aim our prober, so everything but public unicast is refused. */
import ipaddr from 'ipaddr.js';

/** Metadata services of clouds, refused even inside an allowed range: no origin lives there, and what they tell is secret. */
const metadataAddresses: ReadonlySet<string> = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::254',
  'fd00:ec2::23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
]);

const rangeNames: Readonly<Record<string, string>> = {
  loopback: 'is a loopback address',
  private: 'is a private address',
  uniqueLocal: 'is a private address',
  linkLocal: 'is a link-local address',
  carrierGradeNat: 'is in the shared range of carrier-grade NAT',
  multicast: 'is a multicast address',
  unspecified: 'is the unspecified address',
  broadcast: 'is the broadcast address',
};

/**
 * Judges an address after resolution; the caller connects to this very address and never resolves again.
 *
 * @param allowedRanges CIDR ranges of the policy file that may be probed although they are not public.
 * @returns null where it may be connected to, else the reason, fit to follow the address: `is a private address …`.
 */
export function judgeAddress(address: string, allowedRanges: readonly string[]): string | null {
  if (!ipaddr.isValid(address)) return 'is not an IP address';
  // An IPv4 address inside an IPv6 one is judged as what it is: the kernel would connect to the IPv4 host.
  const parsed = ipaddr.process(address);
  const canonical = parsed.toString();
  if (metadataAddresses.has(canonical)) return 'is the address of a cloud metadata service, which is never probed';
  const range = parsed.range();
  if (range === 'unicast') return null;
  const isAllowed = allowedRanges.some((cidr) => {
    const [network, bits] = ipaddr.parseCIDR(cidr);
    return network.kind() === parsed.kind() && parsed.match(network, bits);
  });
  if (isAllowed) return null;
  return `${rangeNames[range] ?? `is in a range reserved for other purposes (${range})`}, and the policy file does not allow its range`;
}
