import { isBlank } from '../../../../samples/extractors/blank.ts';
import type { BoundaryExtractor, RegexExtractor } from '../../../../samples/extractors/extractor.ts';
import type { ExtractorReader } from './extractor-reader.ts';

/** Reads a Regular Expression Extractor (RegexExtractor.java). */
export function regexExtractors(reader: ExtractorReader): readonly RegexExtractor[] {
  const standard = reader.text('RegexExtractor.default');
  const hasStandard = standard !== '' || reader.isTrue('RegexExtractor.default_empty_value');
  return [
    {
      kind: 'regex',
      name: reader.text('RegexExtractor.refname'),
      field: reader.field('RegexExtractor.useHeaders'),
      regex: reader.text('RegexExtractor.regex'),
      template: reader.text('RegexExtractor.template'),
      match: reader.int('RegexExtractor.match_number'),
      standard: hasStandard ? standard : null,
      readsRedirects: reader.readsRedirects(),
    },
  ];
}

/** Reads a Boundary Extractor (BoundaryExtractor.java). Without a name, JMeter writes no sample of the request. */
export function boundaryExtractors(reader: ExtractorReader): readonly BoundaryExtractor[] {
  const name = reader.text('BoundaryExtractor.refname');
  if (name === '') reader.refuse('BoundaryExtractor.refname: expected the name of a variable');
  const standard = reader.text('BoundaryExtractor.default');
  const hasStandard = !isBlank(standard) || reader.isTrue('BoundaryExtractor.default_empty_value');
  return [
    {
      kind: 'boundary',
      name,
      field: reader.field('BoundaryExtractor.useHeaders'),
      left: reader.text('BoundaryExtractor.lboundary'),
      right: reader.text('BoundaryExtractor.rboundary'),
      match: reader.int('BoundaryExtractor.match_number'),
      standard: hasStandard ? standard : null,
      readsRedirects: reader.readsRedirects(),
    },
  ];
}
