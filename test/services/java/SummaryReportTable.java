import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.text.Format;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.swing.JLabel;
import javax.swing.JTable;
import javax.swing.SwingUtilities;
import org.apache.jmeter.reporters.ResultCollector;
import org.apache.jmeter.save.CSVSaveService;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jmeter.visualizers.StatGraphVisualizer;
import org.apache.jmeter.visualizers.SummaryReport;
import org.apache.jorphan.gui.ObjectTableModel;

/**
 * Loads results files into JMeter's Summary Report listener, as its field "Filename" does. Prints as JSON the displayed
 * table, the values behind it, and the output of its button "Save Table Data".
 * Arguments: JMETER_HOME, then the files.
 */
public class SummaryReportTable {
    private static final int REFRESH_MS = 10;

    public static void main(String[] arguments) throws Exception {
        String home = arguments[0];
        JMeterUtils.setJMeterHome(home);
        JMeterUtils.loadJMeterProperties(home + "/bin/jmeter.properties");
        JMeterUtils.initLocale();
        JMeterUtils.setProperty("jmeter.gui.refresh_period", String.valueOf(REFRESH_MS));
        List<Object> tables = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) tables.add(tableOf(arguments[i]));
        System.out.println(new ObjectMapper().writeValueAsString(tables));
        System.exit(0);
    }

    private static Object tableOf(String file) throws Exception {
        SummaryReport report = new SummaryReport();
        CSVSaveService.processSamples(file, report, new ResultCollector());
        while (!isRefreshed(report)) Thread.sleep(REFRESH_MS);
        ObjectTableModel model = (ObjectTableModel) get(report, "model");
        Format[] formats = (Format[]) get(report, "FORMATS");
        StringWriter saved = new StringWriter();
        CSVSaveService.saveCSVStats(StatGraphVisualizer.getAllTableData(model, formats), saved);
        JTable table = (JTable) get(report, "myJTable");
        return Map.of("shown", shown(table), "values", values(table), "saved", saved.toString());
    }

    /** Waits for Swing's timer, which moves added samples into the table. */
    private static boolean isRefreshed(SummaryReport report) throws Exception {
        boolean[] refreshed = new boolean[1];
        SwingUtilities.invokeAndWait(() -> refreshed[0] =
            get(report, "dataChanged").equals(false) && ((Collection<?>) get(report, "newRows")).isEmpty());
        return refreshed[0];
    }

    private static List<List<String>> shown(JTable table) {
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < table.getRowCount(); row++) {
            List<String> cells = new ArrayList<>();
            for (int column = 0; column < table.getColumnCount(); column++) {
                var renderer = table.getCellRenderer(row, column);
                cells.add(((JLabel) table.prepareRenderer(renderer, row, column)).getText());
            }
            rows.add(cells);
        }
        return rows;
    }

    private static List<List<Object>> values(JTable table) {
        List<List<Object>> rows = new ArrayList<>();
        for (int row = 0; row < table.getRowCount(); row++) {
            List<Object> cells = new ArrayList<>();
            for (int column = 0; column < table.getColumnCount(); column++) cells.add(table.getValueAt(row, column));
            rows.add(cells);
        }
        return rows;
    }

    private static Object get(SummaryReport report, String name) {
        try {
            Field field = SummaryReport.class.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(report);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
