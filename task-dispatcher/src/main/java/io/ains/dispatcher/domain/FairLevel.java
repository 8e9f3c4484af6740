package io.ains.dispatcher.domain;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The waiting tasks of one level of priority: clients take turns in proportion to their weights, by start-time fair
 * queuing (Goyal, Vin, Cheng 1996) with every task counting the same. A client that was away comes back at the
 * present virtual time: it neither saved up turns nor lost any.
 */
final class FairLevel {
    /** Divisible by every weight's small factors; only the ratio of two steps matters. */
    private static final long TURN = 1_000_000;

    private static final class Client {
        final String id;
        final long step;
        final TreeSet<Task> tasks = new TreeSet<>(Task.BY_ARRIVAL);
        long tag;

        Client(String id, int weight) {
            this.id = id;
            this.step = TURN / weight;
        }
    }

    private static final Comparator<Client> BY_TURN = Comparator.comparingLong((Client client) -> client.tag)
            .thenComparing(client -> client.tasks.first(), Task.BY_ARRIVAL);
    private static final Comparator<Client> BY_OLDEST =
            Comparator.comparing(client -> client.tasks.first(), Task.BY_ARRIVAL);

    private final Map<String, Client> clients = new HashMap<>();
    private final TreeSet<Client> byTurn = new TreeSet<>(BY_TURN);
    private final TreeSet<Client> byOldest = new TreeSet<>(BY_OLDEST);
    private final ArrayDeque<Client> idle = new ArrayDeque<>();
    private long virtualTime;

    @Nullable
    Task oldest() {
        return byOldest.isEmpty() ? null : byOldest.first().tasks.first();
    }

    @Nullable
    Task head() {
        return byTurn.isEmpty() ? null : byTurn.first().tasks.first();
    }

    void add(Task task, int weight) {
        Client client = clients.computeIfAbsent(task.clientId, id -> new Client(id, weight));
        if (client.tasks.isEmpty()) {
            client.tag = Math.max(client.tag, virtualTime);
            client.tasks.add(task);
            byTurn.add(client);
            byOldest.add(client);
        } else if (Task.BY_ARRIVAL.compare(task, client.tasks.first()) < 0) {
            unlink(client);
            client.tasks.add(task);
            link(client);
        } else {
            client.tasks.add(task);
        }
    }

    void remove(Task task) {
        Client client = Objects.requireNonNull(clients.get(task.clientId), "client of a waiting task");
        if (client.tasks.first() == task) {
            unlink(client);
            client.tasks.remove(task);
            link(client);
            forgetIdle();
        } else {
            client.tasks.remove(task);
        }
    }

    void take(Task task) {
        Client client = Objects.requireNonNull(clients.get(task.clientId), "client of a waiting task");
        unlink(client);
        client.tasks.remove(task);
        virtualTime = Math.max(virtualTime, client.tag);
        client.tag += client.step;
        link(client);
        forgetIdle();
    }

    /** Both orders look at a client's tag and first task: neither may change while the client is in them. */
    private void unlink(Client client) {
        byTurn.remove(client);
        byOldest.remove(client);
    }

    private void link(Client client) {
        if (client.tasks.isEmpty()) {
            idle.add(client);
        } else {
            byTurn.add(client);
            byOldest.add(client);
        }
    }

    /** A client without tasks is kept only until its tag is in the past and so says nothing more. */
    private void forgetIdle() {
        if (byTurn.isEmpty()) {
            clients.clear();
            idle.clear();
            virtualTime = 0;
            return;
        }
        for (Client first = idle.peek(); first != null; first = idle.peek()) {
            if (!first.tasks.isEmpty()) {
                idle.poll();
            } else if (first.tag <= virtualTime) {
                idle.poll();
                clients.remove(first.id, first);
            } else {
                return;
            }
        }
    }
}
