package io.ains.registry.projection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.support.SQLStateSQLExceptionTranslator;

/**
 * The one connection that writes, with its statements prepared once: for SQLite, preparing costs more than most of them
 * do. After a failure it is closed, which undoes what was not committed, and opened anew when it is next needed. One
 * thread.
 */
final class Writer implements AutoCloseable {
    private static final int MAX_BATCH = 500;
    private static final int MAX_IN = 50;

    private final DataSource source;
    private final SQLStateSQLExceptionTranslator translator = new SQLStateSQLExceptionTranslator();
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private @Nullable Connection connection;

    Writer(DataSource source) {
        this.source = source;
    }

    /** Reads one row's value. */
    interface Row<T extends @Nullable Object> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Runs work whose updates all count, or none.
     *
     * @throws RuntimeException if it fails, or cannot be committed
     */
    void transaction(Runnable work) {
        try {
            work.run();
            open().commit();
        } catch (SQLException e) {
            close();
            throw failure("COMMIT", e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Changes rows, within a transaction, and tells how many. */
    int update(String sql, @Nullable Object... values) {
        try {
            return prepared(sql, values).executeUpdate();
        } catch (SQLException e) {
            throw failure(sql, e);
        }
    }

    /** Reads rows, within a transaction, so that they are of one moment. */
    <T extends @Nullable Object> List<T> query(String sql, Row<T> reader, @Nullable Object... values) {
        try (ResultSet rows = prepared(sql, values).executeQuery()) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(reader.read(rows));
            }
            return found;
        } catch (SQLException e) {
            throw failure(sql, e);
        }
    }

    /** Changes rows by one statement with many values, in their order. */
    void batch(String sql, List<@Nullable Object[]> rows) {
        if (rows.isEmpty()) {
            return;
        }
        try {
            PreparedStatement statement = prepared(sql);
            for (int from = 0; from < rows.size(); from += MAX_BATCH) {
                for (@Nullable Object[] values : rows.subList(from, Math.min(from + MAX_BATCH, rows.size()))) {
                    bind(statement, values);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        } catch (SQLException e) {
            throw failure(sql, e);
        }
    }

    /**
     * Reads the rows of some ids, in no order.
     *
     * @param sql that ends before the list of ids
     */
    <T> List<T> queryIn(String sql, Collection<String> ids, Row<T> reader) {
        List<T> found = new ArrayList<>();
        List<String> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); ) {
            // Two lengths of list, so that there are two statements to prepare.
            int size = all.size() - from < MAX_IN ? 1 : MAX_IN;
            String list = "(?" + ", ?".repeat(size - 1) + ")";
            found.addAll(
                    query(sql + list, reader, all.subList(from, from + size).toArray()));
            from += size;
        }
        return found;
    }

    @SuppressWarnings("NullAway") // JDBC is not annotated: a null parameter is NULL
    private PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = open().prepareStatement(sql);
            statements.put(sql, statement);
        }
        bind(statement, values);
        return statement;
    }

    @SuppressWarnings("NullAway")
    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            // PostgreSQL takes any character but this one, which nobody needs.
            statement.setObject(
                    i + 1, value instanceof String text && text.indexOf(0) >= 0 ? text.replace('\0', '\uFFFD') : value);
        }
    }

    private Connection open() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = source.getConnection();
            open.setAutoCommit(false);
            connection = open;
        }
        return open;
    }

    private DataAccessException failure(String sql, SQLException cause) {
        DataAccessException known = translator.translate("projecting", sql, cause);
        return known == null ? new UncategorizedSQLException("projecting", sql, cause) : known;
    }

    /** Undoes what was not committed; the next use opens it again. */
    @Override
    public void close() {
        statements.clear();
        Connection closing = connection;
        connection = null;
        if (closing != null) {
            try (closing) {
                closing.rollback();
            } catch (SQLException e) {
                // It is given up; what was not committed is undone with it.
            }
        }
    }
}
