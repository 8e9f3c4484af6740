package io.ains.dispatcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void shouldKeepTheCoreFreeOfKafkaAndClocks() {
        var dispatcher = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.ains.dispatcher");

        classes()
                .that()
                .resideInAPackage("io.ains.dispatcher.domain")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java.lang..",
                        "java.util..",
                        "java.time",
                        "io.ains.protocol",
                        "io.ains.dispatcher.domain",
                        "org.jspecify..",
                        "tools.jackson.databind")
                .andShould()
                .onlyDependOnClassesThat()
                .doNotBelongToAnyOf(java.time.Clock.class, java.time.Instant.class, java.util.Random.class)
                .check(dispatcher);
    }
}
