/**
 * Where a query finds its ids: `SELECT the columns that it compares with ? FROM their table LIMIT 1`. The plan for an
 * id that nobody has says little, as the database stops planning when a look-up by key finds nothing.
 */

const COMPARED = /(?:`?(\w+)`?\s*\.\s*)?`?(\w+)`?\s*=\s*\?/g;
const TABLE = '((?:`?\\w+`?\\.)?`?\\w+`?)';

/** Undefined for a query in other words than `column = ?`: a plan is then made for nobody. */
export function sampleStatement(sql: string): string | undefined {
  const text = sql.replaceAll(/'[^']*'|"[^"]*"/g, "''");
  const compared = [...text.matchAll(COMPARED)];
  const [first] = compared;
  if (first === undefined || compared.length !== text.split('?').length - 1) return undefined;
  if (compared.some(([, qualifier]) => qualifier !== first[1])) return undefined;
  const table = tableOf(text, first[1]);
  const columns = compared.map(([, , column = ''], index) => `\`${column}\` AS p${index}`);
  return table && `SELECT ${columns.join(', ')} FROM ${table} LIMIT 1`;
}

function tableOf(text: string, qualifier: string | undefined): string | undefined {
  const patterns =
    qualifier === undefined
      ? [`\\bfrom\\s+${TABLE}`]
      : [
          `\\b(?:from|join)\\s+${TABLE}\\s+(?:as\\s+)?\`?${qualifier}\`?(?!\\w)`,
          `\\b(?:from|join)\\s+((?:\`?\\w+\`?\\.)?\`?${qualifier}\`?)(?!\\w)`,
        ];
  return patterns
    .map((pattern) => new RegExp(pattern, 'i').exec(text)?.[1])
    .find((table) => table !== undefined);
}
