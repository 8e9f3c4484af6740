package io.ains.standalone;

import java.nio.file.Path;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends all logs of this JVM to one file, and only errors to the terminal as well. */
final class Logs {
    /** Read by {@code logback.xml}. */
    private static final String FILE_PROPERTY = "ains.log.file";

    private Logs() {}

    /** Has to come before the first logger is made. */
    static void to(Path file) {
        System.setProperty(FILE_PROPERTY, file.toString());
        // Otherwise each of the three Spring contexts would set Logback up anew.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }
}
