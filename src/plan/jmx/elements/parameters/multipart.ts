import { createHash } from 'node:crypto';
import { ExpressionError } from '../../../language/expression.ts';
import { type FilledText, literal } from '../../../language/filled-text.ts';
import { type Entity, isBlank, type Parameter } from './parameter.ts';

/**
 * Length of the boundary between the parts. HttpClient chooses 30 to 40 characters (MultipartEntityBuilder.java,
 * generateBoundary).
 */
const BOUNDARY_LENGTH = 35;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;

/**
 * Returns the body of the media type multipart/form-data with one part for each parameter (HTTPHC4Impl.java,
 * setupHttpEntityEnclosingRequestData).
 * @param isForBrowsers whether the parts have only those headers that browsers send
 * @throws ExpressionError if JMeter does not send a parameter, or sends it in a form that qbl does not know
 */
export function multipartEntity(parameters: readonly Parameter[], isForBrowsers: boolean): Entity {
  const parts = parameters
    .filter(({ name }) => !isBlank(name))
    .map((parameter) => partOf(parameter, isForBrowsers));
  const boundary = boundaryOf(parts);
  return {
    text: [
      ...parts.flatMap((part) => [...literal(`--${boundary}\r\n`), ...part, ...literal('\r\n')]),
      ...literal(`--${boundary}--\r\n`),
    ],
    contentType: `multipart/form-data; boundary=${boundary}; charset=UTF-8`,
  };
}

/** Computes the boundary from the parts, so that each reading of a .jmx file returns the same plan. */
function boundaryOf(parts: readonly FilledText[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, BOUNDARY_LENGTH);
}

function partOf({ name, value, contentType }: Parameter, isForBrowsers: boolean): FilledText {
  if (!MEDIA_TYPE.test(contentType)) {
    throw new ExpressionError(`the content type "${contentType}" of a parameter is not supported`);
  }
  const ofPart = `Content-Type: ${contentType.toLowerCase()}; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n`;
  return [
    ...literal('Content-Disposition: form-data; name="'),
    ...quoted(name),
    ...literal(`"\r\n${isForBrowsers ? '' : ofPart}\r\n`),
    ...value,
  ];
}

/** Writes a name inside quotes (FormBodyPartBuilder.java, encodeForHeader). */
function quoted(name: FilledText): FilledText {
  return name.map((part) =>
    'literal' in part ? { literal: part.literal.replace(/["\\\r]/g, '\\$&') } : part,
  );
}
