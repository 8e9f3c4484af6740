package io.ains.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** An agent that knows only the earlier service works with this one, and never learns of it. */
@Timeout(180)
class EarlierAgentTest {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int TASKS = 5;

    static boolean pythonIsInstalled() {
        return Files.isExecutable(PYTHON);
    }

    @Test
    @EnabledIf("pythonIsInstalled")
    void shouldWorkUnchangedAndGetItsTasksWithinASecond(@TempDir Path folder) throws Exception {
        Path output = folder.resolve("agent.txt");
        try (AinsProcess ains = new AinsProcess(folder, "up", "--data=" + folder.resolve("data"))) {
            String base = ains.awaitPrinted("HTTP API +(\\S+)");
            Api api = new Api(URI.create(base));
            Process agent = new ProcessBuilder(
                            PYTHON.toString(),
                            Path.of("src", "test", "resources", "earlier_agent.py")
                                    .toString(),
                            base,
                            "earlier",
                            "capitals")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                await().atMost(SOON)
                        .failFast("the agent has ended", () -> !agent.isAlive())
                        .until(() -> completes(api, "warm-up"));

                int inTime = 0;
                for (int i = 0; i < TASKS; i++) {
                    String taskId = "task-" + i;
                    long submitted = System.currentTimeMillis();
                    await().atMost(SOON).until(() -> completes(api, taskId));
                    inTime += gotAt(output, taskId) - submitted < 1_000 ? 1 : 0;
                }

                assertThat(agent.isAlive()).as(Files.readString(output)).isTrue();
                assertThat(inTime)
                        .as("tasks within a second: %s", Files.readString(output))
                        .isGreaterThan(TASKS / 2);
                assertThat(api.get("/aitp/tasks/task-0")
                                .body()
                                .at("/result_data/text")
                                .asString())
                        .isEqualTo("AS IT WAS");
            } finally {
                agent.destroy();
                agent.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    /** Submits it, once however often it is asked, and tells whether it is done. */
    private static boolean completes(Api api, String taskId) {
        int submitted = api.post(
                        "/aitp/tasks",
                        Map.of(
                                "task_id", taskId,
                                "client_id", "client",
                                "task_type", "text",
                                "capability_required", "capitals",
                                "input_data", Map.of("text", "as it was")))
                .join()
                .status();
        return submitted == 200
                && api.get("/aitp/tasks/" + taskId)
                        .body()
                        .at("/status")
                        .asString()
                        .equals("COMPLETED");
    }

    private static long gotAt(Path output, String taskId) throws Exception {
        Matcher got = Pattern.compile("got " + taskId + " (\\d+)").matcher(Files.readString(output));
        assertThat(got.find()).isTrue();
        return Long.parseLong(got.group(1));
    }
}
