package io.ains.registry.projection;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.ains.registry.RegistrySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The projection's database: one connection that writes, for the projection's thread, and a few that only read, for any
 * thread. It is an SQLite file, which keeps a write-ahead log so that neither waits for the other; or PostgreSQL, which
 * several services may share.
 */
@Component
public final class Database implements AutoCloseable {
    private static final String SQLITE = "jdbc:sqlite:";
    private static final String BUSY_TIMEOUT_MS = "5000";
    private static final String SOCKET_TIMEOUT_S = "60";

    /** 64 MiB for each connection, so that the upper levels of the indexes stay in memory. */
    private static final String CACHE_KIB = "-65536";

    /** Pages of 4 KiB after which the log is brought into the database; fewer checkpoints, fewer waits for the disk. */
    private static final String CHECKPOINT_PAGES = "8000";

    private final HikariDataSource writing;
    private final HikariDataSource reading;
    private final JdbcClient queries;

    /** Opens the database and brings its tables up to date. */
    public Database(RegistrySettings settings) {
        boolean sqlite = settings.databaseUrl().startsWith(SQLITE);
        if (sqlite) {
            makeFolder(settings.databaseUrl());
        }
        writing = new HikariDataSource(pool("registry-writer", settings, 1, sqlite));
        try {
            // It needs more than the one connection that writes.
            Flyway.configure()
                    .dataSource(settings.databaseUrl(), settings.databaseUser(), settings.databasePassword())
                    .locations("classpath:db/migration")
                    .placeholders(Map.of("text", sqlite ? "TEXT" : "TEXT COLLATE \"C\""))
                    .load()
                    .migrate();
            HikariConfig readers = pool("registry-readers", settings, settings.readers(), sqlite);
            if (sqlite) {
                readers.setConnectionInitSql("PRAGMA query_only = 1");
            } else {
                readers.setReadOnly(true);
            }
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

    private static HikariConfig pool(String name, RegistrySettings settings, int size, boolean sqlite) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(settings.databaseUrl());
        config.setUsername(settings.databaseUser());
        config.setPassword(settings.databasePassword());
        config.setMaximumPoolSize(size);
        // A query that cannot have a connection in time is answered 503, well before the request's end.
        config.setConnectionTimeout(settings.answerTimeout().toMillis());
        if (sqlite) {
            config.addDataSourceProperty("journal_mode", "WAL");
            // A power cut can take the last transactions, but whole, with the offsets in them: they are read again.
            config.addDataSourceProperty("synchronous", "NORMAL");
            config.addDataSourceProperty("busy_timeout", BUSY_TIMEOUT_MS);
            config.addDataSourceProperty("cache_size", CACHE_KIB);
            config.addDataSourceProperty("wal_autocheckpoint", CHECKPOINT_PAGES);
        } else {
            config.addDataSourceProperty("reWriteBatchedInserts", "true");
            // A server that is gone without a word is noticed.
            config.addDataSourceProperty("tcpKeepAlive", "true");
            config.addDataSourceProperty("socketTimeout", SOCKET_TIMEOUT_S);
            // The same holds of PostgreSQL's log: what a crash takes is read again. And a service that is gone in the
            // middle of
            // a transaction must not have all others wait for it.
            config.setConnectionInitSql(
                    "SET synchronous_commit = off; SET idle_in_transaction_session_timeout = '15s'");
        }
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
