// Which addresses are of the public internet. What is not known to be is not.
import { BlockList, isIP } from 'node:net';

/** IANA's special-purpose IPv4 addresses (RFC 6890), multicast, and what was never given out. */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** Behind it is the IPv4 address of its last 32 bits (NAT64, RFC 6052): the only way to IPv4 in some networks. */
const NAT64 = '64:ff9b::';

/** All that is routed. Beside it lie loopback, unique-local, link-local, multicast, and IPv4-mapped addresses. */
const ROUTED_IPV6 = [
  ['2000::', 3],
  [NAT64, 96],
] as const;

/** Within it: protocol assignments with Teredo, documentation, and 6to4, which hides an IPv4 address. */
const SPECIAL_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ...SPECIAL_IPV4.map(([network, length]) => [NAT64 + network, 96 + length] as const),
] as const;

const specialIpv4 = listOf(SPECIAL_IPV4, 'ipv4');
const routedIpv6 = listOf(ROUTED_IPV6, 'ipv6');
const specialIpv6 = listOf(SPECIAL_IPV6, 'ipv6');

/** Whether a socket to this IP address leaves for the public internet. */
export function isPublic(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !specialIpv4.check(address, 'ipv4');
    case 6:
      // A zone belongs to a link.
      return (
        !address.includes('%') && routedIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6')
      );
    default:
      return false;
  }
}

function listOf(subnets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, length] of subnets) list.addSubnet(network, length, family);
  return list;
}
