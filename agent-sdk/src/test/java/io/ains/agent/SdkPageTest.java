package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs on docs/agent-sdk.md compile: an author copies them. */
class SdkPageTest {
    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

    /** What an author's program would have around them. */
    private static final String PROGRAM = """
            import com.fasterxml.jackson.annotation.JsonProperty;
            import io.ains.agent.*;
            import io.ains.protocol.*;
            import java.time.Duration;
            import java.util.Map;

            class Program {
                interface Model {
                    boolean isLoaded();

                    double speed();
                }

                static String shorten(String text, int words) {
                    return text;
                }

                static void run(Model model) throws Exception {
                    %s
                }
            }
            """;

    static Stream<String> snippets() throws IOException {
        List<String> found = SNIPPET.matcher(Files.readString(Path.of("..", "docs", "agent-sdk.md")))
                .results()
                .map((MatchResult snippet) -> snippet.group(1))
                .toList();
        assertThat(found).hasSize(2);
        return found.stream();
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void shouldShowProgramsThatCompile(String snippet, @TempDir Path classes) {
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "tests run on a JDK");

        compiler.getTask(
                        null,
                        null,
                        said,
                        List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"),
                        null,
                        List.of(new Source(String.format(Locale.ROOT, PROGRAM, snippet))))
                .call();

        assertThat(said.getDiagnostics())
                .filteredOn(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .isEmpty();
        assertThat(classes.resolve("Program.class")).exists();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///Program.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
