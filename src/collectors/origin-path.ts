/** From the path that a viewer asks for to the one that CloudFront sends to the origin. Pure. */

/**
 * The default root object stands in for `/` alone and never for another folder; the origin path goes before either.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html
 *
 * @param rootObject without a leading slash.
 */
export function toOriginPath(
  { originPath }: { readonly originPath: string },
  viewerPath: string,
  rootObject: string | undefined,
): string {
  const rooted = viewerPath.startsWith('/') ? viewerPath : `/${viewerPath}`;
  return `${originPath.replace(/\/$/, '')}${rooted === '/' && rootObject !== undefined ? `/${rootObject}` : rooted}`;
}
