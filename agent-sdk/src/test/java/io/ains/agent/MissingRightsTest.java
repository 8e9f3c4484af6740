package io.ains.agent;

import static io.ains.agent.ScriptedControlPlane.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ains.broker.BrokerSettings;
import io.ains.broker.EmbeddedBroker;
import io.ains.protocol.TaskDelivery.TaskAssignment;
import io.ains.protocol.TaskResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker with an authorizer, that refuses what it is told to refuse. */
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MissingRightsTest {
    private static final Duration LATER = Duration.ofSeconds(30);

    private static final ResourcePattern CLUSTER =
            new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL);

    private final EmbeddedBroker broker;
    private ScriptedControlPlane plane;

    MissingRightsTest(@TempDir Path data) throws Exception {
        broker = new EmbeddedBroker(BrokerSettings.in(data)
                        .withProperty(
                                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                        .withProperty("allow.everyone.if.no.acl.found", "true"))
                .start();
        // a rule about a thing ends what holds without any: these allow what is not denied
        addRule(new AclBinding(
                topic("*"), new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.ALLOW)));
        addRule(new AclBinding(
                CLUSTER, new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.ALLOW)));
        plane = new ScriptedControlPlane(broker.bootstrapServers());
    }

    @AfterEach
    void close() {
        plane.close();
        plane = new ScriptedControlPlane(broker.bootstrapServers());
    }

    @AfterAll
    void stop() {
        plane.close();
        broker.close();
    }

    private static AclBinding without(ResourcePattern resource, AclOperation operation) {
        return new AclBinding(
                resource, new AccessControlEntry("User:ANONYMOUS", "*", operation, AclPermissionType.DENY));
    }

    private static ResourcePattern topic(String name) {
        return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private final void addRule(AclBinding rule) throws Exception {
        try (Admin admin = admin()) {
            admin.createAcls(List.of(rule)).all().get();
        }
    }

    private void removeRule(AclBinding rule) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteAcls(List.of(rule.toFilter())).all().get();
        }
    }

    private List<String> completed() {
        return plane.results.values().stream()
                .filter(TaskResult.Completed.class::isInstance)
                .map(result -> ((TaskResult.Completed) result).taskId())
                .toList();
    }

    @Test
    void shouldDeliverAnOutcomeOnceItMayAndDropOneThatIsNoLongerWanted() throws Exception {
        AclBinding denied = without(topic(plane.topics.taskResults()), AclOperation.WRITE);
        AtomicInteger ended = new AtomicInteger();
        try (Agent agent = plane.agent("patient")
                .capability("count", task -> ended.incrementAndGet())
                .maxConcurrency(2)
                .build()
                .start()) {
            addRule(denied);
            TaskAssignment unwanted = plane.assign("patient", "unwanted", "count");
            await().atMost(SOON).until(() -> ended.get() == 1);
            plane.revoke(unwanted);
            plane.assign("patient", "wanted", "count");
            await().atMost(SOON).until(() -> ended.get() == 2);
            // the third: all of the records before it have been read
            plane.assign("patient", "last", "count");
            await().atMost(SOON).until(() -> ended.get() == 3);

            removeRule(denied);

            await().atMost(LATER).until(() -> completed().size() >= 2);
            assertThat(agent.isRunning()).isTrue();
        }
        assertThat(completed()).containsExactlyInAnyOrder("wanted", "last");
    }

    @Test
    void shouldTakeNoMoreTasksThanOutcomesThatItCanKeep() throws Exception {
        AclBinding denied = without(topic(plane.topics.taskResults()), AclOperation.WRITE);
        AtomicInteger ended = new AtomicInteger();
        try (Agent agent = plane.agent("clogged")
                .capability("count", task -> ended.incrementAndGet())
                .build()
                .start()) {
            addRule(denied);
            int most = 1 + 16;
            for (int i = 1; i <= most; i++) {
                int count = i;
                plane.assign("clogged", "kept-" + i, "count");
                await().atMost(SOON).until(() -> ended.get() == count);
            }

            plane.assign("clogged", "one-too-many", "count");
            removeRule(denied);

            await().atMost(LATER).until(() -> completed().size() == most);
            plane.assign("clogged", "afterwards", "count");
            await().atMost(LATER).until(() -> completed().contains("afterwards"));
            assertThat(completed()).doesNotContain("one-too-many");
            assertThat(agent.isRunning()).isTrue();
        }
    }

    @Test
    void shouldNameTheRightsThatAreMissing() throws Exception {
        AclBinding create = without(topic(plane.topics.capability("forbidden")), AclOperation.CREATE);
        AclBinding register = without(topic(plane.topics.agentRegistrations()), AclOperation.WRITE);
        AclBinding createAny = without(CLUSTER, AclOperation.CREATE);
        addRule(create);
        addRule(createAny);
        addRule(register);

        assertThatThrownBy(() -> plane.agent("powerless")
                        .capability("forbidden", task -> null)
                        .build()
                        .start())
                .isInstanceOf(AinsException.NotAuthorized.class)
                .hasMessageContaining("create topic " + plane.topics.capability("forbidden"))
                .hasMessageContaining("kafka(");
        assertThatThrownBy(() -> plane.agent("voiceless")
                        .capability("allowed", task -> null)
                        .build()
                        .start())
                .isInstanceOf(AinsException.NotAuthorized.class)
                .hasMessageContaining("register voiceless");
        removeRule(create);
        removeRule(createAny);
        removeRule(register);
    }
}
