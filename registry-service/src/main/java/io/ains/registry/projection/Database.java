package io.ains.registry.projection;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.ains.registry.RegistrySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The projection's database: one connection that writes, for the projection's thread, and a few that only read, for any
 * thread. SQLite keeps a write-ahead log, so neither waits for the other.
 */
@Component
public final class Database implements AutoCloseable {
    private static final String SQLITE = "jdbc:sqlite:";
    private static final String BUSY_TIMEOUT_MS = "5000";

    /** 64 MiB for each connection, so that the upper levels of the indexes stay in memory. */
    private static final String CACHE_KIB = "-65536";

    /** Pages of 4 KiB after which the log is brought into the database; fewer checkpoints, fewer waits for the disk. */
    private static final String CHECKPOINT_PAGES = "8000";

    private final HikariDataSource writing;
    private final HikariDataSource reading;
    private final JdbcClient queries;

    /** Opens the database and brings its tables up to date. */
    public Database(RegistrySettings settings) {
        makeFolder(settings.databaseUrl());
        writing = new HikariDataSource(pool("registry-writer", settings.databaseUrl(), 1));
        try {
            Flyway.configure()
                    .dataSource(writing)
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
            HikariConfig readers = pool("registry-readers", settings.databaseUrl(), settings.readers());
            readers.setConnectionInitSql("PRAGMA query_only = 1");
            reading = new HikariDataSource(readers);
        } catch (RuntimeException e) {
            writing.close();
            throw e;
        }
        queries = JdbcClient.create(reading);
    }

    private static void makeFolder(String url) {
        String path = url.substring(SQLITE.length());
        int options = path.indexOf('?');
        Path folder = Path.of(options < 0 ? path : path.substring(0, options))
                .toAbsolutePath()
                .getParent();
        if (folder != null) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot make the folder of the database " + url, e);
            }
        }
    }

    private static HikariConfig pool(String name, String url, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.addDataSourceProperty("journal_mode", "WAL");
        // A power cut can take the last transactions, but whole, with the offsets in them: they are read again.
        config.addDataSourceProperty("synchronous", "NORMAL");
        config.addDataSourceProperty("busy_timeout", BUSY_TIMEOUT_MS);
        config.addDataSourceProperty("cache_size", CACHE_KIB);
        config.addDataSourceProperty("wal_autocheckpoint", CHECKPOINT_PAGES);
        return config;
    }

    /** For queries, from any thread; it cannot write. */
    public JdbcClient queries() {
        return queries;
    }

    /** For the projection's thread alone. */
    Writer writer() {
        return new Writer(writing);
    }

    @Override
    public void close() {
        reading.close();
        writing.close();
    }
}
