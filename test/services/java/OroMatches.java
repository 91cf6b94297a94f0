import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.apache.oro.text.regex.MalformedPatternException;
import org.apache.oro.text.regex.Pattern;
import org.apache.oro.text.regex.Perl5Compiler;
import org.apache.oro.text.regex.Perl5Matcher;

/**
 * Matches regular expressions with the engine of JMeter's assertions. Argument: a JSON file with a list of `pattern` and
 * `text`. Prints a list: whether the pattern is in the text, and whether it matches the whole text. Prints null for a
 * pattern that the engine refuses.
 */
public class OroMatches {
    public static void main(String[] arguments) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        List<Object> results = new ArrayList<>();
        for (JsonNode each : mapper.readTree(new File(arguments[0]))) {
            results.add(resultOf(each.get("pattern").asText(), each.get("text").asText()));
        }
        System.out.println(mapper.writeValueAsString(results));
    }

    private static Object resultOf(String expression, String text) {
        try {
            Pattern pattern = new Perl5Compiler().compile(expression, Perl5Compiler.READ_ONLY_MASK);
            return List.of(new Perl5Matcher().contains(text, pattern), new Perl5Matcher().matches(text, pattern));
        } catch (MalformedPatternException e) {
            return null;
        }
    }
}
