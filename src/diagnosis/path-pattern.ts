/** CloudFront's path patterns: which cache behaviour a request path belongs to. */

/**
 * Whether a path matches a path pattern: `*` stands for any number of characters, `?` for exactly one, case matters, and the leading slash of
 * the pattern may be left out. Linear in the length of the path for any pattern, since both may come from outside.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
export function matchesPathPattern(pathPattern: string, path: string): boolean {
  if (pathPattern === '*' || pathPattern === '/*') return true;
  const pattern = withSlash(pathPattern);
  const text = withSlash(path);
  let at = 0;
  let inPattern = 0;
  // Where to resume when what follows the last star does not fit: one character further on.
  let afterStar = -1;
  let starCovers = 0;
  while (at < text.length) {
    const symbol = pattern[inPattern];
    if (symbol === '*') {
      inPattern += 1;
      afterStar = inPattern;
      starCovers = at;
    } else if (symbol === '?' || symbol === text[at]) {
      inPattern += 1;
      at += 1;
    } else if (afterStar >= 0) {
      starCovers += 1;
      at = starCovers;
      inPattern = afterStar;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}

/** The first of the patterns, in order of precedence, that the path matches; null where none does. */
export function matchBehaviour(pathPatterns: readonly string[], path: string): string | null {
  return pathPatterns.find((pattern) => matchesPathPattern(pattern, path)) ?? null;
}

/** Whether a pattern names exactly one path. */
export function isLiteralPath(pathPattern: string): boolean {
  return !/[*?]/.test(pathPattern);
}

function withSlash(text: string): string {
  return text.startsWith('/') || text.startsWith('*') ? text : `/${text}`;
}
