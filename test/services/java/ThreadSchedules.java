import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import kg.apc.jmeter.threads.AbstractSimpleThreadGroup;
import kg.apc.jmeter.threads.SteppingThreadGroup;
import kg.apc.jmeter.threads.UltimateThreadGroup;
import org.apache.jmeter.control.LoopController;
import org.apache.jmeter.testelement.property.CollectionProperty;
import org.apache.jmeter.threads.JMeterThread;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jorphan.collections.ListedHashTree;

/**
 * Computes the start and end of threads with the thread groups of jmeter-plugins-casutg. Arguments: the file
 * jmeter.properties, and a JSON file with a list of `properties` of a Stepping Thread Group or `rows` of an Ultimate
 * Thread Group. Prints for each group the start and end of each thread in milliseconds.
 */
public class ThreadSchedules {
    public static void main(String[] arguments) throws Exception {
        JMeterUtils.loadJMeterProperties(arguments[0]);
        ObjectMapper mapper = new ObjectMapper();
        List<Object> results = new ArrayList<>();
        for (JsonNode each : mapper.readTree(new File(arguments[1]))) results.add(spansOf(groupOf(each)));
        System.out.println(mapper.writeValueAsString(results));
    }

    private static AbstractSimpleThreadGroup groupOf(JsonNode node) {
        if (node.has("properties")) {
            SteppingThreadGroup group = new SteppingThreadGroup();
            node.get("properties").fields()
                    .forEachRemaining(field -> group.setProperty(field.getKey(), field.getValue().asText()));
            return group;
        }
        UltimateThreadGroup group = new UltimateThreadGroup();
        CollectionProperty rows = new CollectionProperty(UltimateThreadGroup.DATA_PROPERTY, new ArrayList<>());
        for (JsonNode row : node.get("rows")) {
            List<String> values = new ArrayList<>();
            row.forEach(value -> values.add(value.asText()));
            rows.addItem(values);
        }
        group.setData(rows);
        group.testStarted();
        return group;
    }

    private static List<long[]> spansOf(AbstractSimpleThreadGroup group) throws Exception {
        Method schedule = group.getClass().getDeclaredMethod("scheduleThread", JMeterThread.class, long.class);
        schedule.setAccessible(true);
        List<long[]> spans = new ArrayList<>();
        for (int number = 0; number < group.getNumThreads(); number++) {
            ListedHashTree tree = new ListedHashTree();
            tree.add(new LoopController());
            JMeterThread thread = new JMeterThread(tree, null, null);
            thread.setThreadNum(number);
            schedule.invoke(group, thread, 0L);
            spans.add(new long[] {thread.getStartTime(), thread.getEndTime()});
        }
        return spans;
    }
}
