package io.ains.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ains.heartbeat.domain.FleetSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class HeartbeatPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(HeartbeatProperties.class)
    static class Config {
        @Bean
        FleetSettings settings(HeartbeatProperties properties) {
            return properties.toSettings();
        }
    }

    private static ConfigurableApplicationContext start(String... settings) {
        return new SpringApplicationBuilder(Config.class)
                .web(WebApplicationType.NONE)
                .run(settings);
    }

    @Test
    void shouldHaveTheDefaultsOfTheDesign() {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBean(FleetSettings.class)).isEqualTo(FleetSettings.defaults());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "suspect-after=6|expected 1 <= suspect-after < dead-after, but got 6 and 6",
                "grace=2|expected suspect-after <= grace <= dead-after, but got 3, 2 and 6",
                "grace=7|expected suspect-after <= grace <= dead-after, but got 3, 7 and 6",
                "gap=1s|gap",
                "mass-share=1.5|massShare",
                "flap-hold=20m|expected flap-hold <= flap-max-hold",
                "archive-after=0s|archiveAfter",
            })
    void shouldNotStartWithSettingsThatContradictEachOther(String setting, String message) {
        assertThatThrownBy(() -> start("--ains.heartbeat." + setting))
                .rootCause()
                .satisfies(cause -> assertThat(cause.toString()).contains(message));
    }
}
