// A certificate for a name, signed with its own key (RFC 5280): nothing on the machine has to be there to make one.
import { generateKeyPairSync, sign } from 'node:crypto';

/** `{key, cert}` in PEM, as node:tls takes them. */
export function certificateFor(name) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)); // ecdsa-with-SHA256
  const commonName = sequence(identifier(0x55, 0x04, 0x03), element(0x0c, Buffer.from(name)));
  const subject = sequence(element(0x31, commonName));
  const validity = sequence(
    element(0x17, Buffer.from('200101000000Z')),
    element(0x17, Buffer.from('491231235959Z')),
  );
  const names = sequence(element(0x82, Buffer.from(name)));
  const alternative = sequence(identifier(0x55, 0x1d, 0x11), element(0x04, names));
  const authority = sequence(
    identifier(0x55, 0x1d, 0x13),
    element(0x04, sequence(element(0x01, Buffer.from([0xff])))),
  );
  const statement = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1])),
    algorithm,
    subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(authority, alternative)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', statement, privateKey)]);
  const der = sequence(statement, algorithm, element(0x03, signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

/** A DER element: its tag, its length, its content. */
function element(tag, ...contents) {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents) => element(0x30, ...contents);
const identifier = (...bytes) => element(0x06, Buffer.from(bytes));
