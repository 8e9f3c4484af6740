package io.ains.service;

import io.ains.protocol.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans that every service has. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ServiceSettings.class)
public class ServiceKitConfiguration {
    @Bean
    Topics topics(ServiceSettings settings) {
        return new Topics(settings.topicPrefix());
    }

    @Bean(destroyMethod = "close")
    Admin admin(ServiceSettings settings) {
        return Admin.create(settings.clientConfig());
    }

    @Bean
    TopicProvisioner topicProvisioner(Admin admin, Topics topics, ServiceSettings settings) {
        return new TopicProvisioner(admin, topics, settings);
    }
}
