import { NumberTokenCodec } from '../../message/token/number-token.ts';
import type { Plan, Request } from '../../plan/plan.ts';
import { groupSizes } from '../../plan/template/tokens.ts';
import { mentionsNumber } from '../../plan/tokens/token-places.ts';
import { node, stringProp, type TreeNode } from '../elements/tree.ts';
import type { RequestPlace } from './message-text.ts';

/**
 * Returns a script that sets the token of the next sample, as message/token writes it. JMeter's functions
 * cannot compute with bits, so the script is written in Groovy. JMeter compiles it once for each request. The
 * script must not contain `${`, because JMeter would read it before Groovy does.
 */
export function tokenScript(request: Request, place: RequestPlace, plan: Plan): TreeNode {
  return node('JSR223PreProcessor', 'TestBeanGUI', 'Token', [
    stringProp('scriptLanguage', 'groovy'),
    stringProp('cacheKey', 'true'),
    stringProp('parameters', ''),
    stringProp('filename', ''),
    stringProp('script', digitsScript(place) + (mentionsNumber(request) ? numberScript(place, plan) : '')),
  ]);
}

function digitsScript({ group, request }: RequestPlace): string {
  return `def md5 = { text -> java.security.MessageDigest.getInstance('MD5').digest(text.getBytes('UTF-8')).encodeHex().toString() }
def execution = vars.get('run') + '|' + (props.get('startedAt') ?: '0')
long thread = ctx.getThreadNum() + 1
long loop = Long.parseLong(vars.get('loop'))
long check = Long.parseLong(md5(execution + '|${group}|' + thread + '|' + loop + '|${request}').substring(0, 8), 16) >>> 3
def upper = String.format('%07x', thread * 2048 + (loop >> 19))
def lower = String.format('%012x', (loop & 0x7ffff) * 536870912L + check)
def hex = md5(execution).substring(0, 8) + upper.substring(0, 4) + '8' + upper.substring(4) + String.format('%04x', ${32_768 + group * 128 + request}) + lower
vars.put('qbl.hex', hex)
vars.put('qbl.id', [hex.substring(0, 8), hex.substring(8, 12), hex.substring(12, 16), hex.substring(16, 20), hex.substring(20)].join('-'))
`;
}

/**
 * Returns the part of the script for tokens that are numbers. Call this function only for a plan that sends such
 * tokens. Another plan can have more messages than there are numbers for tokens.
 */
function numberScript({ group, request }: RequestPlace, plan: Plan): string {
  const codec = new NumberTokenCodec({ run: '', startedAtMs: 0 }, groupSizes(plan));
  const { first, checks, loops, requests } = codec.placeOf(group);
  return `long place = ${first} + ((thread - 1) * ${loops} + loop - 1) * ${requests} + ${request - 1}
vars.put('qbl.number', String.valueOf(place * ${checks} + Long.parseLong(md5(execution + '|' + place).substring(0, 13), 16) % ${checks}))
`;
}
