package io.ains.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.protocol.Topics;
import io.ains.testkit.TestBroker;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicProvisionerTest {
    private final Topics topics = new Topics(TestBroker.uniquePrefix());
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()));

    @AfterEach
    void close() {
        admin.close();
    }

    private TopicProvisioner provisioner(int partitions) {
        return new TopicProvisioner(
                admin,
                topics,
                new ServiceSettings(
                        TestBroker.bootstrapServers(), topics.prefix(), partitions, 5, (short) -1, Map.of()));
    }

    @Test
    void shouldMakeWhatIsMissingHoweverOftenItIsAsked() throws Exception {
        provisioner(3).ensureFixedTopics();
        provisioner(3).ensureFixedTopics();

        assertThat(admin.listTopics().names().get())
                .containsAll(topics.fixed().stream().map(Topics.Spec::name).toList());
        ConfigResource commands = new ConfigResource(ConfigResource.Type.TOPIC, topics.taskCommands());
        Config config = Objects.requireNonNull(
                admin.describeConfigs(List.of(commands)).all().get().get(commands));
        assertThat(config.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
    }

    @Test
    void shouldSayWhichSettingDoesNotFitTheTopicsThatAreThere() throws Exception {
        provisioner(3).ensureFixedTopics();

        assertThatThrownBy(() -> provisioner(4).ensureFixedTopics())
                .isInstanceOf(TopicProvisioner.TopicLayoutException.class)
                .hasMessageContaining("4 partitions, but it has 3")
                .hasMessageContaining("ains.partitions");
    }

    @Test
    void shouldMakeACapabilitysTopicOnce() throws Exception {
        provisioner(1).ensureCapabilityTopic("a:b").get(30, TimeUnit.SECONDS);
        provisioner(1).ensureCapabilityTopic("a:b").get(30, TimeUnit.SECONDS);

        String topic = topics.capability("a:b");
        assertThat(admin.describeTopics(List.of(topic)).allTopicNames().get())
                .hasEntrySatisfying(
                        topic, found -> assertThat(found.partitions()).hasSize(5));
    }
}
