/** Undoes the URL-encoding that CloudFront applies to what it logs. */

/** CloudFront encodes what viewers may have encoded already, so a path can be encoded twice. */
const maxRounds = 2;

/**
 * Decodes `%XX`, up to twice. Sequences that are not UTF-8 stay as they are; so do encoded control characters and direction marks, which would otherwise
 * reach places made for one line of text, and an encoded slash, which is not a path separator.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html#LogFileEncoding
 */
export function decodeField(text: string): string {
  let decoded = text;
  for (let round = 0; round < maxRounds && decoded.includes('%'); round += 1) {
    decoded = decoded.replace(/(?:%[0-9a-fA-F]{2})+/g, decodeRun);
  }
  return decoded;
}

function decodeRun(run: string): string {
  // C0, DEL, the slash, C1 (C2 80 …), line separators and direction marks (E2 80 …, E2 81 A…) stay out of reach of the decoder.
  const kept = /%(?:[01][0-9a-f]|7f|2f|c2%[89][0-9a-f]|e2%80%[89a][0-9a-f]|e2%81%a[0-9a-f])/gi;
  const parts = run.split(kept);
  const between = run.match(kept) ?? [];
  return parts.map((part, index) => decodeOrKeep(part) + (between[index] ?? '')).join('');
}

function decodeOrKeep(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}
