/** Points the AWS SDK of a process at a local AWS, by the variables that the SDK reads itself. */
import { devNull } from 'node:os';

/** Everything that decides where the SDK goes and as whom; nothing of the machine's own AWS settings is left to be found. */
export function environmentFor(endpoint: {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: endpoint.accessKeyId,
    AWS_SECRET_ACCESS_KEY: endpoint.secretAccessKey,
    AWS_SESSION_TOKEN: '',
    AWS_REGION: endpoint.region,
    AWS_PROFILE: '',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
  };
}

/**
 * Sets the variables in this process, for tests that use the SDK in process.
 * @returns puts back what was there before.
 */
export function applyEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
