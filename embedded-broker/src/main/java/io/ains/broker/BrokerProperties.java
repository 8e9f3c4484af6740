package io.ains.broker;

import java.util.HashMap;
import java.util.Map;

/** Kafka's configuration of one broker that is its own controller, sized for a laptop. */
final class BrokerProperties {
    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";
    static final String CONTROLLER_HOST = "127.0.0.1";

    private static final String BROKER_LISTENER = "PLAINTEXT";

    private BrokerProperties() {}

    static Map<String, String> of(BrokerSettings settings, int port, int controllerPort) {
        Map<String, String> all = new HashMap<>(defaults());
        String listener = BROKER_LISTENER + "://" + settings.host() + ":" + port;
        all.put("advertised.listeners", listener);
        all.putAll(settings.properties());
        all.put("process.roles", "broker,controller");
        all.put("node.id", Integer.toString(NODE_ID));
        all.put("log.dirs", settings.dataDir().toString());
        all.put("listeners", listener + "," + CONTROLLER_LISTENER + "://" + CONTROLLER_HOST + ":" + controllerPort);
        all.put("controller.listener.names", CONTROLLER_LISTENER);
        all.put("controller.quorum.voters", NODE_ID + "@" + CONTROLLER_HOST + ":" + controllerPort);
        all.put("inter.broker.listener.name", BROKER_LISTENER);
        all.put("listener.security.protocol.map", BROKER_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        return all;
    }

    static Map<String, String> defaults() {
        Map<String, String> defaults = new HashMap<>();
        // A misspelt topic is an error here as it is in production.
        defaults.put("auto.create.topics.enable", "false");

        // One broker cannot keep more than one copy, and few partitions make the first group or transaction quick.
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            defaults.put(topic + ".replication.factor", "1");
            defaults.put(topic + ".num.partitions", "4");
        }
        defaults.put("transaction.state.log.min.isr", "1");
        defaults.put("share.coordinator.state.topic.min.isr", "1");
        defaults.put("default.replication.factor", "1");
        defaults.put("min.insync.replicas", "1");

        // Nobody waits for members that may still come.
        defaults.put("group.initial.rebalance.delay.ms", "0");
        // The least that a group's member may ask for, so that one that died is soon missed.
        defaults.put("group.min.session.timeout.ms", "1000");
        // Readers of committed records wait for a killed writer's transaction until this reaper has run.
        defaults.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");

        // A transaction that begins while the one before is still being marked is tried again after so long, 20 by
        // default.
        defaults.put("add.partitions.to.txn.retry.backoff.ms", "2");

        // A broker whose process was killed is let in again only when its last session is over, 9 seconds by default.
        defaults.put("broker.session.timeout.ms", "3000");
        defaults.put("broker.heartbeat.interval.ms", "500");
        // A record that says "nothing happened" twice a second keeps a laptop's disk awake.
        defaults.put("metadata.max.idle.interval.ms", "5000");
        // A start that cannot succeed ends; without this it waits for ever.
        defaults.put("server.max.startup.time.ms", "60000");

        // Threads and buffers of a server are too many for a laptop.
        defaults.put("num.network.threads", "2");
        defaults.put("num.io.threads", "4");
        defaults.put("background.threads", "2");
        defaults.put("num.recovery.threads.per.data.dir", "2");
        defaults.put("group.coordinator.threads", "1");
        defaults.put("share.coordinator.threads", "1");
        defaults.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 * 1024 * 1024));
        return defaults;
    }
}
