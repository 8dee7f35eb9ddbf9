/** Reads what a server sent in clear during a TLS handshake: up to TLS 1.2 the certificates in the order served, alerts, demands. Pure. */

export interface ServedHandshake {
  /** DER of the certificates in the order served; null where no Certificate message was seen in clear (TLS 1.3, or a failure before it). */
  readonly certificates: readonly Buffer[] | null;
  readonly clientCertificateRequested: boolean;
  /** The version and cipher suite that the server chose, as on the wire; null where no ServerHello was seen. */
  readonly serverHello: { readonly version: number; readonly cipher: number } | null;
  /** Name of the first alert in clear that is no mere notice of closing, for example `handshake_failure`. */
  readonly alert: string | null;
  /** Whether the first bytes are no TLS at all. */
  readonly isPlaintext: boolean;
}

const recordHeaderBytes = 5;
const recordTypes = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
const messageTypes = { serverHello: 2, certificate: 11, certificateRequest: 13 } as const;
/** No chain that a client would accept is longer. */
const maxCertificates = 20;

/** https://www.iana.org/assignments/tls-parameters/tls-parameters.xhtml#tls-parameters-6 */
const alertNames: Readonly<Record<number, string>> = {
  10: 'unexpected_message',
  20: 'bad_record_mac',
  22: 'record_overflow',
  40: 'handshake_failure',
  41: 'no_certificate',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  116: 'certificate_required',
  120: 'no_application_protocol',
};
const warningLevel = 1;
const unrecognisedName = 112;
const closeNotify = 0;

/**
 * @param bytes what the server sent, from its first byte; may end anywhere. Records may be split or hold several messages, and messages
 *   may span records.
 */
export function parseServedHandshake(bytes: Buffer): ServedHandshake {
  const handshake: Buffer[] = [];
  let alert: string | null = null;
  let isPlaintext = false;
  for (let at = 0; at + recordHeaderBytes <= bytes.length; ) {
    const type = bytes.readUInt8(at);
    const length = bytes.readUInt16BE(at + 3);
    if (!isRecordHeader(type, bytes.readUInt8(at + 1))) {
      isPlaintext = at === 0;
      break;
    }
    const body = bytes.subarray(at + recordHeaderBytes, at + recordHeaderBytes + length);
    at += recordHeaderBytes + length;
    if (type === recordTypes.handshake) handshake.push(body);
    else if (type === recordTypes.alert) alert ??= nameAlert(body);
    // What follows is encrypted.
    else break;
  }
  if (bytes.length > 0 && bytes.length < recordHeaderBytes)
    isPlaintext = !isRecordHeader(bytes.readUInt8(0), bytes.at(1) ?? 3);
  return { ...readMessages(Buffer.concat(handshake)), alert, isPlaintext };
}

function isRecordHeader(type: number, majorVersion: number): boolean {
  return type >= recordTypes.changeCipherSpec && type <= recordTypes.applicationData && majorVersion === 3;
}

function nameAlert(body: Buffer): string | null {
  if (body.length !== 2) return null;
  const [level, description = 0] = body;
  // Some servers warn that they do not know the server name and carry on.
  if (description === closeNotify || (level === warningLevel && description === unrecognisedName)) return null;
  return alertNames[description] ?? `alert ${description}`;
}

function readMessages(
  stream: Buffer,
): Pick<ServedHandshake, 'certificates' | 'clientCertificateRequested' | 'serverHello'> {
  let certificates: readonly Buffer[] | null = null;
  let clientCertificateRequested = false;
  let serverHello: ServedHandshake['serverHello'] = null;
  for (let at = 0; at + 4 <= stream.length; ) {
    const type = stream.readUInt8(at);
    const end = at + 4 + stream.readUIntBE(at + 1, 3);
    if (end > stream.length) break;
    const body = stream.subarray(at + 4, end);
    if (type === messageTypes.certificate) certificates ??= readCertificateList(body);
    else if (type === messageTypes.certificateRequest) clientCertificateRequested = true;
    else if (type === messageTypes.serverHello) serverHello ??= readServerHello(body);
    at = end;
  }
  return { certificates, clientCertificateRequested, serverHello };
}

/** RFC 5246 section 7.4.1.3: version, 32 random bytes, a session id with its length, the suite. */
function readServerHello(body: Buffer): ServedHandshake['serverHello'] {
  const at = 35 + (body.at(34) ?? 0);
  return body.length < at + 2 ? null : { version: body.readUInt16BE(0), cipher: body.readUInt16BE(at) };
}

/** RFC 5246 section 7.4.2: a list of certificates, the list and each certificate preceded by its length in three bytes. */
function readCertificateList(body: Buffer): readonly Buffer[] | null {
  if (body.length < 3) return null;
  const certificates: Buffer[] = [];
  const end = Math.min(body.length, 3 + body.readUIntBE(0, 3));
  for (let at = 3; at + 3 <= end && certificates.length < maxCertificates; ) {
    const next = at + 3 + body.readUIntBE(at, 3);
    if (next > end) break;
    certificates.push(body.subarray(at + 3, next));
    at = next;
  }
  return certificates;
}
