/**
 * Decides the outcome of a response in JMeter, exactly as src/samples/rules does. JMeter's own Jackson parses bodies: it
 * is as strict as JSON.parse, while Groovy's JsonSlurper accepts text that is no JSON. Jackson also refuses bodies that
 * are nested more than 1,000 deep or have numbers of more than 1,000 digits; what they contain is then unknown.
 * The text never changes, so JMeter compiles it once. The rules are in its parameters.
 */
export const OUTCOME_SCRIPT = String.raw`import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import groovy.transform.CompileStatic
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.nio.charset.StandardCharsets
import java.util.concurrent.ConcurrentHashMap
import org.apache.jmeter.samplers.SampleResult

@CompileStatic
class Json {
  static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
  static final Map<String, JsonNode> RULES = new ConcurrentHashMap<String, JsonNode>()

  static JsonNode rules(String text) {
    JsonNode known = RULES.get(text)
    if (known == null) RULES.put(text, known = MAPPER.readTree(text))
    return known
  }

  static JsonNode valueAt(JsonNode document, String pointer) {
    JsonNode value = document
    for (String part : pointer.split('/', -1).drop(1)) {
      String token = part.replace('~1', '/').replace('~0', '~')
      if (value.isArray()) value = token.matches('0|[1-9][0-9]{0,8}') ? value.get(token.toInteger()) : null
      else value = value.get(token)
      if (value == null) return null
    }
    return value
  }

  static boolean isSame(JsonNode actual, JsonNode expected) {
    if (expected.isNumber()) return actual.isNumber() && actual.doubleValue() == expected.doubleValue()
    if (expected.isArray()) {
      if (!actual.isArray() || actual.size() != expected.size()) return false
      for (int i = 0; i < expected.size(); i++) if (!isSame(actual.get(i), expected.get(i))) return false
      return true
    }
    if (expected.isObject()) {
      if (!actual.isObject() || actual.size() != expected.size()) return false
      for (Iterator<String> names = expected.fieldNames(); names.hasNext();) {
        String name = names.next()
        if (!actual.has(name) || !isSame(actual.get(name), expected.get(name))) return false
      }
      return true
    }
    return actual.equals(expected)
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
    for (Map.Entry<String, JsonNode> each : rule.get('json').properties()) {
      if (!hasJson(each.getKey(), each.getValue())) return 'no'
    }
    return 'yes'
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

  boolean hasJson(String pointer, JsonNode condition) {
    JsonNode value = Json.valueAt(document, pointer)
    if (condition.has('present')) return (value != null) == condition.get('present').booleanValue()
    if (value == null) return false
    for (JsonNode expected : condition.get('oneOf')) if (Json.isSame(value, expected)) return true
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
