package io.ains.broker;

import io.ains.broker.BrokerStartException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * The data folder while a broker owns it: locked, known to be ours, and formatted.
 *
 * <p>Kafka checks most of this too, but late and with a stack trace or by ending the JVM; whoever starts AINS on a
 * laptop needs to read which folder is wrong and why.
 */
final class BrokerFolder implements AutoCloseable {
    static final String MARKER = "ains-broker.properties";
    static final String LOCK = "ains-broker.lock";

    private static final String KAFKA_META = "meta.properties";
    private static final String METADATA_LOG = "__cluster_metadata-0";

    private static final String FORMAT_KEY = "format.version";
    private static final String FORMAT = "1";
    private static final String KAFKA_KEY = "kafka.version";
    private static final String CLUSTER_KEY = "cluster.id";
    private static final String NODE_KEY = "node.id";

    private final Path dir;
    private final FileChannel lock;

    private BrokerFolder(Path dir, FileChannel lock) {
        this.dir = dir;
        this.lock = lock;
    }

    /**
     * Takes the folder for this process, and formats it when it is new.
     *
     * @throws BrokerStartException when the folder is in use, is not ours or cannot be written
     */
    static BrokerFolder open(Path dir, int nodeId, String controllerListener) {
        try {
            Files.createDirectories(dir);
            BrokerFolder folder = new BrokerFolder(dir, lock(dir));
            try {
                folder.checkOrFormat(nodeId, controllerListener);
                return folder;
            } catch (IOException | RuntimeException e) {
                folder.close();
                throw e;
            }
        } catch (IOException e) {
            throw new BrokerStartException(
                    Reason.FOLDER_UNUSABLE,
                    "The broker's data folder " + dir + " cannot be made or written (" + describe(e) + ").",
                    e);
        }
    }

    private static FileChannel lock(Path dir) throws IOException {
        FileChannel channel = FileChannel.open(dir.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw new BrokerStartException(
                    Reason.FOLDER_LOCKED, "The broker's data folder " + dir + " is in use by another running broker.");
        }
        return channel;
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock taken = channel.tryLock();
            return taken != null;
        } catch (OverlappingFileLockException e) {
            // The other broker is in this JVM.
            return false;
        }
    }

    private void checkOrFormat(int nodeId, String controllerListener) throws IOException {
        Properties marker = read(MARKER);
        if (marker == null) {
            checkEmpty();
            marker = newMarker(nodeId);
            write(marker);
        }
        checkMarker(marker, nodeId);
        Properties meta = read(KAFKA_META);
        if (meta == null) {
            // New, or the process was killed between the marker and the formatting.
            if (Files.exists(dir.resolve(METADATA_LOG))) {
                throw foreign("has lost its " + KAFKA_META);
            }
            format(marker.getProperty(CLUSTER_KEY), nodeId, controllerListener);
        } else {
            checkSame(marker, meta, CLUSTER_KEY, "cluster");
            checkSame(marker, meta, NODE_KEY, "node");
        }
    }

    private void checkEmpty() throws IOException {
        try (Stream<Path> entries = Files.list(dir)) {
            if (entries.anyMatch(entry -> !entry.endsWith(LOCK) && !entry.endsWith(MARKER + ".tmp"))) {
                throw foreign("is not empty and was not made by AINS");
            }
        }
    }

    private void checkMarker(Properties marker, int nodeId) {
        if (!FORMAT.equals(marker.getProperty(FORMAT_KEY))) {
            throw foreign("has the format " + marker.getProperty(FORMAT_KEY) + " but this AINS reads " + FORMAT);
        }
        String written = marker.getProperty(KAFKA_KEY, "unknown");
        // Patch releases share their formats in both directions. Others are not tried here, and Kafka cannot go back.
        if (!minor(written).equals(minor(AppInfoParser.getVersion()))) {
            throw foreign("was written by Kafka " + written + " but this is Kafka " + AppInfoParser.getVersion());
        }
        if (!Integer.toString(nodeId).equals(marker.getProperty(NODE_KEY))) {
            throw foreign("belongs to node " + marker.getProperty(NODE_KEY) + " but this is node " + nodeId);
        }
        if (marker.getProperty(CLUSTER_KEY) == null) {
            throw foreign("names no cluster in " + MARKER);
        }
    }

    private void checkSame(Properties marker, Properties meta, String key, String what) {
        if (!marker.getProperty(key).equals(meta.getProperty(key))) {
            throw foreign("holds the data of another " + what + " (" + meta.getProperty(key) + " in " + KAFKA_META
                    + ", " + marker.getProperty(key) + " in " + MARKER + ")");
        }
    }

    private BrokerStartException foreign(String what) {
        return new BrokerStartException(
                Reason.FOLDER_FOREIGN,
                "The broker's data folder " + dir + " " + what + "; name another folder or empty this one.");
    }

    private static String minor(String version) {
        int first = version.indexOf('.');
        int second = version.indexOf('.', first + 1);
        return first < 0 || second < 0 ? version : version.substring(0, second);
    }

    private static Properties newMarker(int nodeId) {
        Properties marker = new Properties();
        marker.setProperty(FORMAT_KEY, FORMAT);
        marker.setProperty(KAFKA_KEY, AppInfoParser.getVersion());
        marker.setProperty(CLUSTER_KEY, Uuid.randomUuid().toString());
        marker.setProperty(NODE_KEY, Integer.toString(nodeId));
        return marker;
    }

    private @Nullable Properties read(String name) throws IOException {
        Path file = dir.resolve(name);
        if (!Files.exists(file)) {
            return null;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IllegalArgumentException e) {
            throw foreign("has an unreadable " + name);
        }
        return properties;
    }

    private void write(Properties marker) throws IOException {
        Path temporary = dir.resolve(MARKER + ".tmp");
        try (OutputStream out = Files.newOutputStream(temporary)) {
            marker.store(out, "Made by AINS: do not edit");
        }
        // Moved as a whole, so that a kill never leaves half a marker, which would make the folder foreign.
        Files.move(temporary, dir.resolve(MARKER), StandardCopyOption.ATOMIC_MOVE);
    }

    private void format(String clusterId, int nodeId, String controllerListener) throws IOException {
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(nodeId)
                    .setClusterId(clusterId)
                    .addDirectory(dir.toString())
                    .setMetadataLogDirectory(dir.toString())
                    .setControllerListenerName(controllerListener)
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static String describe(IOException e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /** Gives the folder free for another broker; the lock file stays, as removing it could remove another's lock. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // The lock goes with the process at the latest, and nothing was written through this channel.
        }
    }
}
