/** What CloudFront keeps beside distributions, in the local AWS: VPC origins, response headers policies, tenants, functions. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  DistributionTenant$,
  FunctionSummary$,
  ListDistributionTenantsRequest$,
  ListDistributionTenantsResult$,
  ResponseHeadersPolicy$,
  type ResponseHeadersPolicyConfig,
  VpcOrigin$,
  type VpcOriginEndpointConfig,
} from '@aws-sdk/client-cloudfront';
import { AwsFault, type AwsRequest, type AwsResponse, respond } from './wire.js';
import type { XmlCodec } from './xml-codec.js';

export interface TenantSeed {
  readonly distributionId: string;
  readonly name: string;
  readonly domains: readonly string[];
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface CloudFrontLookupsControl {
  /** Made at the first use where absent: `http-only` is not the default here, as in the console it is `match-viewer`. @returns its id. */
  putVpcOrigin(endpoint: Partial<VpcOriginEndpointConfig> & { readonly Arn: string }, id?: string): string;
  /** @returns its id. */
  putResponseHeadersPolicy(config: Partial<ResponseHeadersPolicyConfig>): string;
  /** @returns its id. */
  putTenant(seed: TenantSeed): string;
  /** Published to LIVE. @returns its ARN. */
  putFunction(name: string, lastModified?: Date): string;
}

export interface CloudFrontLookups {
  readonly control: CloudFrontLookupsControl;
  getVpcOrigin(request: AwsRequest): AwsResponse;
  getResponseHeadersPolicy(request: AwsRequest): AwsResponse;
  listDistributionTenants(request: AwsRequest): Promise<AwsResponse>;
  getDistributionTenant(request: AwsRequest): AwsResponse;
  describeFunction(request: AwsRequest): AwsResponse;
}

interface ListRequest {
  readonly AssociationFilter?: { readonly DistributionId?: string };
  readonly Marker?: string;
  readonly MaxItems?: number;
}

const headers = { 'content-type': 'text/xml', etag: 'E23ZP02F085DFQ' };

export function createCloudFrontLookups(accountId: string, xml: XmlCodec, now: () => Date): CloudFrontLookups {
  const vpcOrigins = new Map<string, VpcOriginEndpointConfig>();
  const responseHeaders = new Map<string, ResponseHeadersPolicyConfig>();
  const tenants = new Map<string, TenantSeed>();
  const functions = new Map<string, Date>();
  const startedAt = now();

  const found = <Item>(items: ReadonlyMap<string, Item>, id: string | undefined, code: string): Item => {
    const item = items.get(id ?? '');
    if (item === undefined) throw new AwsFault(404, code, 'The specified resource does not exist.');
    return item;
  };
  const describeTenant = (id: string, { distributionId, name, domains }: TenantSeed) => ({
    Id: id,
    DistributionId: distributionId,
    Name: name,
    Arn: `arn:aws:cloudfront::${accountId}:distribution-tenant/${id}`,
    Domains: domains.map((Domain) => ({ Domain, Status: 'active' })),
    CreatedTime: startedAt,
    LastModifiedTime: startedAt,
    Enabled: true,
    Status: 'Deployed',
  });

  return {
    control: {
      putVpcOrigin: (endpoint, id = `vo_${randomBytes(11).toString('hex')}`) => {
        vpcOrigins.set(id, {
          Name: 'private',
          HTTPPort: 80,
          HTTPSPort: 443,
          OriginProtocolPolicy: 'match-viewer',
          OriginSslProtocols: { Quantity: 1, Items: ['TLSv1.2'] },
          ...endpoint,
        });
        return id;
      },
      putResponseHeadersPolicy: (config) => {
        const id = randomUUID();
        responseHeaders.set(id, { Name: 'ours', ...config });
        return id;
      },
      putTenant: (seed) => {
        const id = `dt_${randomBytes(12).toString('hex')}`;
        tenants.set(id, seed);
        return id;
      },
      putFunction: (name, lastModified = now()) => {
        functions.set(name, lastModified);
        return functionArn(accountId, name);
      },
    },
    getVpcOrigin: (request) => {
      const Id = request.pathParameters['Id'] ?? '';
      const endpoint = found(vpcOrigins, Id, 'EntityNotFound');
      const origin = {
        Id,
        Arn: `arn:aws:cloudfront::${accountId}:vpcorigin/${Id}`,
        Status: 'Deployed',
        CreatedTime: startedAt,
        LastModifiedTime: startedAt,
        VpcOriginEndpointConfig: endpoint,
      };
      return respond(200, headers, xml.write(VpcOrigin$, origin));
    },
    getResponseHeadersPolicy: (request) => {
      const Id = request.pathParameters['Id'] ?? '';
      const config = found(responseHeaders, Id, 'NoSuchResponseHeadersPolicy');
      const policy = { Id, LastModifiedTime: startedAt, ResponseHeadersPolicyConfig: config };
      return respond(200, headers, xml.write(ResponseHeadersPolicy$, policy));
    },
    listDistributionTenants: async (request) => {
      const asked = await xml.read<ListRequest>(ListDistributionTenantsRequest$, request.body);
      const { AssociationFilter: filter, Marker: marker = '', MaxItems: size = 100 } = asked;
      const rest = [...tenants]
        .filter(([, tenant]) => filter?.DistributionId === undefined || tenant.distributionId === filter.DistributionId)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .filter(([id]) => id > marker);
      const page = rest.slice(0, size);
      const last = page.at(-1);
      const body = xml.write(ListDistributionTenantsResult$, {
        ...(rest.length > page.length && last !== undefined ? { NextMarker: last[0] } : {}),
        DistributionTenantList: page.map(([id, tenant]) => ({ ...describeTenant(id, tenant), ETag: headers.etag })),
      });
      return respond(200, headers, body);
    },
    getDistributionTenant: (request) => {
      const id = request.pathParameters['Identifier'] ?? '';
      const tenant = found(tenants, id, 'EntityNotFound');
      const Parameters = Object.entries(tenant.parameters ?? {}).map(([Name, Value]) => ({ Name, Value }));
      return respond(200, headers, xml.write(DistributionTenant$, { ...describeTenant(id, tenant), Parameters }));
    },
    describeFunction: (request) => {
      const Name = request.pathParameters['Name'] ?? '';
      const lastModified = found(functions, Name, 'NoSuchFunctionExists');
      const summary = {
        Name,
        Status: 'UNASSOCIATED',
        FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
        FunctionMetadata: {
          FunctionARN: functionArn(accountId, Name),
          Stage: request.query.get('Stage') ?? 'DEVELOPMENT',
          CreatedTime: lastModified,
          LastModifiedTime: lastModified,
        },
      };
      return respond(200, headers, xml.write(FunctionSummary$, summary));
    },
  };
}

function functionArn(accountId: string, name: string): string {
  return `arn:aws:cloudfront::${accountId}:function/${name}`;
}
