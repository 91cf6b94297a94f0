import type { EndpointPreset } from './preset.ts';

/**
 * Source of the events. The presets follow the CloudEvents specification, version 1.0.2. It does not say when
 * an event counts as accepted, so the default rule decides: a status of 200 to 299 is an ack.
 */
const SOURCE = 'qbl';
const TYPE = 'qbl.message';

/**
 * The id of the event is the token. The Kafka binding writes this id into the header ce_id. Sources: HTTP Protocol
 * Binding, section 3.1 (Binary Content Mode); Kafka Protocol Binding, section 3.2.3.1 (Property Names).
 */
export const CLOUDEVENTS_BINARY: EndpointPreset = {
  envelope: null,
  contentType: 'application/json',
  headers: {
    'ce-specversion': '1.0',
    'ce-id': '${uuid}',
    'ce-source': SOURCE,
    'ce-type': TYPE,
  },
  identity: { kind: 'header', name: 'ce-id' },
  find: [{ kind: 'header', name: 'ce_id' }],
  passesHeaders: true,
};

/**
 * The data of the event is the message. The queue gets the whole event, or only the data if the product changes the
 * mode. `verify` finds the identity in both modes. Sources: HTTP Protocol Binding, section 3.2 (Structured Content
 * Mode); JSON Event Format, section 3.1 (Handling of "data").
 */
export const CLOUDEVENTS_STRUCTURED: EndpointPreset = {
  envelope: {
    before: `{"specversion":"1.0","id":"\${uuid}","source":"${SOURCE}","type":"${TYPE}","datacontenttype":"application/json","data":`,
    after: '}',
    message: ['data'],
    mark: ['specversion'],
    isKept: true,
  },
  contentType: 'application/cloudevents+json',
  headers: {},
  passesHeaders: true,
};
