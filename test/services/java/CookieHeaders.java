import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.apache.jmeter.protocol.http.control.Cookie;
import org.apache.jmeter.protocol.http.control.CookieManager;
import org.apache.jmeter.util.JMeterUtils;

/**
 * Gives headers Set-Cookie to JMeter's cookie manager. Arguments: JMETER_HOME, a JSON file with a list of `initial`
 * cookies and `steps`, and the file for the result. The result has for each step the header Cookie that JMeter sends to
 * the URL of the step.
 */
public class CookieHeaders {
    public static void main(String[] arguments) throws Exception {
        String home = arguments[0];
        JMeterUtils.setJMeterHome(home);
        JMeterUtils.loadJMeterProperties(home + "/bin/jmeter.properties");
        ObjectMapper mapper = new ObjectMapper();
        List<Object> results = new ArrayList<>();
        for (JsonNode each : mapper.readTree(new File(arguments[1]))) results.add(headersOf(each));
        mapper.writeValue(new File(arguments[2]), results);
    }

    private static List<String> headersOf(JsonNode each) throws Exception {
        CookieManager manager = new CookieManager();
        for (JsonNode cookie : each.get("initial")) manager.getCookies().addItem(initial(cookie));
        manager.testStarted();
        List<String> headers = new ArrayList<>();
        for (JsonNode step : each.get("steps")) {
            URL url = new URL(step.get("url").asText());
            for (JsonNode set : step.get("setCookies")) manager.addCookieFromHeader(set.asText(), url);
            headers.add(manager.getCookieHeaderForURL(url));
        }
        return headers;
    }

    private static Cookie initial(JsonNode cookie) {
        return new Cookie(
                cookie.get("name").asText(),
                cookie.get("value").asText(),
                cookie.get("domain").asText(),
                cookie.get("path").asText(),
                cookie.get("secure").asBoolean(),
                0,
                true,
                cookie.get("forSubdomains").asBoolean());
    }
}
