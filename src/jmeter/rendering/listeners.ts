import { boolProp, node, stringProp, type TreeNode } from '../elements/tree.ts';
import { type XmlElement, xmlElement } from '../elements/xml.ts';

/** The fields that JMeter saves as CSV by default. Source: samplers/SampleSaveConfiguration.java. */
const SAVED: Readonly<Record<string, boolean>> = {
  time: true,
  latency: true,
  timestamp: true,
  success: true,
  label: true,
  code: true,
  message: true,
  threadName: true,
  dataType: true,
  encoding: false,
  assertions: false,
  subresults: false,
  responseData: false,
  samplerData: false,
  xml: false,
  fieldNames: true,
  responseHeaders: false,
  requestHeaders: false,
  responseDataOnError: false,
  saveAssertionResultsFailureMessage: true,
  bytes: true,
  sentBytes: true,
  url: true,
  threadCounts: true,
  idleTime: true,
  connectTime: true,
};

/**
 * The listeners that show results in JMeter's window.
 * @param resultsFile where the Summary Report writes its samples; null if it writes none
 */
export function listeners(resultsFile: string | null): TreeNode[] {
  return [
    resultCollector('SummaryReport', 'Summary Report', resultsFile ?? ''),
    resultCollector('ViewResultsFullVisualizer', 'View Results Tree', ''),
  ];
}

/**
 * A listener that only writes samples.
 * @param file the path of the file, as a text that JMeter evaluates
 */
export function sampleWriter(file: string, writesUrls: boolean): TreeNode {
  return resultCollector('SimpleDataWriter', 'qbl samples', file, { ...SAVED, url: writesUrls });
}

function resultCollector(guiClass: string, name: string, file: string, saved = SAVED): TreeNode {
  return node('ResultCollector', guiClass, name, [
    boolProp('ResultCollector.error_logging', false),
    saveConfig(saved),
    stringProp('filename', file),
  ]);
}

function saveConfig(columns: Readonly<Record<string, boolean>>): XmlElement {
  const flags = Object.entries(columns).map(([name, saved]) => xmlElement(name, {}, String(saved)));
  return xmlElement('objProp', {}, [
    xmlElement('name', {}, 'saveConfig'),
    xmlElement('value', { class: 'SampleSaveConfiguration' }, [
      ...flags,
      xmlElement('assertionsResultsToSave', {}, '0'),
    ]),
  ]);
}
