package io.ains.registry;

import io.ains.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * A database for a test, of the kind that the system property {@code ains.test.database} names: {@code sqlite}, a file
 * in the test's folder, or {@code postgresql}, a database of its own.
 */
public final class TestDatabase {
    private static final boolean POSTGRESQL =
            System.getProperty("ains.test.database", "sqlite").equals("postgresql");

    private final String url;
    private final Path file;

    private TestDatabase(String url, Path file) {
        this.url = url;
        this.file = file;
    }

    /** Makes one; SQLite's file is made by who opens it first. */
    public static TestDatabase in(Path folder) {
        if (!POSTGRESQL) {
            Path file = folder.resolve("sub/registry.db");
            return new TestDatabase("jdbc:sqlite:" + file, file);
        }
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        TestDatabase database = new TestDatabase(TestPostgres.url(name), folder);
        administer("CREATE DATABASE " + name);
        return database;
    }

    public static boolean isPostgresql() {
        return POSTGRESQL;
    }

    private static void administer(String sql) {
        try (Connection connection = DriverManager.getConnection(
                        TestPostgres.url("postgres"), TestPostgres.user(), TestPostgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public String url() {
        return url;
    }

    public String user() {
        return POSTGRESQL ? TestPostgres.user() : "";
    }

    public String password() {
        return POSTGRESQL ? TestPostgres.password() : "";
    }

    /** What tells the service of it. */
    List<String> arguments() {
        return List.of(
                "--ains.registry.database-url=" + url,
                "--ains.registry.database-user=" + user(),
                "--ains.registry.database-password=" + password());
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user(), password());
    }

    /** Keeps the projection from writing, until the transaction of the connection ends. */
    Connection hold() throws SQLException {
        Connection connection = connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE writer_turn SET turns = turns");
        }
        return connection;
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            if (!POSTGRESQL) {
                statement.execute("PRAGMA busy_timeout = 5000");
            }
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /** From now on, the database refuses the row of a task. */
    void refuseTask(String taskId) throws SQLException {
        if (POSTGRESQL) {
            execute("ALTER TABLE task ADD CONSTRAINT refused CHECK (task_id <> '" + taskId + "')");
        } else {
            execute("CREATE TRIGGER refused BEFORE INSERT ON task WHEN NEW.task_id = '" + taskId
                    + "' BEGIN SELECT RAISE(ABORT, 'refused'); END");
        }
    }

    /** From now on, until {@link #proceed}, a transaction that writes the row of a task does not end. */
    void hangAtTask(String taskId) throws SQLException {
        if (POSTGRESQL) {
            execute(
                    "CREATE FUNCTION hang() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$"
                            + " LANGUAGE plpgsql",
                    "CREATE TRIGGER hanging BEFORE INSERT ON task FOR EACH ROW WHEN (NEW.task_id = '" + taskId
                            + "') EXECUTE FUNCTION hang()");
        } else {
            execute("CREATE TRIGGER hanging BEFORE INSERT ON task WHEN NEW.task_id = '" + taskId
                    + "' BEGIN SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < 100000000000) SELECT i FROM n); END");
        }
    }

    /** Whether somebody is in the middle of writing, and goes on with it for more than a moment. */
    boolean isBeingWritten() throws SQLException {
        if (POSTGRESQL) {
            return number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND wait_event = 'PgSleep'")
                    > 0;
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 2000");
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("ROLLBACK");
            return false;
        } catch (SQLException e) {
            return String.valueOf(e.getMessage()).contains("SQLITE_BUSY");
        }
    }

    /** A server goes on with a statement although its client was killed; SQLite was in the client. */
    void endHanging() throws SQLException {
        if (POSTGRESQL) {
            execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND wait_event = 'PgSleep'");
        }
    }

    void proceed() throws SQLException {
        execute("DROP TRIGGER hanging" + (POSTGRESQL ? " ON task" : ""));
    }

    /** Deletes everything, as if nobody had ever opened it. */
    void delete() throws IOException, SQLException {
        if (POSTGRESQL) {
            execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
            return;
        }
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(file + suffix));
        }
    }
}
