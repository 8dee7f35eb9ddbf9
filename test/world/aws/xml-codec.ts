/**
 * XML in and out by the schemas that AWS publishes in its SDK, so that every field of a distribution survives the trip without being
 * spelled out here.
 */
import { CloudFrontClient, type Distribution$ } from '@aws-sdk/client-cloudfront';

/** All structures of all services have this type in the SDK. */
type Schema = typeof Distribution$;

export interface XmlCodec {
  /** The shape as a document with its own root element. */
  write(schema: Schema, value: object): string;
  /** The shape's members without the root element, for the Query protocol's `<…Result>`. */
  writeMembers(schema: Schema, value: object): string;
  /** @throws where the document is not XML. Unknown elements are dropped. */
  read<Shape>(schema: Schema, document: Buffer): Promise<Shape>;
}

const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function createXmlCodec(): XmlCodec {
  // The client is never asked to call anything: it is the public way to the codec of the REST-XML protocol.
  const client = new CloudFrontClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  const codec = client.config.protocol.getPayloadCodec();
  const element = (schema: Schema, value: object): string => {
    const serializer = codec.createSerializer();
    serializer.write(schema, value);
    return String(serializer.flush());
  };
  return {
    write: (schema, value) => prolog + element(schema, value),
    writeMembers: (schema, value) => {
      const text = element(schema, value);
      const opening = text.indexOf('>');
      return text[opening - 1] === '/' ? '' : text.slice(opening + 1, text.lastIndexOf('</'));
    },
    read: async (schema, document) => codec.createDeserializer().read(schema, document),
  };
}
