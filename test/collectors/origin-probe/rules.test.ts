import { createSecureContext } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeAddress } from '../../../src/collectors/origin-probe/address-policy.js';
import { coversHost, parseCertificateNames } from '../../../src/collectors/origin-probe/certificate-names.js';
import { planHandshakes } from '../../../src/collectors/origin-probe/cloudfront-tls.js';
import { encodePath, renderRequest } from '../../../src/collectors/origin-probe/http.js';
import { parseAlert } from '../../../src/collectors/origin-probe/tls.js';
import { anyCharacter } from '../../builders/any-character.js';
import { mintCertificate } from '../../world/certificates.js';

describe('judgeAddress', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['192.168.0.1', 'private'],
    ['169.254.1.1', 'link-local'],
    ['169.254.169.254', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['0.0.0.0', 'unspecified'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['240.0.0.1', 'reserved'],
    ['::1', 'loopback'],
    ['::', 'unspecified'],
    ['fe80::1', 'link-local'],
    ['fc00::1', 'private'],
    ['fd00:ec2::254', 'metadata'],
    ['ff02::1', 'multicast'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['64:ff9b::a00:1', 'reserved'],
    ['2002:7f00:1::', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['example.test', 'not an IP address'],
    ['', 'not an IP address'],
  ])('refuses %s as %s', (address, because) => {
    expect(judgeAddress(address, [])).toContain(because);
  });

  it.each(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])('admits %s', (address) => {
    expect(judgeAddress(address, [])).toBeNull();
  });

  it('admits what the policy allows, in either writing, and nothing beside it', () => {
    expect(judgeAddress('10.1.2.3', ['10.1.0.0/16'])).toBeNull();
    expect(judgeAddress('::ffff:10.1.2.3', ['10.1.0.0/16'])).toBeNull();
    expect(judgeAddress('10.2.2.3', ['10.1.0.0/16', 'fd00::/8'])).toContain('private');
    expect(judgeAddress('169.254.169.254', ['0.0.0.0/0'])).toContain('metadata');
  });
});

describe('coversHost', () => {
  it.each([
    ['a.example.test', 'a.example.test', true],
    ['A.Example.TEST', 'a.example.test.', true],
    ['*.example.test', 'a.example.test', true],
    ['*.example.test', 'example.test', false],
    ['*.example.test', 'b.a.example.test', false],
    ['*.test', 'example.test', false],
    ['*', 'example', false],
    ['a*.example.test', 'ab.example.test', false],
    ['*.*.example.test', 'a.b.example.test', false],
    ['a.*.test', 'a.example.test', false],
    ['a.example.test', 'a.example.test:8443', true],
    ['xn--bcher-kva.example', 'bücher.example', true],
    ['192.0.2.1', '192.0.2.1', true],
    ['', '', false],
    ['*.example.test', '.example.test', false],
  ])('%s covers %s: %s', (name, host, expected) => {
    expect(coversHost(name, host)).toBe(expected);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.string({ unit: anyCharacter }), (name, host) => {
        expect(typeof coversHost(name, host)).toBe('boolean');
      }),
    );
  });
});

describe('parseCertificateNames', () => {
  it.each([
    ['DNS:a.example.test, DNS:*.b.example.test, IP Address:192.0.2.1', 'CN=a.example.test', 3],
    ['DNS:a.example.test', 'O=x\nCN=c.example.test', 2],
    [undefined, 'CN=only.example.test', 1],
    ['email:x@example.test, URI:http://example.test', '', 0],
    [undefined, undefined, 0],
  ])('reads %j with the subject %j', (subjectAltName, subject, count) => {
    expect(parseCertificateNames(subjectAltName, subject)).toHaveLength(count);
  });

  it('is not misled by a name that pretends to be two', async () => {
    const { certificate } = await mintCertificate({
      commonName: 'honest.example.test',
      names: ['honest.example.test, DNS:victim.example.test'],
    });
    const names = parseCertificateNames(certificate.subjectAltName, certificate.subject);
    expect(names.some((name) => coversHost(name, 'victim.example.test'))).toBe(false);
    expect(names).toContain('honest.example.test');
  });
});

describe('planHandshakes', () => {
  it.each([
    [['TLSv1.2'], ['TLSv1.2', 'TLSv1.3'], false],
    [['TLSv1', 'TLSv1.1', 'TLSv1.2'], ['TLSv1 to TLSv1.2', 'TLSv1.3'], false],
    [['TLSv1.1', 'TLSv1'], ['TLSv1 to TLSv1.1'], false],
    [['SSLv3', 'TLSv1.2'], ['TLSv1.2', 'TLSv1.3'], true],
    [['SSLv3'], [], true],
    [[], [], false],
  ] as const)('%j -> %j', (protocols, expected, usesSslV3) => {
    const plan = planHandshakes(protocols);
    expect(plan.handshakes.map((handshake) => handshake.protocols)).toEqual(expected);
    expect(plan.usesSslV3).toBe(usesSslV3);
    for (const { options } of plan.handshakes) expect(() => createSecureContext(options)).not.toThrow();
  });

  it('offers nothing that CloudFront does not', () => {
    const offered = planHandshakes(['TLSv1.2']).handshakes.map(({ options }) => options);
    for (const { ciphers, ecdhCurve } of offered) {
      expect(ciphers).not.toMatch(/CHACHA20|(?:^|:)(?:DHE-|AES\d+-GCM)/);
      expect(ecdhCurve).toBe('prime256v1:secp384r1:X25519');
    }
  });
});

describe('the request', () => {
  it('can never hold more lines than were meant', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (path) => {
        const request = renderRequest({ host: 'a.example.test', path, requestId: 'x' });
        expect(request.split('\r\n')).toHaveLength(9);
        expect(request).toMatch(/^GET \/[!-~]* HTTP\/1\.1\r\n/);
      }),
    );
  });

  it.each([
    ['/a b', '/a%20b'],
    ['no-slash', '/no-slash'],
    ['/ü', '/%C3%BC'],
    ['/a%20b?q=1&r=/x', '/a%20b?q=1&r=/x'],
    ['/a#b', '/a%23b'],
  ])('writes %s as %s', (path, expected) => {
    expect(encodePath(path)).toBe(expected);
  });

  it.each(['a b', 'a\r\nX: y', '', 'a/b', 'user@host'])('refuses the host %j', (host) => {
    expect(() => renderRequest({ host, path: '/', requestId: 'x' })).toThrow('no host name');
  });
});

describe('parseAlert', () => {
  it.each([
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'certificate_required'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'handshake_failure'],
    ['ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', 'internal_error'],
    ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'unrecognized_name'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', null],
    ['ECONNRESET', null],
    [null, null],
  ])('%s -> %s', (code, alert) => {
    expect(parseAlert(code)).toBe(alert);
  });
});
