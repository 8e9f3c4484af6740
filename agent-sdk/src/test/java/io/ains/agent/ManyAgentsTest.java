package io.ains.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ains.protocol.TaskResult;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * More agents of one capability than it has partitions, which a consumer group could not serve at all. How many can be
 * set: {@code -Dains.test.agents=1000}.
 */
@Timeout(600)
class ManyAgentsTest {
    private static final int AGENTS = Integer.getInteger("ains.test.agents", 20);
    private static final Duration SOON = Duration.ofSeconds(30 + AGENTS / 5);
    private static final int PARTITIONS = 3;

    @Test
    void shouldComeAndGoWithoutARebalanceAndServeEachItsOwn() throws Exception {
        List<Agent> agents = new CopyOnWriteArrayList<>();
        try (ScriptedControlPlane plane = new ScriptedControlPlane();
                Admin admin = Admin.create(Map.of("bootstrap.servers", plane.bootstrapServers))) {
            IntStream.range(0, AGENTS)
                    .parallel()
                    .mapToObj(i -> start(plane, "fleet-" + i))
                    .forEach(agents::add);
            // one leaves, one joins, while the others work
            agents.remove(0).close();
            agents.add(start(plane, "fleet-" + AGENTS));
            Set<String> ids = agents.stream().map(Agent::agentId).collect(Collectors.toCollection(TreeSet::new));
            ids.forEach(id -> plane.assign(id, "task-of-" + id, "crowded"));

            await().atMost(SOON).until(() -> completed(plane).size() == AGENTS);
            assertThat(completed(plane))
                    .allSatisfy(done -> assertThat(done.taskId()).isEqualTo("task-of-" + done.agentId()));
            assertThat(groups(admin, plane))
                    .isNotEmpty()
                    .allSatisfy(group -> assertThat(group.members()).isEmpty())
                    .allSatisfy(group -> assertThat(group.groupState()).isEqualTo(GroupState.EMPTY));
            // while the control plane is there to hear them
            agents.parallelStream().forEach(Agent::close);
        } finally {
            agents.parallelStream().forEach(Agent::close);
        }
    }

    private static Agent start(ScriptedControlPlane plane, String id) {
        return plane.agent(id)
                .capability("crowded", task -> null)
                .capabilityPartitions(PARTITIONS)
                .build()
                .start();
    }

    private static List<TaskResult.Completed> completed(ScriptedControlPlane plane) {
        return plane.results.values().stream()
                .filter(TaskResult.Completed.class::isInstance)
                .map(TaskResult.Completed.class::cast)
                .toList();
    }

    /** The groups under which the agents show their offsets: there are some once the first has committed. */
    private static Collection<ConsumerGroupDescription> groups(Admin admin, ScriptedControlPlane plane)
            throws Exception {
        List<String> ids = await().atMost(SOON)
                .until(
                        () -> admin.listGroups().all().get().stream()
                                .map(GroupListing::groupId)
                                .filter(id -> id.startsWith(plane.topics.prefix() + "agent."))
                                .toList(),
                        all -> all.size() >= AGENTS);
        return admin.describeConsumerGroups(ids).all().get().values();
    }
}
