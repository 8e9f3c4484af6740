package io.ains.guarantees;

import io.ains.agent.Agent;
import io.ains.agent.AinsException;
import io.ains.testkit.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The fleet under chaos: for each capability an agent that lives throughout, one in a process that can be killed, and guests
 * who come and go.
 */
final class Agents implements AutoCloseable {
    static final List<String> CAPABILITIES = List.of("translate", "summarize", "classify", "extract");

    private static final int SLOTS = 8;
    private static final long GUEST_CHANGES_MS = 1_500;

    private final Cluster cluster;
    private final Stalls stalls;
    private final Random random;
    private final Map<String, Integer> slots = new ConcurrentHashMap<>();
    private final List<String> steady = new ArrayList<>();
    private final List<Agent> all = new ArrayList<>();
    private final List<ServiceProcess> processes = new ArrayList<>();
    private final Thread guests = new Thread(this::comeAndGo, "guests");
    private volatile boolean stopped;
    private volatile int joined;

    Agents(Cluster cluster, Stalls stalls, Random random) {
        this.cluster = cluster;
        this.stalls = stalls;
        this.random = random;
    }

    void start() {
        for (String capability : CAPABILITIES) {
            String id = "steady-" + capability;
            steady.add(id);
            all.add(agent(id, capability).start());
            String worker = "worker-" + capability;
            slots.put(worker, SLOTS);
            processes.add(WorkerProcess.of(cluster.folder(), cluster.bootstrapServers(), worker, capability, SLOTS)
                    .start());
        }
    }

    void startGuests() {
        guests.start();
    }

    private Agent agent(String id, String capability) {
        slots.put(id, SLOTS);
        return Agent.builder(id)
                .bootstrapServers(cluster.bootstrapServers())
                .capability(capability, task -> {
                    stalls.started(capability);
                    TimeUnit.MILLISECONDS.sleep(20);
                    return Map.of("by", id, "attempt", task.attempt());
                })
                .maxConcurrency(SLOTS)
                .startTimeout(Duration.ofSeconds(20))
                .shutdownHook(false)
                .build();
    }

    /** At most one guest of each capability; each change is a clean join or a clean goodbye. */
    private void comeAndGo() {
        Map<String, Agent> present = new ConcurrentHashMap<>();
        while (!stopped) {
            String capability = CAPABILITIES.get(random.nextInt(CAPABILITIES.size()));
            Agent leaving = present.remove(capability);
            if (leaving != null) {
                leaving.close();
            } else {
                try {
                    present.put(
                            capability, agent("guest-" + capability, capability).start());
                    joined++;
                } catch (AinsException e) {
                    // The brokers are away: it comes another time.
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(GUEST_CHANGES_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        present.values().forEach(Agent::close);
    }

    /** Tasks at once that each may have, by agent id. */
    Map<String, Integer> slots() {
        return slots;
    }

    /** Those that send heartbeats throughout. */
    List<String> steady() {
        return steady;
    }

    List<ServiceProcess> processes() {
        return processes;
    }

    int joined() {
        return joined;
    }

    /** Nobody comes any more, and the guests leave. */
    void stopGuests() throws InterruptedException {
        stopped = true;
        guests.join();
    }

    @Override
    public void close() throws InterruptedException {
        stopGuests();
        processes.forEach(ServiceProcess::close);
        all.forEach(Agent::close);
    }
}
