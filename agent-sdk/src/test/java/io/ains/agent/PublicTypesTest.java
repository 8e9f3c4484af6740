package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an author has to know fits on a page, and the page knows all of it. */
class PublicTypesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[A-Z]\\w+`(, `[A-Z]\\w+`)*) \\|");
    private static final Pattern TYPE = Pattern.compile("[A-Z]\\w+");

    @Test
    void shouldAllBeOnThePage() throws IOException, URISyntaxException {
        String page = Files.readString(Path.of("..", "docs", "agent-sdk.md"));
        String types = page.substring(page.indexOf("## The types"), page.indexOf("## Handlers"));
        Set<String> listed = ROW.matcher(types)
                .results()
                .flatMap(row -> TYPE.matcher(row.group(1)).results().map(MatchResult::group))
                .collect(Collectors.toSet());

        Set<String> existing = publicTypes();

        assertThat(listed).isEqualTo(existing);
        assertThat(existing).hasSizeLessThan(20).contains("Agent", "TaskClient");
    }

    private static Set<String> publicTypes() throws IOException, URISyntaxException {
        Path classes = Path.of(Agent.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("io/ains/agent");
        try (Stream<Path> files = Files.list(classes)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("$") && !name.startsWith("package-info"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .filter(PublicTypesTest::isPublic)
                    .collect(Collectors.toSet());
        }
    }

    private static boolean isPublic(String name) {
        try {
            return Modifier.isPublic(
                    Class.forName("io.ains.agent." + name, false, PublicTypesTest.class.getClassLoader())
                            .getModifiers());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
