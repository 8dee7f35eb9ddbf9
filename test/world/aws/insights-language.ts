/**
 * The part of Logs Insights' query language that is asked here, as SQL of DuckDB: `fields`, `filter`, `stats … by`, `sort`, `limit`, with
 * `strcontains`, `concat`, `substr` (from 0), `floor`, `least`, `like /…/` and arithmetic. What is not understood is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */

/** @param table holds a text column for each field, and `@timestamp`. */
export function translateQuery(query: string, table: string): string {
  let sql = `SELECT * FROM ${table}`;
  for (const command of query.split(/\n?\| /)) {
    const [, verb = '', rest = ''] = /^(\w+) ([\s\S]*)$/.exec(command.trim()) ?? [];
    switch (verb) {
      case 'fields':
        sql = `SELECT *, ${list(rest).map(aliased).join(', ')} FROM (${sql})`;
        break;
      case 'filter':
        sql = `SELECT * FROM (${sql}) WHERE ${condition(rest)}`;
        break;
      case 'stats': {
        const [, sums = '', keys = ''] = /^([\s\S]*) by (.*)$/.exec(rest) ?? [];
        const by = list(keys);
        sql = `SELECT ${[...by, ...list(sums).map(aliased)].join(', ')} FROM (${sql}) GROUP BY ${by.join(', ')}`;
        break;
      }
      case 'sort':
        sql = `SELECT * FROM (${sql}) ORDER BY ${rest.replaceAll(/@timestamp/g, '"@timestamp"')}`;
        break;
      case 'limit':
        sql = `${sql} LIMIT ${Number(rest)}`;
        break;
      default:
        throw new Error(`unexpected symbol found ${verb}`);
    }
  }
  return sql;
}

/** Names that the query gave its columns, in order: those are what is answered. */
export function answeredNames(query: string): readonly string[] {
  const stats = /\| stats ([\s\S]*) by (.*)/.exec(query);
  if (stats !== null) return [...list(stats[2] ?? ''), ...list(stats[1] ?? '').map(nameOf)];
  return list(/^fields ([^\n]*)/.exec(query)?.[1] ?? '').map(nameOf);
}

function nameOf(item: string): string {
  return / as (\w+)$/.exec(item)?.[1] ?? item.replaceAll('`', '');
}

function aliased(item: string): string {
  const [, text = item, name = ''] = /^([\s\S]*) as (\w+)$/.exec(item) ?? [];
  return name === '' ? expression(text) : `${expression(text)} AS "${name}"`;
}

function condition(text: string): string {
  const like = /^(.*) like \/((?:[^/\\]|\\.)*)\/$/.exec(text.trim());
  if (like !== null)
    return `regexp_matches(${expression(like[1] ?? '')}, '${(like[2] ?? '').replaceAll('\\/', '/').replaceAll("'", "''")}')`;
  return expression(text);
}

/** Text in double quotes, fields in back-ticks; a field in arithmetic is a number. */
function expression(text: string): string {
  return text
    .replaceAll(/"([^"]*)"/g, (_all, inner: string) => `'${inner.replaceAll("'", "''")}'`)
    .replaceAll(/`([^`]+)` ([*/])/g, (_all, name: string, sign: string) => `TRY_CAST("${name}" AS DOUBLE) ${sign}`)
    .replaceAll(/`([^`]+)`/g, '"$1"')
    .replaceAll(/\bstrcontains\(/g, 'strcontains(')
    .replaceAll(/\bsubstr\(/g, 'cwl_substr(');
}

/** Splits at commas outside of brackets and quotes. */
function list(text: string): readonly string[] {
  const items: string[] = [];
  let depth = 0;
  let quote = '';
  let item = '';
  for (const character of text.trim()) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === '`') quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (character === ',' && depth === 0 && quote === '') {
      items.push(item.trim());
      item = '';
    } else item += character;
  }
  return [...items, item.trim()].filter((one) => one !== '');
}
