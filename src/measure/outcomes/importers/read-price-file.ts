import type { Price } from '../../models/model.js';
import { findTokenPriceProblem } from '../../models/token-price.js';
import { RoutesmithError } from '../../../util/errors.js';
import { isCalendarDay } from '../../../util/is-calendar-day.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../util/json.js';
import { isUsDollars } from './us-dollars.js';
import { readTextFile } from '../../../util/read-text-file.js';

/**
 * Reads a JSON file of prices in USD per million tokens: `{model: {input, output}}`,
 * `{model: {input_price, output_price}}` or `{input: {model: price}, output: {model: price}}`.
 * Other members, such as a source, are ignored; a currency or a unit must be these.
 *
 * @param date the date of the prices, ISO 8601 (`2026-01-31`)
 * @returns the price of each model, by its name in the file
 * @throws RoutesmithError `invalid_input` for a file in another format, a model without both prices,
 * or a price that is not a number of at least 0, can only be that of one token, or is of another currency
 * or unit; `usage` for a date in another format
 */
export async function readPriceFile(
  file: string,
  date: string,
): Promise<ReadonlyMap<string, Price>> {
  if (!isCalendarDay(date.slice(0, 'YYYY-MM-DD'.length)) || Number.isNaN(Date.parse(date))) {
    throw new RoutesmithError('usage', `"${date}" is not a valid date`, {
      fix: 'Write the date as YYYY-MM-DD.',
    });
  }
  const content = parseJson(await readTextFile(file), file);
  checkUnits(content, file);
  const { input, output } = content;
  const entries: [string, JsonValue | undefined, JsonValue | undefined][] =
    isPriceList(input) && isPriceList(output)
      ? [...new Set([...Object.keys(input), ...Object.keys(output)])].map((model) => [
          model,
          input[model],
          output[model],
        ])
      : Object.entries(content).flatMap(([model, value]) =>
          isJsonObject(value)
            ? [
                [
                  model,
                  value['input'] ?? value['input_price'],
                  value['output'] ?? value['output_price'],
                ],
              ]
            : [],
        );
  if (entries.length === 0) throw invalid(file, 'the file contains no prices');
  return new Map(
    entries.map(([model, inputPrice, outputPrice]) => [
      model,
      {
        inputPerMillionUsd: checkPrice(inputPrice, 'input', model, file),
        outputPerMillionUsd: checkPrice(outputPrice, 'output', model, file),
        date,
      },
    ]),
  );
}

/** Refuses prices beside which another currency or unit is stated, of the file or of a model. */
function checkUnits(content: JsonObject, file: string): void {
  for (const members of [content, ...Object.values(content).filter(isJsonObject)]) {
    for (const [name, value] of Object.entries(members)) {
      if (typeof value !== 'string') continue;
      const isKnown = /currency/i.test(name)
        ? isUsDollars(value)
        : !/^(?:\w+_)?(?:units?|per)$/i.test(name) || isUsDollars(value) || perMillion.test(value);
      if (!isKnown) {
        throw invalid(
          file,
          `the prices are not in USD per million tokens: "${name}" is "${value.slice(0, 40)}"`,
        );
      }
    }
  }
}

const perMillion = /million|mtok|(?:^|[^a-z])m(?:$|[^a-z])|000[,.]?000|1e6/i;

function isPriceList(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && Object.values(value).every((price) => typeof price === 'number');
}

function checkPrice(
  value: JsonValue | undefined,
  kind: 'input' | 'output',
  model: string,
  file: string,
): number {
  const subject = `the ${kind} price of ${model.slice(0, 80)}`;
  if (typeof value !== 'number' || !(value >= 0 && value < Infinity)) {
    const what = value === undefined ? 'is missing' : 'is not a number of at least 0';
    throw invalid(file, `${subject} ${what}`);
  }
  const problem = findTokenPriceProblem(value);
  if (problem !== undefined) throw invalid(file, `${subject}: ${problem}`);
  return value;
}

function parseJson(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, 'the file is not JSON', cause);
  }
  if (!isJsonObject(value)) throw invalid(file, 'the file is not a JSON object');
  return value;
}

function invalid(file: string, what: string, cause?: unknown): RoutesmithError {
  return new RoutesmithError('invalid_input', what, {
    where: file,
    fix: 'Give {"model": {"input": 0.5, "output": 1.5}}, in USD per million tokens.',
    cause,
  });
}
