/** The AWS Query protocol: parameters in a form body, answers wrapped in `<…Response><…Result>`. */
import { type AwsRequest, type AwsResponse, respond } from './wire.js';

/** `Name.member.1`, `Name.member.2` … in order. */
export function queryList(query: URLSearchParams, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = query.get(`${name}.member.${index}`);
    if (value === null) return values;
    values.push(value);
  }
}

export function respondToQuery(request: AwsRequest, namespace: string, members: string): AwsResponse {
  const action = request.query.get('Action') ?? '';
  return respond(
    200,
    { 'content-type': 'text/xml' },
    `<${action}Response xmlns="${namespace}"><${action}Result>${members}</${action}Result><ResponseMetadata><RequestId>${request.requestId}</RequestId></ResponseMetadata></${action}Response>`,
  );
}
