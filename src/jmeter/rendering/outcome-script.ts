/**
 * Decides the outcome of a response in JMeter, exactly as src/samples/rules does. The script parses bodies with
 * JMeter's own Jackson, which is as strict as JSON.parse. Groovy's JsonSlurper would accept text that is not JSON.
 * Jackson also refuses bodies that are nested more than 1,000 deep or have numbers of more than 1,000 digits. The
 * content of such a body is unknown. Of several members with the same name, Jackson keeps only the last, so
 * RepeatsNode notes the repeated names. The rules are parameters of the script. So its text never changes, and
 * JMeter compiles it once.
 */
export const OUTCOME_SCRIPT = String.raw`import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.node.JsonNodeFactory
import com.fasterxml.jackson.databind.node.ObjectNode
import groovy.transform.CompileStatic
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.nio.charset.StandardCharsets
import java.util.concurrent.ConcurrentHashMap
import org.apache.jmeter.samplers.SampleResult

@CompileStatic
class RepeatsNode extends ObjectNode {
  final Set<String> repeated = new HashSet<String>()

  RepeatsNode(JsonNodeFactory factory) {
    super(factory)
  }

  @Override
  JsonNode replace(String name, JsonNode value) {
    JsonNode before = super.replace(name, value)
    if (before != null) repeated.add(name)
    return before
  }
}

@CompileStatic
class RepeatsFactory extends JsonNodeFactory {
  @Override
  ObjectNode objectNode() {
    return new RepeatsNode(this)
  }
}

@CompileStatic
class Json {
  static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).setNodeFactory(new RepeatsFactory())
  static final Map<String, JsonNode> RULES = new ConcurrentHashMap<String, JsonNode>()

  static JsonNode rules(String text) {
    JsonNode known = RULES.get(text)
    if (known == null) RULES.put(text, known = MAPPER.readTree(text))
    return known
  }

  static String has(JsonNode document, String pointer, JsonNode condition) {
    JsonNode value = document
    for (String part : pointer.split('/', -1).drop(1)) {
      String token = part.replace('~1', '/').replace('~0', '~')
      if (value instanceof RepeatsNode && ((RepeatsNode) value).repeated.contains(token)) return 'unknown'
      if (value.isArray()) value = token.matches('0|[1-9][0-9]{0,8}') ? value.get(token.toInteger()) : null
      else value = value.get(token)
      if (value == null) break
    }
    if (condition.has('present')) return yesIf((value != null) == condition.get('present').booleanValue())
    if (value == null) return 'no'
    String found = 'no'
    for (JsonNode expected : condition.get('oneOf')) {
      String equal = equality(value, expected)
      if (equal == 'yes') return 'yes'
      if (equal == 'unknown') found = 'unknown'
    }
    return found
  }

  static String equality(JsonNode actual, JsonNode expected) {
    if (expected.isNumber()) return yesIf(actual.isNumber() && actual.doubleValue() == expected.doubleValue())
    String found = 'yes'
    if (expected.isArray()) {
      if (!actual.isArray() || actual.size() != expected.size()) return 'no'
      for (int i = 0; i < expected.size(); i++) {
        String equal = equality(actual.get(i), expected.get(i))
        if (equal == 'no') return 'no'
        if (equal == 'unknown') found = 'unknown'
      }
      return found
    }
    if (expected.isObject()) {
      if (!actual.isObject() || actual.size() != expected.size()) return 'no'
      for (Iterator<String> names = expected.fieldNames(); names.hasNext();) if (!actual.has(names.next())) return 'no'
      if (!((RepeatsNode) actual).repeated.isEmpty()) return 'unknown'
      for (Iterator<String> names = expected.fieldNames(); names.hasNext();) {
        String name = names.next()
        String equal = equality(actual.get(name), expected.get(name))
        if (equal == 'no') return 'no'
        if (equal == 'unknown') found = 'unknown'
      }
      return found
    }
    return yesIf(actual.equals(expected))
  }

  static String yesIf(boolean holds) {
    return holds ? 'yes' : 'no'
  }
}

@CompileStatic
class Response {
  final SampleResult sample
  final JsonNode given
  boolean isParsed = false
  boolean isUnread = false
  JsonNode document = null

  Response(SampleResult sample, JsonNode given) {
    this.sample = sample
    this.given = given
  }

  String outcome() {
    String code = sample.getResponseCode()
    String nonHttp = given.get('nonHttpCode').textValue()
    if (code.startsWith(nonHttp)) return isIn('neverSent', code.substring(nonHttp.length())) ? 'rejected' : 'indeterminate'
    if (!code.matches('[0-9]{3}')) return 'indeterminate'
    if (code.toInteger() >= 400 && sample.getResponseMessage() == given.get('notEnqueued').textValue()) return 'rejected'
    for (JsonNode step : given.get('steps')) {
      String found = any(step.get('rules'))
      if (found == 'yes') return step.get('outcome').textValue()
      if (found == 'unknown') return 'indeterminate'
    }
    return 'indeterminate'
  }

  boolean isIn(String list, String text) {
    for (JsonNode each : given.get(list)) if (each.textValue() == text) return true
    return false
  }

  String any(JsonNode rules) {
    String found = 'no'
    for (JsonNode rule : rules) {
      String match = all(rule)
      if (match == 'yes') return 'yes'
      if (match == 'unknown') found = 'unknown'
    }
    return found
  }

  String all(JsonNode rule) {
    if (rule.has('status') && !hasStatus(rule.get('status'))) return 'no'
    if (rule.has('header')) {
      for (Map.Entry<String, JsonNode> each : rule.get('header').properties()) {
        if (!hasHeader(each.getKey().toLowerCase(Locale.ROOT), each.getValue())) return 'no'
      }
    }
    if (!rule.has('json')) return 'yes'
    parse()
    if (isUnread) return 'unknown'
    if (document == null) return 'no'
    String found = 'yes'
    for (Map.Entry<String, JsonNode> each : rule.get('json').properties()) {
      String match = Json.has(document, each.getKey(), each.getValue())
      if (match == 'no') return 'no'
      if (match == 'unknown') found = 'unknown'
    }
    return found
  }

  boolean hasStatus(JsonNode ranges) {
    int status = sample.getResponseCode().toInteger()
    for (JsonNode range : ranges) {
      if (range.get('from').intValue() <= status && status <= range.get('to').intValue()) return true
    }
    return false
  }

  boolean hasHeader(String name, JsonNode condition) {
    List<String> values = valuesOf(name)
    if (condition.has('present')) return !values.isEmpty() == condition.get('present').booleanValue()
    for (JsonNode expected : condition.get('oneOf')) if (values.contains(expected.textValue())) return true
    return false
  }

  List<String> valuesOf(String name) {
    List<String> values = []
    for (String line : sample.getResponseHeaders().split('\n').drop(1)) {
      int colon = line.indexOf(':')
      if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT) == name) {
        values.add(line.substring(colon + 1).replaceAll('^[ \t\r]+|[ \t\r]+\u0024', ''))
      }
    }
    return values
  }

  void parse() {
    if (isParsed) return
    isParsed = true
    byte[] body = sample.getResponseData()
    isUnread = body.length > given.get('maxBodyBytes').intValue() || isEncoded()
    if (isUnread) return
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString()
      JsonNode read = Json.MAPPER.readTree(text.startsWith('\uFEFF') ? text.substring(1) : text)
      if (!read.isMissingNode()) document = read
    } catch (CharacterCodingException e) {
      document = null
    } catch (JsonProcessingException e) {
      isUnread = e.getClass().getSimpleName() == 'StreamConstraintsException'
    }
  }

  boolean isEncoded() {
    for (String encoding : valuesOf('content-encoding')) {
      if (encoding != '' && !encoding.equalsIgnoreCase('identity')) return true
    }
    return false
  }
}

vars.put('outcome', 'indeterminate')
vars.put('outcome', new Response(prev, Json.rules(Parameters)).outcome())
`;
