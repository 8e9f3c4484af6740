package io.ains.registry.commands;

import io.ains.registry.RegistrySettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Where answers are put together. */
@Configuration(proxyBeanMethods = false)
class CommandConfiguration {
    /** As many threads as connections for queries: more would only wait for one. Its queue is bounded by who may wait. */
    @Bean
    ThreadPoolTaskExecutor answers(RegistrySettings settings) {
        ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
        executor.setCorePoolSize(settings.readers());
        executor.setMaxPoolSize(settings.readers());
        executor.setThreadNamePrefix("answer-");
        executor.setWaitForTasksToCompleteOnShutdown(true);
        // Requests that were begun are answered after the service was told to stop.
        executor.setAcceptTasksAfterContextClose(true);
        executor.setPhase(0);
        return executor;
    }
}
