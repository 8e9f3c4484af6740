package io.ains.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may know whom, over all modules. */
class ModulesTest {
    private static final JavaClasses AINS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.ains");

    /** Of the SDK: Micrometer, and the two libraries for JSON Schema. An agent that has none of them loads none of these. */
    private static final String WITH_AN_OPTIONAL_LIBRARY =
            "io\\.ains\\.agent\\.(AgentMetrics|SchemaCheck|TypeSchemas)(\\$.*)?";

    private static final String[] PARTS = {
        "io.ains.agent..", "io.ains.heartbeat..", "io.ains.dispatcher..", "io.ains.registry.."
    };

    @ParameterizedTest
    @ValueSource(strings = {"io.ains.agent..", "io.ains.heartbeat..", "io.ains.dispatcher..", "io.ains.registry.."})
    void shouldKeepTheServicesAndTheSdkApart(String part) {
        String[] others = Stream.concat(
                        Stream.of(PARTS).filter(other -> !other.equals(part)),
                        Stream.of("io.ains.broker..", "io.ains.standalone..", "io.ains.testkit.."))
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(part)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(AINS);
    }

    @Test
    void shouldLetTheProtocolDependOnJsonAndKafkaClientsAlone() {
        classes()
                .that()
                .resideInAPackage("io.ains.protocol..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.ains.protocol..",
                        "com.fasterxml.jackson.annotation..",
                        "tools.jackson..",
                        "org.apache.kafka.common..",
                        "org.apache.kafka.clients..",
                        "org.jspecify..")
                .check(AINS);
    }

    @Test
    void shouldKeepTheSdkFreeOfSpring() {
        classes()
                .that()
                .resideInAPackage("io.ains.agent..")
                .and()
                .haveNameNotMatching(WITH_AN_OPTIONAL_LIBRARY)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.ains.agent..",
                        "io.ains.protocol..",
                        "tools.jackson..",
                        "org.apache.kafka.common..",
                        "org.apache.kafka.clients..",
                        "org.slf4j..",
                        "org.jspecify..")
                .check(AINS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io.ains.heartbeat.domain", "io.ains.dispatcher.domain"})
    void shouldKeepTheCoresFreeOfEverything(String domain) {
        classes()
                .that()
                .resideInAPackage(domain)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.ains.protocol", domain, "org.jspecify..", "tools.jackson.databind")
                .andShould()
                .onlyDependOnClassesThat()
                .doNotBelongToAnyOf(java.time.Clock.class, java.util.Random.class)
                .check(AINS);
    }
}
