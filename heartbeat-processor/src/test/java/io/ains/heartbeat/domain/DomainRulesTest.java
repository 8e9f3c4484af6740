package io.ains.heartbeat.domain;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DomainRulesTest {
    private final JavaClasses domain = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ains.heartbeat.domain");

    @Test
    void shouldKnowNothingButJavaAndTheProtocol() {
        classes()
                .that()
                .resideInAPackage("io.ains.heartbeat.domain")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.ains.heartbeat.domain",
                        "io.ains.protocol",
                        "java..",
                        "org.jspecify.annotations",
                        "tools.jackson.databind")
                .check(domain);
    }

    @Test
    void shouldReadNoClock() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(domain);
    }
}
